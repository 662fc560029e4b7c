/* How HDF5 reaches the files that we open for it: through a descriptor that is open already.
 *
 * So a file is opened once, and it is the one that was looked at before; calls that a signal interrupts are made again;
 * and the many small pieces that HDF5 reads of a file that is not written come out of a few larger ones, which a file
 * system that takes a millisecond for each answers sooner. */
#ifndef RTDC_HDF5_FILE_DRIVER_H
#define RTDC_HDF5_FILE_DRIVER_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "rtdc/files/memory_file.h"
#include "sparsemed/status.h"

/* The oldest format of what is made in files. */
#define SM_FORMAT_LEAST H5F_LIBVER_V18

/* Make the driver known to HDF5. SPARSEMED_INTERNAL where HDF5 refuses. */
enum sparsemed_status sm_file_driver_start(struct sparsemed_error *error);

/* Open a file of HDF5, or make one where the flags have H5F_ACC_TRUNC.
 *
 * descriptor   of a regular file, open for what the flags tell; borrowed, and may be closed afterwards, but for that of
 *              what is in memory
 * memory       what holds its bytes instead, as long as they are not on disk; borrowed, must outlive the file; NULL:
 *              none
 * name         of the file, for HDF5's own bookkeeping; not opened
 * flags        as of H5Fopen and H5Fcreate
 *
 * Returns the file, to be released with H5Fclose; invalid where that fails, for which HDF5 tells the reason. */
hid_t sm_file_driver_open(int descriptor, struct sm_memory_file *memory, const char *name, unsigned flags);

/* A file as this driver, or HDF5's own serial one, has it. Plain data, good as long as the file is open. */
struct sm_driven_file {
    int descriptor; /* -1: neither of them has it, as files in memory */
    void *ours;     /* NULL where it is HDF5's own */
};

/* Find out how a file is had. Takes some microseconds. */
struct sm_driven_file sm_file_driver_look(hid_t file);

/* Tell the state of a file: of one that is only read through this driver, as it was when it was opened. Returns false
 * where it has no descriptor, and where the system does not tell. */
bool sm_file_driver_state(hid_t file, struct stat *state);

/* Read bytes of a file as HDF5 does, small pieces out of what is in memory already.
 *
 * bytes   [n_bytes]
 *
 * Returns how many bytes there are; negative after a failure. */
ssize_t sm_file_driver_read(const struct sm_driven_file *file, uint64_t first, size_t n_bytes, void *bytes);

#endif
