#include "parallel/status/heartbeat.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parallel/journal/journal.h"
#include "parallel/seconds.h"
#include "rtdc/files/path.h"
#include "rtdc/files/retry.h"

static const char suffix[] = ".heartbeat", part_suffix[] = "-part";

char *sm_heartbeat_path(const char *journal) {
    const char *name = sm_path_name(journal);
    size_t size = strlen(name) + sizeof suffix + 1;
    char *hidden = malloc(size);
    if (hidden) {
        snprintf(hidden, size, ".%s%s", name, suffix);
    }
    char *path = hidden ? sm_path_beside(journal, hidden) : NULL;
    free(hidden);
    return path;
}

bool sm_heartbeat_belongs(const char *name, const char *journal) {
    size_t length = strlen(name), end = sizeof suffix - 1;
    if (*name != '.' || length <= end + 1 || strcmp(name + length - end, suffix) != 0) {
        return false;
    }
    char *of = strndup(name + 1, length - end - 1);
    bool belongs = of && sm_journal_belongs(of, journal);
    free(of);
    return belongs;
}

void sm_heartbeat_start(const char *journal, struct sm_heartbeat *heartbeat) {
    *heartbeat = (struct sm_heartbeat){
        .path = sm_heartbeat_path(journal), .latest = sm_seconds_now(), .error = SPARSEMED_NO_ERROR};
    size_t size = heartbeat->path ? strlen(heartbeat->path) + sizeof part_suffix : 0;
    heartbeat->part = heartbeat->path ? malloc(size) : NULL;
    if (heartbeat->part) {
        snprintf(heartbeat->part, size, "%s%s", heartbeat->path, part_suffix);
    }
}

bool sm_heartbeat_is_due(const struct sm_heartbeat *heartbeat) {
    return heartbeat->part && sm_seconds_now() - heartbeat->latest >= SM_HEARTBEAT_INTERVAL;
}

/* Make the file anew. What has its name is not used: it may be a link, or a file with further names. */
static int make(const char *path) {
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    int descriptor = SM_RETRY(open(path, flags, 0666));
    if (descriptor < 0 && errno == EEXIST && unlink(path) == 0) {
        descriptor = SM_RETRY(open(path, flags, 0666));
    }
    return descriptor;
}

/* Returns whether all was written; errno tells. */
static bool write_line(int descriptor, const char *text) {
    size_t length = strlen(text);
    while (length > 0) {
        ssize_t written = SM_RETRY(write(descriptor, text, length));
        if (written < 0) {
            return false;
        }
        text += written;
        length -= (size_t)written;
    }
    return SM_RETRY(write(descriptor, "\n", 1)) == 1;
}

void sm_heartbeat_renew(struct sm_heartbeat *heartbeat, const char *text) {
    heartbeat->latest = sm_seconds_now();
    if (!text || !heartbeat->part) {
        return;
    }
    int descriptor = make(heartbeat->part);
    bool written = descriptor >= 0 && write_line(descriptor, text);
    int reason = errno;
    if (descriptor >= 0 && close(descriptor) != 0 && written) {
        written = false;
        reason = errno;
    }
    if (written && rename(heartbeat->part, heartbeat->path) != 0) {
        written = false;
        reason = errno;
    }
    if (!written && descriptor >= 0) {
        unlink(heartbeat->part);
    }
    if (!written && heartbeat->error.status == SPARSEMED_OK) {
        sparsemed_fail(&heartbeat->error, SPARSEMED_OUTPUT,
                       "%s: could not be written: %s; sparsemed status does not see what this job is at",
                       heartbeat->path, strerror(reason));
    }
}

void sm_heartbeat_stop(struct sm_heartbeat *heartbeat) {
    if (heartbeat->path) {
        unlink(heartbeat->path);
    }
    free(heartbeat->path);
    free(heartbeat->part);
    heartbeat->path = heartbeat->part = NULL;
}
