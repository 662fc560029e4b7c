/* What a job has changed in a folder, call by call: the file that record_changes.c writes and power_loss.c reads. */
#ifndef FAULTS_TRACE_H
#define FAULTS_TRACE_H

#include <stdint.h>

enum trace_kind {
    TRACE_MAKE_FILE,   /* path, file */
    TRACE_MAKE_FOLDER, /* path */
    TRACE_WRITE,       /* file, at, n_bytes, data */
    TRACE_TRUNCATE,    /* file, at: the new length */
    TRACE_SYNC_FILE,   /* file */
    TRACE_SYNC_FOLDER, /* path */
    TRACE_RENAME,      /* path, to */
    TRACE_LINK,        /* path, to */
    TRACE_UNLINK,      /* path */
};

/* One call. Behind it come the path, the other path, and the data, without ends. Paths are from the folder on. */
struct trace_entry {
    uint64_t kind;
    uint64_t file; /* its inode number, which later files may have again */
    uint64_t at, n_bytes;
    uint64_t path_length, to_length;
};

#endif
