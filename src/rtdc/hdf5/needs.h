/* How much memory a file is believed to need.
 *
 * A few bytes of a file can say that it has thousands of millions of others: in chunks that were never written, or in
 * ones that compress to next to nothing, or by thousands of references to one text. What is really there is not so
 * large compared with its file. So memory is only taken for
 *
 *     64 MiB + 16 times the size of the file         of values: time stamps, a map, all logs and tables, a text
 *     64 MiB + 1024 times the size of the file       of frames that a job holds at a time: of a window and of a slab
 *
 * where 1024 is about the most that deflate makes of constant frames. What is in other files, as the sources of a
 * virtual dataset or in external storage, is believed. */
#ifndef RTDC_HDF5_NEEDS_H
#define RTDC_HDF5_NEEDS_H

#include <hdf5.h>
#include <stdint.h>

#include "sparsemed/status.h"

/* What for. */
enum sm_need { SM_NEED_VALUES = 16, SM_NEED_FRAMES = 1024 };

/* Bytes that an object, or its file, is believed to need; UINT64_MAX for what is in other files. */
uint64_t sm_needs_most(hid_t object, enum sm_need need);

/* Check what memory a dataset needs.
 *
 * n_bytes   for what is to be done with it; if that is less than a chunk of it, that counts
 *
 * SPARSEMED_INPUT: more than it is believed. The message does not name the file. */
enum sparsemed_status sm_needs_check(hid_t dataset, uint64_t n_bytes, enum sm_need need, struct sparsemed_error *error);

#endif
