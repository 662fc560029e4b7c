#include "rtdc/files/temporary.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rtdc/files/clone.h"
#include "rtdc/files/lock.h"
#include "rtdc/files/path.h"
#include "rtdc/files/retry.h"

static const char suffix[] = ".sparsemed-part";

/* A number that tells names apart (FNV-1a). */
static uint64_t hash(const char *name) {
    uint64_t value = UINT64_C(0xcbf29ce484222325);
    for (; *name; name++) {
        value = (value ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
    }
    return value;
}

char *sm_temporary_path(const char *output) {
    enum { HASH_LENGTH = 17 }; /* with its dot */
    const char *name = sm_path_name(output);
    size_t length = strlen(name), folder = (size_t)(name - output), extra = strlen(".") + strlen(suffix);
    size_t room = folder + NAME_MAX < PATH_MAX ? NAME_MAX : folder < PATH_MAX ? PATH_MAX - 1 - folder : 0;
    char *path = malloc(strlen(output) + extra + HASH_LENGTH + 1);
    if (!path) {
        return NULL;
    }
    if (length + extra <= room) {
        sprintf(path, "%.*s.%s%s", (int)folder, output, name, suffix);
        return path;
    }
    room = room > extra + HASH_LENGTH ? room - extra - HASH_LENGTH : 0; /* for the beginning of the name */
    while (room > 0 && ((unsigned char)name[room] & 0xc0) == 0x80) {    /* do not cut a character */
        room--;
    }
    sprintf(path, "%.*s.%.*s.%016" PRIx64 "%s", (int)folder, output, (int)room, name, hash(name), suffix);
    return path;
}

/* Whether the path still leads to the open file: the job that held the lock may have renamed or removed it. 1, 0, or -1
 * and errno where that cannot be told.
 *
 * opened   receives the state of the open file */
static int is_current(int descriptor, const char *path, struct stat *opened) {
    struct stat named;
    if (fstat(descriptor, opened) != 0 || stat(path, &named) != 0) {
        return errno == ENOENT ? 0 : -1;
    }
    return opened->st_dev == named.st_dev && opened->st_ino == named.st_ino;
}

/* Forget a file, which stays as it is. */
static void release(struct sm_temporary *temporary) {
    if (temporary->descriptor >= 0) {
        close(temporary->descriptor);
    }
    free(temporary->path);
    free(temporary->output);
    *temporary = SM_NO_TEMPORARY;
}

/* Make the file, or open what has its name already. Returns a descriptor, or -1 and errno.
 *
 * mode   of a new one
 * made   receives whether it is new */
static int make_or_open(const char *path, mode_t mode, bool *made) {
    int descriptor;
    do {
        descriptor = SM_RETRY(open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
        *made = descriptor >= 0;
        if (!*made && errno != EEXIST) {
            break;
        }
        descriptor = *made ? descriptor : SM_RETRY(open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    } while (descriptor < 0 && errno == ENOENT); /* removed meanwhile */
    return descriptor;
}

/* Tell why a file could not be made. */
static void fail_making(const char *output, int problem, struct sparsemed_error *error) {
    char *folder = sm_path_beside(output, ".");
    bool no_folder = problem == ENOENT && folder && access(folder, F_OK) != 0 && errno == ENOENT;
    free(folder);
    sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: cannot be written: %s", output,
                   no_folder ? "its folder is not there; make that first" : strerror(problem));
}

static enum sparsemed_status fail_owner(const char *output, struct sparsemed_error *error) {
    return sparsemed_fail(error, SPARSEMED_OUTPUT,
                          "%s: belongs to another user or group, and could not be left to it: %s; name another output",
                          output, strerror(errno));
}

enum sparsemed_status sm_temporary_open(const char *output, const char *input, bool replace,
                                        struct sm_temporary *temporary, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sm_temporary new = {.path = sm_temporary_path(output), .output = strdup(output), .descriptor = -1};
    const char *path = new.path;
    *temporary = SM_NO_TEMPORARY;
    if (!path || !new.output) {
        sparsemed_fail_memory(error, "naming the output");
    }
    while (error->status == SPARSEMED_OK) {
        bool made;
        int descriptor = make_or_open(path, replace ? S_IRUSR | S_IWUSR : 0666, &made);
        if (descriptor < 0) {
            fail_making(output, errno, error);
            break;
        }
        int current = -1;
        if (!made && sm_path_same(path, input)) {
            sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: would be made in place of the input; name another output",
                           output);
        } else if (!sm_lock_file(descriptor)) {
            sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: is being written by another job", output);
        } else if ((current = is_current(descriptor, path, &new.state)) < 0) {
            sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: cannot be written: %s", output, strerror(errno));
            if (made) {
                sm_temporary_remove(path, error);
            }
        } else if (made && current) {
            new.descriptor = descriptor;
            *temporary = new;
            if (replace && !sm_clone_owner(output, descriptor)) {
                fail_owner(output, error);
                sm_temporary_discard(temporary, error);
            }
            return error->status;
        } else if (current && unlink(path) != 0 && errno != ENOENT) {
            /* What a job that died has left is not used: it may have the owner or the permissions of another file, or
             * further names. */
            sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: cannot be removed: %s", path, strerror(errno));
        }
        close(descriptor);
    }
    release(&new);
    return error->status;
}

/* ---- space ---- */

#if defined(FALLOC_FL_KEEP_SIZE)

/* Returns 0, also where the file system cannot do that, or an error number. Not posix_fallocate, which would write
 * there. */
static int allocate(int descriptor, uint64_t n_bytes) {
    int failure = SM_RETRY(fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, (off_t)n_bytes)) == 0 ? 0 : errno;
    return failure == ENOSPC || failure == EDQUOT || failure == EFBIG || failure == EIO ? failure : 0;
}

#else

static int allocate(int descriptor, uint64_t n_bytes) {
    (void)descriptor;
    (void)n_bytes;
    return 0;
}

#endif

enum sparsemed_status sm_temporary_reserve(const struct sm_temporary *temporary, uint64_t n_bytes,
                                           struct sparsemed_error *error) {
    assert(temporary->path && error->status == SPARSEMED_OK);
    int failure = allocate(temporary->descriptor, n_bytes);
    if (failure == 0) {
        return SPARSEMED_OK;
    }
    const char *advice = failure == EIO ? "" : "; the disk is full, free some of it";
    return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: there is no room for the %.3f MB that it can take: %s%s",
                          temporary->output, (double)n_bytes / 1e6, strerror(failure), advice);
}

enum sparsemed_status sm_temporary_trim(const struct sm_temporary *temporary, struct sparsemed_error *error) {
    assert(temporary->path && error->status == SPARSEMED_OK);
    struct stat info;
    /* Setting the size that it has gives the space behind it free. */
    if (fstat(temporary->descriptor, &info) != 0 || SM_RETRY(ftruncate(temporary->descriptor, info.st_size)) != 0) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: cannot be cut to its size: %s", temporary->output,
                              strerror(errno));
    }
    return SPARSEMED_OK;
}

/* ---- the end ---- */

/* Give the file its name without replacing another. Where the file system can neither do that in one step nor has hard
 * links, the check and the rename are two steps. */
static int rename_new(const char *from, const char *to) {
#if defined(RENAME_NOREPLACE)
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) {
        return 0;
    }
    if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP) {
        return -1;
    }
#endif
    if (link(from, to) == 0) {
        unlink(from); /* the output is there in any case; the next job removes the other name */
        return 0;
    }
    if (errno == EEXIST) {
        return -1;
    }
    if (access(to, F_OK) == 0) {
        errno = EEXIST;
        return -1;
    }
    return rename(from, to);
}

enum sparsemed_status sm_temporary_keep(struct sm_temporary *temporary, bool replace, struct sparsemed_error *error) {
    assert(temporary->path && error->status == SPARSEMED_OK);
    if (replace && !sm_clone_rights(temporary->output, temporary->descriptor) && errno != ENOENT) {
        fail_owner(temporary->output, error);
        sm_temporary_discard(temporary, error);
        return error->status;
    }
    if (SM_RETRY(fsync(temporary->descriptor)) != 0) {
        sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: could not be flushed to disk: %s", temporary->output,
                       strerror(errno));
        sm_temporary_discard(temporary, error);
        return error->status;
    }
    if ((replace ? rename : rename_new)(temporary->path, temporary->output) != 0) {
        sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: could not be given its name: %s", temporary->output,
                       strerror(errno));
    } else {
        sm_path_sync_folder(temporary->output);
        release(temporary);
        return SPARSEMED_OK;
    }
    sm_temporary_discard(temporary, error);
    return error->status;
}

bool sm_temporary_remove(const char *path, struct sparsemed_error *error) {
    bool removed = unlink(path) == 0;
    if (removed || errno == ENOENT) {
        return removed;
    }
    int reason = errno;
    if (error->status != SPARSEMED_OK) {
        const struct sparsemed_error failure = *error;
        sparsemed_fail(error, failure.status, "%s; %s could not be removed: %s", failure.message, path,
                       strerror(reason));
    }
    return true;
}

void sm_temporary_discard(struct sm_temporary *temporary, struct sparsemed_error *error) {
    if (temporary->path) {
        sm_temporary_remove(temporary->path, error);
        sm_unlock_file(temporary->descriptor); /* HDF5 keeps a file open that it could not close */
    }
    release(temporary);
}

void sm_temporary_clear(const char *output, bool is_there) {
    char *real =
        is_there ? realpath(output, NULL) : NULL; /* it is beside the file itself, where the output is a link */
    char *path = sm_temporary_path(real ? real : output);
    int descriptor = path ? SM_RETRY(open(path, O_RDWR | O_CLOEXEC)) : -1;
    if (descriptor >= 0) {
        struct stat state;
        if (sm_lock_file(descriptor) && is_current(descriptor, path, &state) == 1) {
            unlink(path);
        }
        close(descriptor);
    }
    free(path);
    free(real);
}
