#include "rtdc/files/memory_file.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/numbers.h"
#include "rtdc/files/retry.h"

/* Make room for a size, with zeros. */
static bool make_room(struct sm_memory_file *file, uint64_t size) {
    uint64_t capacity = sm_max(file->capacity, 1 << 16);
    while (capacity < size) {
        capacity *= 2;
    }
    if (capacity == file->capacity) {
        return true;
    }
    uint8_t *bytes = realloc(file->bytes, capacity);
    if (!bytes) {
        errno = ENOMEM;
        return false;
    }
    memset(bytes + file->capacity, 0, capacity - file->capacity);
    file->bytes = bytes;
    file->capacity = capacity;
    return true;
}

bool sm_write_at(int descriptor, uint64_t first, size_t n_bytes, const void *bytes) {
    for (size_t done = 0; done < n_bytes;) {
        ssize_t n = SM_RETRY(pwrite(descriptor, (const uint8_t *)bytes + done, n_bytes - done, (off_t)(first + done)));
        if (n < 0) {
            return false;
        }
        done += (size_t)n;
    }
    return true;
}

/* Whether the file on disk is what is kept here. */
static bool reads_back(const struct sm_memory_file *file) {
    uint8_t *found = malloc(file->size + 1); /* one more, which must not be there */
    size_t done = 0;
    ssize_t n = found ? 1 : -1;
    while (n > 0 && done < file->size) {
        n = SM_RETRY(pread(file->descriptor, found + done, file->size + 1 - done, (off_t)done));
        done += n > 0 ? (size_t)n : 0;
    }
    bool same = n >= 0 && done == file->size && (done == 0 || memcmp(found, file->bytes, done) == 0);
    free(found);
    errno = n < 0 ? errno : 0;
    return same;
}

bool sm_memory_file_flush(struct sm_memory_file *file) {
    if (file->is_on_disk) {
        return true;
    }
    if ((file->state.st_size > 0 && SM_RETRY(ftruncate(file->descriptor, 0)) != 0) ||
        !sm_write_at(file->descriptor, 0, file->size, file->bytes) || !reads_back(file)) {
        return false;
    }
    file->is_on_disk = true;
    free(file->bytes);
    file->bytes = NULL;
    return true;
}

/* Put the file on disk, as it becomes larger than what is kept here. */
static bool put_away(struct sm_memory_file *file) {
    bool flushed = sm_memory_file_flush(file);
    errno = errno ? errno : EIO;
    return flushed;
}

bool sm_memory_file_write(struct sm_memory_file *file, uint64_t first, size_t n_bytes, const void *bytes) {
    uint64_t end = first + n_bytes;
    if (!file->is_on_disk && end > SM_MEMORY_FILE_MOST && !put_away(file)) {
        return false;
    }
    if (file->is_on_disk) {
        return sm_write_at(file->descriptor, first, n_bytes, bytes);
    }
    if (!make_room(file, end)) {
        return false;
    }
    memcpy(file->bytes + first, bytes, n_bytes);
    file->size = sm_max(file->size, end);
    return true;
}

size_t sm_memory_file_read(const struct sm_memory_file *file, uint64_t first, size_t n_bytes, void *bytes) {
    assert(!file->is_on_disk);
    size_t n = first < file->size ? sm_min(n_bytes, file->size - first) : 0;
    if (n > 0) {
        memcpy(bytes, file->bytes + first, n);
    }
    return n;
}

bool sm_memory_file_resize(struct sm_memory_file *file, uint64_t size) {
    if (!file->is_on_disk && size > SM_MEMORY_FILE_MOST && !put_away(file)) {
        return false;
    }
    if (file->is_on_disk) {
        return SM_RETRY(ftruncate(file->descriptor, (off_t)size)) == 0;
    }
    if (!make_room(file, size)) {
        return false;
    }
    if (size < file->size) {
        memset(file->bytes + size, 0, file->size - size);
    }
    file->size = size;
    return true;
}

void sm_memory_file_free(struct sm_memory_file *file) {
    free(file->bytes);
    *file = (struct sm_memory_file){0};
}
