#include "rtdc/files/clone.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__linux__)
#include <linux/fs.h>
#include <sys/xattr.h>
#endif

#include "core/numbers.h"
#include "rtdc/files/retry.h"

enum { BUFFER_BYTES = 1 << 20 };

bool sm_clone_share(const char *from, int descriptor) {
#if defined(FICLONE)
    int source = SM_RETRY(open(from, O_RDONLY | O_CLOEXEC));
    bool shared = source >= 0 && ioctl(descriptor, FICLONE, source) == 0;
    if (source >= 0) {
        close(source);
    }
    return shared;
#else
    (void)from;
    (void)descriptor;
    return false;
#endif
}

/* Copy up to as many bytes as the buffer has. Returns how many; 0 or less on failure, 0 where the file ends. */
static ssize_t copy_some(int source, int target, off_t at, size_t n_wanted, void *buffer) {
    ssize_t n_read = pread(source, buffer, n_wanted, at), n_written = 0;
    while (n_read > 0 && n_written < n_read) {
        ssize_t n = pwrite(target, (const char *)buffer + n_written, (size_t)(n_read - n_written), at + n_written);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return -1;
        }
        n_written += n;
    }
    return n_read;
}

static bool copy_all(int source, int target, off_t begin, off_t end) {
    char *buffer = malloc(BUFFER_BYTES);
    bool copying = buffer != NULL;
    while (copying && begin < end) {
        size_t n_wanted = sm_min((uint64_t)(end - begin), BUFFER_BYTES);
        ssize_t n = copy_some(source, target, begin, n_wanted, buffer);
        copying = n > 0 || (n < 0 && errno == EINTR);
        begin += n > 0 ? n : 0;
    }
    free(buffer);
    return copying;
}

enum sparsemed_status sm_clone_range(const char *from, const char *to, uint64_t begin, uint64_t end,
                                     struct sparsemed_error *error) {
    assert(begin <= end && error->status == SPARSEMED_OK);
    int source = SM_RETRY(open(from, O_RDONLY | O_CLOEXEC)),
        target = source >= 0 ? SM_RETRY(open(to, O_WRONLY | O_CLOEXEC)) : -1;
    bool copied = false;
    if (target >= 0) {
        errno = 0;
        copied = copy_all(source, target, (off_t)begin, (off_t)end);
    }
    if (!copied) {
        sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: cannot be copied to %s: %s", from, to,
                       errno ? strerror(errno) : "it became shorter meanwhile");
    }
    if (source >= 0) {
        close(source);
    }
    if (target >= 0) {
        close(target);
    }
    return error->status;
}

/* ---- rights and attributes ---- */

#if defined(__linux__)

static const char access_list[] = "system.posix_acl_access";

/* Whether an attribute can be taken over as it comes: not the list, which may forbid to set others, nor sums of the
 * content, which is another one now. */
static bool is_plain(const char *name) {
    return strcmp(name, access_list) != 0 && strcmp(name, "security.ima") != 0 && strcmp(name, "security.evm") != 0;
}

static void copy_attribute(const char *from, int descriptor, const char *name) {
    ssize_t size = getxattr(from, name, NULL, 0);
    void *value = size >= 0 ? malloc((size_t)size + 1) : NULL;
    if (value && getxattr(from, name, value, (size_t)size) == size) {
        fsetxattr(descriptor, name, value, (size_t)size, 0);
    }
    free(value);
}

/* Take over the extended attributes, of which the access control list is one. A list that the folder has given to the
 * file goes in any case: the other file may have none. */
static void copy_attributes(const char *from, int descriptor) {
    ssize_t size = listxattr(from, NULL, 0);
    char *names = size > 0 ? malloc((size_t)size) : NULL;
    ssize_t length = names ? listxattr(from, names, (size_t)size) : 0;
    for (ssize_t i = 0; i < length; i += (ssize_t)strlen(names + i) + 1) {
        if (is_plain(names + i)) {
            copy_attribute(from, descriptor, names + i);
        }
    }
    free(names);
    fremovexattr(descriptor, access_list);
    copy_attribute(from, descriptor, access_list);
}

#else

static void copy_attributes(const char *from, int descriptor) {
    (void)from;
    (void)descriptor;
}

#endif

bool sm_clone_owner(const char *from, int descriptor) {
    struct stat original, copy;
    if (stat(from, &original) != 0 || fstat(descriptor, &copy) != 0) {
        return false;
    }
    return (copy.st_uid == original.st_uid && copy.st_gid == original.st_gid) ||
           fchown(descriptor, original.st_uid, original.st_gid) == 0;
}

bool sm_clone_rights(const char *from, int descriptor) {
    struct stat info;
    if (!sm_clone_owner(from, descriptor) || stat(from, &info) != 0) {
        return false; /* rights of one owner or group must not become those of another one */
    }
    copy_attributes(from, descriptor);
    fchmod(descriptor, info.st_mode & 07777);
    return true;
}
