/* Copying a file into another one. */
#ifndef RTDC_FILES_CLONE_H
#define RTDC_FILES_CLONE_H

#include <stdbool.h>
#include <stdint.h>

#include "sparsemed/status.h"

/* Let a file share the blocks of another, which takes no time and no space. Returns false where the file system cannot
 * do that.
 *
 * descriptor   of the file that becomes the copy, open for writing */
bool sm_clone_share(const char *from, int descriptor);

/* Copy a range of bytes to the same place in another file; several processes may copy ranges of one file at a time.
 *
 * from, to     paths; both files exist
 * begin, end   begin <= end <= size of from
 *
 * SPARSEMED_OUTPUT: it could not be read or written. */
enum sparsemed_status sm_clone_range(const char *from, const char *to, uint64_t begin, uint64_t end,
                                     struct sparsemed_error *error);

/* Give a file the owner and the group of another.
 *
 * descriptor   of the file that becomes the copy
 *
 * Returns false, and errno, where that is not allowed, or the other file is gone. */
bool sm_clone_owner(const char *from, int descriptor);

/* The same, and then the permissions, the access control list and the extended attributes, each as far as that is
 * allowed and the file system has it; nobody gets rights that the other file does not give. */
bool sm_clone_rights(const char *from, int descriptor);

#endif
