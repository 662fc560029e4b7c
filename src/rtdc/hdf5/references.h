/* References from a dataset to other files: external storage, and sources of virtual datasets.
 *
 * HDF5 opens them when it reads, and gives fill values for what is missing. So a dataset is looked at before: it may
 * lead to files within reach only (files/reach.h), which are noted as used, and what is missing is a failure. External
 * links are the affair of links.h. */
#ifndef RTDC_HDF5_REFERENCES_H
#define RTDC_HDF5_REFERENCES_H

#include <hdf5.h>
#include <stdbool.h>

#include "sparsemed/status.h"

/* Check what a dataset leads to, before anything is read from it: its external storage, and its sources where it is
 * virtual, with what these lead to in turn. Local.
 *
 * SPARSEMED_INPUT: one is missing, ends too early, is no file or not within reach, or there is a chain of too many. The
 * message names that, not the dataset. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_references_check(hid_t dataset, struct sparsemed_error *error);

/* Whether a dataset has none: all its values are in its own file. False where that cannot be told. */
bool sm_references_none(hid_t dataset);

#endif
