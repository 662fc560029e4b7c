#include "parallel/journal/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rtdc/files/lock.h"
#include "rtdc/files/path.h"
#include "rtdc/files/retry.h"

char *sm_journal_shard_path(const char *path, size_t shard, size_t n_shards) {
    const char *name = sm_path_name(path);
    const char *dot = strrchr(name, '.');
    const char *extension = dot && dot != name ? dot : name + strlen(name);
    size_t size = strlen(path) + 64;
    char *shard_path = malloc(size);
    if (shard_path) {
        snprintf(shard_path, size, "%.*s.%zu-of-%zu%s", (int)(extension - path), path, shard, n_shards, extension);
    }
    return shard_path;
}

bool sm_journal_belongs(const char *name, const char *path) {
    const char *journal = sm_path_name(path);
    size_t shard, n_shards;
    int stem = 0;
    const char *dot = strrchr(journal, '.');
    size_t common = dot && dot != journal ? (size_t)(dot - journal) : strlen(journal);
    if (strcmp(name, journal) == 0) {
        return true;
    }
    return strncmp(name, journal, common) == 0 &&
           sscanf(name + common, ".%zu-of-%zu%n", &shard, &n_shards, &stem) == 2 &&
           strcmp(name + common + stem, journal + common) == 0;
}

/* Whether a file begins as no journal does, and so is somebody's, such as a measurement. An end of a line or a zero may
 * be what a job that died or a loss of power has left. */
static bool is_foreign(int descriptor) {
    char first = '\0';
    return SM_RETRY(pread(descriptor, &first, 1, 0)) == 1 && first != '{' && first != '\n' && first != '\0';
}

/* Whether a file that is not empty lacks the end of its last line, or may lack it. */
static bool is_torn(int descriptor) {
    char last = '\0';
    off_t size = lseek(descriptor, 0, SEEK_END);
    return size != 0 && (SM_RETRY(pread(descriptor, &last, 1, size - 1)) != 1 || last != '\n');
}

enum sparsemed_status sm_journal_open(const char *path, struct sm_journal *journal, struct sparsemed_error *error) {
    *journal = SM_NO_JOURNAL;
    journal->path = strdup(path);
    if (!journal->path) {
        return sparsemed_fail_memory(error, "opening the journal");
    }
    struct stat info;
    /* Who may write to the folder could lead it to a file of ours by a link. */
    journal->descriptor = SM_RETRY(open(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666));
    if (journal->descriptor < 0 && errno == ELOOP) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT,
                              "%s: the journal is a symbolic link; name with --journal what it leads to", path);
    }
    if (journal->descriptor < 0 || fstat(journal->descriptor, &info) != 0) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: the journal cannot be written: %s", path, strerror(errno));
    }
    if (!S_ISREG(info.st_mode)) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: the journal is not a file; name another one", path);
    }
    if (is_foreign(journal->descriptor)) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "%s: exists and is no journal; name another file", path);
    }
    if (!sm_lock_file(journal->descriptor)) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT,
                              "%s: another job works on this archive; wait for it, or divide the work with "
                              "--shard",
                              path);
    }
    journal->torn = is_torn(journal->descriptor);
    sm_path_sync_folder(path); /* it may be new */
    return SPARSEMED_OK;
}

/* Write all of a text, in one go wherever the system does. */
static bool write_all(int descriptor, const char *text, size_t length) {
    while (length > 0) {
        ssize_t written = write(descriptor, text, length);
        if (written < 0 && errno != EINTR) {
            return false;
        }
        text += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

/* In one go. Lines may come twice where a part of it was written before, which harms nothing. */
enum sparsemed_status sm_journal_write(struct sm_journal *journal, struct sparsemed_error *error) {
    if (!journal->owed) {
        return SPARSEMED_OK;
    }
    size_t first = journal->torn ? 0 : 1; /* it begins with a line break */
    journal->torn = !write_all(journal->descriptor, journal->owed + first, journal->owed_size - first);
    if (journal->torn) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: the journal could not be written: %s", journal->path,
                              strerror(errno));
    }
    free(journal->owed);
    journal->owed = NULL;
    journal->owed_size = 0;
    return SPARSEMED_OK;
}

enum sparsemed_status sm_journal_note(struct sm_journal *journal, const char *text, struct sparsemed_error *error) {
    size_t begin = journal->owed ? journal->owed_size : 1, length = strlen(text);
    char *lines = realloc(journal->owed, begin + length + 1);
    if (!lines) {
        return sparsemed_fail_memory(error, "writing the journal");
    }
    lines[0] = '\n';
    memcpy(lines + begin, text, length);
    lines[begin + length] = '\n';
    journal->owed = lines;
    journal->owed_size = begin + length + 1;
    return SPARSEMED_OK;
}

enum sparsemed_status sm_journal_append(struct sm_journal *journal, const char *text, struct sparsemed_error *error) {
    return sm_journal_note(journal, text, error) == SPARSEMED_OK ? sm_journal_write(journal, error) : error->status;
}

enum sparsemed_status sm_journal_flush(struct sm_journal *journal, struct sparsemed_error *error) {
    if (sm_journal_write(journal, error) != SPARSEMED_OK) {
        return error->status;
    }
    /* What is no file on a disk, such as a pipe, cannot be flushed and need not be. */
    if (SM_RETRY(fsync(journal->descriptor)) != 0 && errno != EINVAL && errno != ENOTSUP) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: the journal could not be flushed to disk: %s",
                              journal->path, strerror(errno));
    }
    return SPARSEMED_OK;
}

void sm_journal_close(struct sm_journal *journal) {
    if (journal->descriptor >= 0) {
        close(journal->descriptor);
    }
    free(journal->path);
    free(journal->owed);
    *journal = SM_NO_JOURNAL;
}
