/* Ways to spoil a measurement. */
#ifndef TESTS_DAMAGED_DAMAGE_H
#define TESTS_DAMAGED_DAMAGE_H

#include <hdf5.h>

#include "support/demand.h"

/* Paths of datasets. The log is made where it is to be spoiled. */
#define IMAGE "events/image"
#define TIME  "events/time"
#define FRAME "events/frame"
#define LOG   "logs/spoiled"

struct kind {
    const char *name;
    const char *meaning;
    void (*spoil)(const struct kind *kind, const char *path); /* path of a good measurement, which it changes */
    const char *dataset;                                      /* which it is about; NULL where that is clear */
    double value;                                             /* what the function makes of it */
};

/* Sets of kinds; each ends with a name of NULL. */
extern const struct kind byte_kinds[], chunk_kinds[], image_kinds[], timing_kinds[];

/* ---- helpers ---- */

/* Open the file for changes; H5Fclose it. */
hid_t open_file(const char *path);

void close_file(hid_t file);

/* Make a dataset, and with values write it. The creation list may be H5P_DEFAULT. */
void make_dataset(hid_t file, const char *name, hid_t type, int rank, const hsize_t *extent, hid_t creation,
                  const void *values);

/* Extent of a dataset. Returns the rank. */
int extent_of(hid_t dataset, hsize_t extent[H5S_MAX_RANK]);

#endif
