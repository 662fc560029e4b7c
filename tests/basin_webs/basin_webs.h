/* Webs of files: measurements whose images are in basins of other groups and files. */
#ifndef TESTS_BASIN_WEBS_BASIN_WEBS_H
#define TESTS_BASIN_WEBS_BASIN_WEBS_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/demand.h"
#include "support/hdf5_files.h"

/* A web. Its files are made in the current folder. The measurement is "in.rtdc"; a sound web also has "plain.rtdc", a
 * measurement with the same frames that needs no basin. */
struct web {
    const char *name;
    const char *meaning;
    void (*make)(const struct web *web, hid_t plain); /* plain: the measurement that the frames are from */
    int value;                                        /* what the function makes of it */
};

/* Sets of webs; each ends with a name of NULL. Of the broken ones no program can find the images. */
extern const struct web sound_webs[], broken_webs[];

/* ---- rows ---- */

/* Rows of the plain measurement, or of something that is made of it. */
struct rows {
    size_t n;
    int64_t *row; /* [n] */
};

enum order {
    ALL,        /* every row */
    SUBSET,     /* two of three */
    DESCENDING, /* every row, the last first */
    RANDOM,     /* more rows than there are, so some more than once */
};

/* Release all rows that were made so far. */
void release_rows(void);

/* Choose among n rows. */
struct rows choose(enum order order, size_t n);

/* Rows of rows. */
struct rows of_rows(struct rows outer, struct rows inner);

/* ---- pieces of files ---- */

/* A basin definition. */
struct basin {
    const char *type, *name;
    const char *paths[4];    /* ends with NULL where there are less */
    const char *features[4]; /* ends with NULL where there are less */
    bool any_features;       /* features are not listed */
    const char *mapping;     /* NULL: none */
    const char *identifier;  /* NULL: that of the plain measurement */
};

/* Frames of a measurement. */
size_t count_frames(hid_t plain);

/* Make a file with the attributes of the plain measurement and no events. End with close_file. */
hid_t begin_web_file(hid_t plain, const char *name);

/* Put rows of a feature of the plain measurement into a group of a file. */
void put_feature(hid_t plain, const char *feature, struct rows rows, hid_t file, const char *group);

/* Put as many time stamps into a file as it shall have frames. */
void put_times(hid_t plain, size_t n_frames, hid_t file);

/* Put made-up frame numbers of rows into a file. */
void put_frame_numbers(hid_t file, struct rows rows);

/* Make a whole measurement: images of these rows, time stamps of the first ones. */
void make_plain(hid_t plain, const char *name, struct rows rows);

void put_map(hid_t file, const char *name, struct rows rows);

void put_basin(hid_t plain, hid_t file, const struct basin *basin);

#endif
