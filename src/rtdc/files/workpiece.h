/* What an output is made of, as those have it who fill it: open, under the name that it still has.
 *
 * It is opened once, and all steps of the work go through the one descriptor: a parallel file system takes a
 * millisecond for every opening by name. Between the work of several nodes it is opened anew, as a network file system
 * promises only to who opens a file after another node has closed it that he sees what that node wrote. */
#ifndef RTDC_FILES_WORKPIECE_H
#define RTDC_FILES_WORKPIECE_H

#include "rtdc/files/memory_file.h"
#include "rtdc/files/temporary.h"
#include "sparsemed/status.h"

/* Local to the calling process. */
struct sm_workpiece {
    const char *path;              /* borrowed */
    int descriptor;                /* for reading and writing; -1: not open */
    struct sm_memory_file *memory; /* what is not on disk yet; NULL: everything is */
};

#define SM_NO_WORKPIECE ((struct sm_workpiece){NULL, -1, NULL})

/* Share the descriptor by which a temporary file is open here.
 *
 * path        of it, as sm_temporary_path tells; borrowed, must outlive the workpiece
 * workpiece   receives it; release with sm_workpiece_close
 *
 * SPARSEMED_OUTPUT: no more descriptors are to be had. */
enum sparsemed_status sm_workpiece_share(const struct sm_temporary *temporary, const char *path,
                                         struct sm_workpiece *workpiece, struct sparsemed_error *error);

/* Keep it in memory from now on, as long as it is small; it must be empty, and stay with this process until it is
 * flushed.
 *
 * temporary   that it shares the descriptor of
 *
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_workpiece_keep_in_memory(const struct sm_temporary *temporary, struct sm_workpiece *workpiece,
                                                  struct sparsemed_error *error);

/* Put on disk what is in memory; nothing where nothing is. No file of HDF5 may be open on it.
 *
 * output   the name that it will have, for messages
 *
 * SPARSEMED_OUTPUT: that failed, or does not read back. */
enum sparsemed_status sm_workpiece_flush(struct sm_workpiece *workpiece, const char *output,
                                         struct sparsemed_error *error);

/* Open it by its name, where it is not open here or once more.
 *
 * path        borrowed, must outlive the workpiece
 * output      the name that it will have, for messages
 * workpiece   changed; release with sm_workpiece_close, also after a failure
 *
 * SPARSEMED_OUTPUT: it cannot be opened. */
enum sparsemed_status sm_workpiece_open(const char *path, const char *output, struct sm_workpiece *workpiece,
                                        struct sparsemed_error *error);

/* Release; SM_NO_WORKPIECE is fine. */
void sm_workpiece_close(struct sm_workpiece *workpiece);

#endif
