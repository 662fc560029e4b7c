/* Ways to damage a measurement. */
#ifndef TESTS_DAMAGED_DAMAGE_H
#define TESTS_DAMAGED_DAMAGE_H

#include "support/demand.h"
#include "support/hdf5_files.h"

/* Paths of datasets. The log is made where it is to be damaged. */
#define IMAGE "events/image"
#define TIME  "events/time"
#define FRAME "events/frame"
#define FRAME "events/frame"
#define LOG   "logs/damaged"

struct kind {
    const char *name;
    const char *meaning;
    void (*damage)(const struct kind *kind, const char *path); /* path of a good measurement, which it changes */
    const char *dataset;                                       /* which it is about; NULL where that is clear */
    double value;                                              /* what the function makes of it */
};

/* Sets of kinds; each ends with a name of NULL. */
extern const struct kind byte_kinds[], chunk_kinds[], image_kinds[], timing_kinds[];

#endif
