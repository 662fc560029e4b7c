/* How HDF5 reaches the files that we open for it: through a descriptor that is open already.
 *
 * So a file is opened once, and it is the one that was looked at before; calls that a signal interrupts are made again;
 * and the many small pieces that HDF5 reads of a file that is not written come out of a few larger ones, which a file
 * system that takes a millisecond for each answers sooner. */
#ifndef RTDC_HDF5_FILE_DRIVER_H
#define RTDC_HDF5_FILE_DRIVER_H

#include <hdf5.h>

#include "sparsemed/status.h"

/* The oldest format of what is made in files. */
#define SM_FORMAT_LEAST H5F_LIBVER_V18

/* Make the driver known to HDF5. SPARSEMED_INTERNAL where HDF5 refuses. */
enum sparsemed_status sm_file_driver_start(struct sparsemed_error *error);

/* Open a file of HDF5, or make one where the flags have H5F_ACC_TRUNC.
 *
 * descriptor   of a regular file, open for what the flags tell; borrowed, and may be closed afterwards
 * name         of the file, for HDF5's own bookkeeping; not opened
 * flags        as of H5Fopen and H5Fcreate
 *
 * Returns the file, to be released with H5Fclose; invalid where that fails, for which HDF5 tells the reason. */
hid_t sm_file_driver_open(int descriptor, const char *name, unsigned flags);

/* The descriptor of a file that was opened so, or with HDF5's own serial driver; it stays the file's. -1 for others,
 * such as files in memory. */
int sm_file_driver_descriptor(hid_t file);

#endif
