/* A dataset of the output, as it is written by rounds (rounds.h) and read back. */
#ifndef PARALLEL_MEASUREMENT_COLUMN_H
#define PARALLEL_MEASUREMENT_COLUMN_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What this rank writes in one round: elements along the first dimension of the dataset. Whole chunks, and each chunk
 * in one round of one rank: a chunk written in two parts would be compressed twice. */
struct sm_block {
    uint64_t first, n;
    uint32_t
        checksum; /* of the values, or of their chunks as they are stored, to recognize them when they are read back */
};

/* A dataset of the output. */
struct sm_column {
    const char *path;
    hid_t type; /* in memory */
    int n_dimensions;
    hsize_t extent[3]; /* of one element: [1], [2] */
    size_t element_bytes;
    uint64_t n_rounds;       /* 0 where nothing is to be written; the same on all ranks */
    struct sm_block *blocks; /* [n_rounds] */
    void *values;            /* of a round; room for whole chunks */
};

/* Write the values of a block to the dataset, or read them. Collective where the transfer list is, and then a rank
 * whose block is empty takes part. Returns a negative value after a failure of HDF5. */
herr_t sm_column_write(const struct sm_column *column, const struct sm_block *block, hid_t dataset,
                       hid_t transfer_list);
herr_t sm_column_read(const struct sm_column *column, const struct sm_block *block, hid_t dataset);

#endif
