/* Finding a feature of a measurement: among its own events, or through basins in other groups and files. */
#ifndef RTDC_FEATURE_H
#define RTDC_FEATURE_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rtdc/files/used_files.h"
#include "sparsemed/status.h"

/* A feature that was found. */
struct sm_feature {
    hid_t dataset;              /* invalid where nothing offers the feature */
    char *origin;               /* of the dataset, for messages: "in.rtdc", or through basins "in.rtdc -> store.rtdc" */
    struct sm_used_files files; /* from the measurement to the file that has the dataset */
    uint64_t *map;   /* [n_rows], row j of the feature is row map[j] of the dataset; NULL: they are the same */
    uint64_t n_rows; /* with a map only */
};

#define SM_NO_FEATURE ((struct sm_feature){.dataset = H5I_INVALID_HID})

/* Find a feature.
 *
 * What is in events wins; then come internal basins, then file basins, each by name. A basin offers the features that
 * its definition lists, or where it lists none all that its file has, basins included. Of the paths of a file basin the
 * first counts that leads to the feature, through files with the right identifiers (see basin_walk.h). The maps of
 * nested basins are combined.
 *
 * file       open for reading
 * path       of the file; the folder from which relative paths of basins lead
 * name       of the feature, such as "image"
 * required   nobody offering it is a failure
 * feature    receives it; release with sm_feature_close, also after a failure
 *
 * SPARSEMED_INPUT: a basin is said to have the feature but cannot be used (no such file, other identifier, basins that
 * lead back to a file or through too many, a map with rows that are not there), and no other has it; nobody offers
 * one that is required; or the file is damaged, so that it cannot be told. The message names the chain of files.
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_feature_find(hid_t file, const char *path, const char *name, bool required,
                                      struct sm_feature *feature, struct sparsemed_error *error);

/* Release; SM_NO_FEATURE is fine. */
void sm_feature_close(struct sm_feature *feature);

#endif
