/* References from an HDF5 file to others: external links, external storage, and sources of virtual datasets.
 *
 * HDF5 opens whatever they lead to, and waits for good where that is a pipe or a device. Nothing but files is to be
 * opened so. */
#ifndef RTDC_HDF5_REFERENCES_H
#define RTDC_HDF5_REFERENCES_H

#include <hdf5.h>

#include "sparsemed/status.h"

/* From now on HDF5 follows external links in this process only where they lead to a file; else what follows them fails,
 * for the reason that the link leads to what is no file. SPARSEMED_INTERNAL: HDF5 refuses. */
enum sparsemed_status sm_references_start(struct sparsemed_error *error);

/* Check what a dataset leads to, before anything is read from it: its external storage, and its sources where it is
 * virtual, with what these lead to in turn. What is missing passes, as it cannot be opened. Local.
 *
 * SPARSEMED_INPUT: something else than a file, or a chain of too many. The message names that, not the dataset. */
enum sparsemed_status sm_references_check(hid_t dataset, struct sparsemed_error *error);

#endif
