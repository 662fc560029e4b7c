/* Basin definitions: where a file says that features are which are not among its own events (see layout.h). */
#ifndef RTDC_BASIN_H
#define RTDC_BASIN_H

#include <hdf5.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "sparsemed/status.h"

/* Where a basin is. */
enum sm_basin_type {
    SM_BASIN_INTERNAL, /* a group of the file that has the definition */
    SM_BASIN_FILE,     /* another file */
    SM_BASIN_UNKNOWN   /* somewhere else, or nowhere: no features come from it */
};

/* A definition. Its strings but paths and identifier belong to the JSON, which has all of it, also what is not known
 * here: that is what is written back or copied. What has another type than it should is as if it were missing. */
struct sm_basin {
    char *key; /* name of its dataset in the group of definitions */
    json_t *json;
    enum sm_basin_type type;
    const char *type_name; /* as it is written; NULL where it is missing */
    const char *name;      /* "" where it is missing */
    const char *group;     /* the first path, for an internal basin; NULL where it is missing */
    size_t n_paths;
    char **paths; /* [n_paths], for a file basin, as the system has them: the first counts that leads to it */
    bool lists_features;
    size_t n_features;
    const char **features; /* [n_features]; where the definition lists none the basin offers all that it has */
    const char *map;  /* name of its map, in the events of the file that has the definition; NULL: rows are the same */
    char *identifier; /* that its file must have, in bytes; NULL: any */
};

/* The definitions of a file. */
struct sm_basins {
    size_t n;
    struct sm_basin *list; /* [n] */
};

#define SM_NO_BASINS ((struct sm_basins){0, NULL})

/* Read the definitions of a file, in the order of their keys. What is no basin definition is passed over.
 *
 * basins   receives them; release with sm_basins_free, also after a failure
 *
 * SPARSEMED_INPUT: the file is damaged, so that they cannot be told, or one of them cannot be read; the message does
 * not name the file. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_basins_read(hid_t file, struct sm_basins *basins, struct sparsemed_error *error);

/* Bring definitions into the order in which readers search them: internal ones first, then by their names, then by
 * their keys. */
void sm_basins_sort(struct sm_basins *basins);

/* Release; SM_NO_BASINS is fine. */
void sm_basins_free(struct sm_basins *basins);

/* Whether a definition lists a feature. */
bool sm_basin_lists(const struct sm_basin *basin, const char *feature);

#endif
