/* References from an HDF5 file to others: external links, external storage, and sources of virtual datasets.
 *
 * HDF5 opens whatever they lead to: it waits for good where that is a pipe or a device, reads any file that it may, and
 * gives fill values for sources that are missing. Here nothing is opened so but files within reach (files/reach.h),
 * which are noted as used, and what is missing is a failure.
 *
 * Links are followed by ourselves, in the place of HDF5. What a dataset leads to HDF5 opens when it reads: it is looked
 * at before. Where names lead is the file's affair alone: parallel/start.c takes the variables from HDF5 by which it
 * looks elsewhere, and has it look for external storage beside the file. */
#ifndef RTDC_HDF5_REFERENCES_H
#define RTDC_HDF5_REFERENCES_H

#include <hdf5.h>
#include <stdbool.h>

#include "sparsemed/status.h"

/* From now on external links in this process are followed only within reach, and for reading; else what follows them
 * fails. SPARSEMED_INTERNAL: HDF5 refuses. */
enum sparsemed_status sm_references_start(struct sparsemed_error *error);

/* Whether the HDF5 function that was called last has failed as a link leads to a file that cannot be used. False where
 * there is none: then the link leads nowhere.
 *
 * error   receives where it leads, and why that cannot be used (SPARSEMED_INPUT); left as it is otherwise */
bool sm_references_refused(struct sparsemed_error *error);

/* Check what a dataset leads to, before anything is read from it: its external storage, and its sources where it is
 * virtual, with what these lead to in turn. Local.
 *
 * SPARSEMED_INPUT: one is missing, ends too early, is no file or not within reach, or there is a chain of too many. The
 * message names that, not the dataset. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_references_check(hid_t dataset, struct sparsemed_error *error);

#endif
