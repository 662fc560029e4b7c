/* Links from an HDF5 file to others: where a name in a file leads to, and external links.
 *
 * HDF5 opens whatever its links lead to: it waits for good where that is a pipe or a device, and reads any file that it
 * may. So they are followed by ourselves, in its place: to files within reach (files/reach.h), which are noted as used.
 * Where names lead is the file's affair alone: parallel/start.c takes the variables from HDF5 by which it looks
 * elsewhere. */
#ifndef RTDC_HDF5_LINKS_H
#define RTDC_HDF5_LINKS_H

#include <hdf5.h>
#include <stdbool.h>

#include "sparsemed/status.h"

/* From now on external links in this process are followed only within reach, and for reading; else what follows them
 * fails. SPARSEMED_INTERNAL: HDF5 refuses. */
enum sparsemed_status sm_links_start(struct sparsemed_error *error);

/* Whether the HDF5 function that was called last has failed as a link leads to a file that cannot be used. False where
 * there is none: then the link leads nowhere.
 *
 * error   receives where it leads, and why that cannot be used (SPARSEMED_INPUT); left as it is otherwise */
bool sm_links_refused(struct sparsemed_error *error);

/* Whether there is something that is no folder. */
bool sm_link_is_there(const char *path);

/* The path at which HDF5 finds a file: as an absolute one says, else by its last part or a relative name beside the
 * file that names it, in the working folder, and beside that to which the file leads as a link. Where it is nowhere,
 * the first. NULL where memory is out. To be released with free.
 *
 * parent   the file that names it */
char *sm_link_locate(const char *parent, const char *name);

/* Ask before a file is opened that another one leads to.
 *
 * path   from sm_link_locate; NULL stands for memory that is out
 *
 * SPARSEMED_INPUT: it is missing, no file, or out of reach. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_link_pass(const char *parent, const char *path, struct sparsemed_error *error);

/* Ask, and open it for reading.
 *
 * file   receives it, to be closed with H5Fclose; invalid after a failure
 *
 * SPARSEMED_INPUT: as above, or it is not an HDF5 file. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_link_enter(const char *parent, const char *path, hid_t *file, struct sparsemed_error *error);

#endif
