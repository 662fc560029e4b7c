/* Getting along with the HDF5 library: start-up, opening files, error messages, releasing objects. */
#ifndef RTDC_HDF5_HDF5_H
#define RTDC_HDF5_HDF5_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

#include "rtdc/files/workpiece.h"
#include "sparsemed/status.h"

/* Prepare HDF5 for this program: no error stacks on the terminal, our filters known, external links confined. Call it
 * before anything else of src/rtdc. SPARSEMED_INTERNAL where HDF5 refuses. */
enum sparsemed_status sm_hdf5_start(struct sparsemed_error *error);

/* Open a file for reading, with the serial driver. Local to the calling process.
 *
 * file   receives the file; release with H5Fclose
 *
 * SPARSEMED_INPUT: missing, not readable, a folder, or not an HDF5 file, or truncated. */
enum sparsemed_status sm_hdf5_open(const char *path, hid_t *file, struct sparsemed_error *error);

/* The same for a file that is open for reading.
 *
 * descriptor, memory   see sm_file_driver_open */
enum sparsemed_status sm_hdf5_open_opened(int descriptor, struct sm_memory_file *memory, const char *path, hid_t *file,
                                          struct sparsemed_error *error);

/* Open what an output is made of, through the driver of this program (file_driver.h), as H5Fopen does, or make it anew
 * as H5Fcreate does where the flags have H5F_ACC_TRUNC. Release with H5Fclose; invalid where that fails. */
hid_t sm_hdf5_open_workpiece(const struct sm_workpiece *workpiece, unsigned flags);

/* Make a file in memory that never goes to disk, of the format that outputs have. Release with H5Fclose; invalid where
 * that fails. */
hid_t sm_hdf5_create_in_memory(void);

/* Open a dataset anywhere in a file.
 *
 * file_name   for messages
 * path        of the dataset, such as "scan/frames"
 * dataset     receives it; release with sm_hdf5_release, also after a failure
 *
 * SPARSEMED_INPUT: there is none, or it leads to what cannot be used (links.h, references.h). */
enum sparsemed_status sm_hdf5_open_dataset(hid_t file, const char *file_name, const char *path, hid_t *dataset,
                                           struct sparsemed_error *error);

/* As sparsemed_fail, followed by what HDF5 says is the reason, and what that means where it does not know a version.
 * Call it right after the HDF5 function that failed. */
enum sparsemed_status sm_fail_hdf5(struct sparsemed_error *error, enum sparsemed_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Release an object of HDF5 of any kind but files; an invalid one is fine. */
void sm_hdf5_release(hid_t object);

/* The same for an object that was written to: what it has not yet written is written then. Returns false where that
 * fails, or the object is invalid. */
bool sm_hdf5_close(hid_t object);

/* Open a group.
 *
 * path    of the group; "." is the location itself
 * group   receives it, to be released with sm_hdf5_release; invalid where it is missing or no group
 *
 * SPARSEMED_INPUT: whether it is there cannot be told. SPARSEMED_INTERNAL: out of memory. The message does not name the
 * file. */
enum sparsemed_status sm_hdf5_open_group(hid_t location, const char *path, hid_t *group, struct sparsemed_error *error);

/* Tell whether a group is there and has a link of this name. A damaged file is not taken for one that lacks it.
 *
 * group   as above
 * found   receives whether it is there; it may lead nowhere
 *
 * SPARSEMED_INPUT: that cannot be told. SPARSEMED_INTERNAL: out of memory. The message does not name the file. */
enum sparsemed_status sm_hdf5_find(hid_t location, const char *group, const char *name, bool *found,
                                   struct sparsemed_error *error);

/* Whether a group is there and has a link of this name. False where that cannot be told: for files of our own, and
 * where it is all the same. */
bool sm_hdf5_has(hid_t location, const char *group, const char *name);

/* Open what a link that is there leads to.
 *
 * object   receives it, to be released with sm_hdf5_release; invalid where the link leads nowhere
 *
 * SPARSEMED_INPUT: it leads to something damaged, or to a file that cannot be used. The message does not name the file
 * with the link. */
enum sparsemed_status sm_hdf5_open_link(hid_t group, const char *name, hid_t *object, struct sparsemed_error *error);

/* Visit all links of a group in the order of their names; there are none where it is missing or no group.
 *
 * visit   as of H5Literate; returns 0 to go on, 1 to end the walk
 *
 * SPARSEMED_INPUT: that they are all cannot be told. SPARSEMED_INTERNAL: out of memory. The message does not name the
 * file. */
enum sparsemed_status sm_hdf5_walk(hid_t location, const char *group, H5L_iterate_t visit, void *data,
                                   struct sparsemed_error *error);

/* Bytes that the elements of a type take in memory, as many as a data space has; zero where that is no simple one.
 * Returns false where they are more than INT_MAX, which is all that counts of HDF5 and MPI can be relied on for. */
bool sm_hdf5_count_bytes(hid_t type, hid_t space, size_t *n_bytes);

/* A type or data space like that of an object, but part of no file, to be released with sm_hdf5_release; invalid where
 * that fails. For what is made in another file: HDF5 1.10 takes along what objects share in the first one, and crashes.
 */
hid_t sm_hdf5_detached_type(hid_t type);
hid_t sm_hdf5_detached_space(hid_t space);

/* Open a group of a file, or make it. Release with sm_hdf5_release; invalid where that fails. */
hid_t sm_hdf5_require_group(hid_t location, const char *name);

#endif
