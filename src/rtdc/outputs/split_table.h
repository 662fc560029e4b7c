/* The table of split points that every output bears: what the cleansing looked at, and how good the background is. It
 * is small, and made of what other programs that read tables of measurements know: rows of doubles, in named columns
 * (layout.h). Its attributes tell which background it is of, and the quality of that (quality_record.h). */
#ifndef RTDC_OUTPUTS_SPLIT_TABLE_H
#define RTDC_OUTPUTS_SPLIT_TABLE_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

#include "rtdc/outputs/quality_record.h"
#include "sparsemed/parameters.h"

/* A split point and its image; of an image that was removed as well. As layout.h tells of the columns. */
struct sm_split {
    double time, x, ref, used, brightness, activity;
};

struct sm_split_table {
    char ppid[SPARSEMED_PPID_SIZE]; /* of the background */
    struct sm_quality quality;
    uint64_t n_splits;       /* 0: there is no table */
    struct sm_split *splits; /* [n_splits], by time; image i of the output is the i-th of those used */
};

/* Write the table into a file that has none.
 *
 * values       false: all but the rows, to compare with
 * zstd_level   see filters.h
 *
 * SPARSEMED_OUTPUT: it could not be written. SPARSEMED_INTERNAL: out of memory. The message does not name the file. */
enum sparsemed_status sm_split_table_write(hid_t file, const struct sm_split_table *table, bool values, int zstd_level,
                                           struct sparsemed_error *error);

/* Whether the file has the rows of the table, to the bit. */
bool sm_split_table_has_rows(hid_t file, const struct sm_split_table *table);

/* Read the table of a file, whoever wrote that.
 *
 * table   receives it; without splits where the file has none, or it is of another background than the images of the
 *         file. Release with sm_split_table_free, also after a failure
 *
 * SPARSEMED_INPUT: it is damaged, or has more rows than are believed of the file (hdf5/needs.h). SPARSEMED_INTERNAL:
 * out of memory. The message does not name the file. */
enum sparsemed_status sm_split_table_read(hid_t file, struct sm_split_table *table, struct sparsemed_error *error);

/* Release what a table holds; all zero is fine. */
void sm_split_table_free(struct sm_split_table *table);

#endif
