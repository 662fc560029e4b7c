/* How frames are stored, in words. */
#ifndef RTDC_FRAMES_STORAGE_H
#define RTDC_FRAMES_STORAGE_H

#include <hdf5.h>

enum { SM_STORAGE_SIZE = 64 };

/* Describe how a dataset of three dimensions is stored: its filters, and the extent of a chunk, such as
 * "zstd 10x80x320"; or "contiguous", for whatever has no chunks. */
void sm_storage_describe(hid_t dataset, char storage[SM_STORAGE_SIZE]);

#endif
