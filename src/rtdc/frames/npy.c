#include "rtdc/frames/npy.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rtdc/files/path.h"
#include "rtdc/files/retry.h"

/* What precedes the header: magic, two bytes of version, and the header's length in two bytes or four. */
static const char magic[] = "\x93NUMPY";
enum { MAGIC_BYTES = sizeof magic - 1, VERSION_BYTES = 2 };

/* NumPy itself reads no headers above 10000 bytes unless told to. */
enum { MAX_HEADER_BYTES = 1 << 16 };

/* ---- opening ---- */

static bool is_named_so(const char *path) {
    static const char suffix[] = ".npy";
    size_t length = strlen(path), suffix_length = sizeof suffix - 1;
    return length >= suffix_length && strcmp(path + length - suffix_length, suffix) == 0;
}

bool sm_npy_is_open(int descriptor, const struct sm_memory_file *memory, const char *path) {
    char found[MAGIC_BYTES];
    if (is_named_so(path)) {
        return true;
    }
    ssize_t n = memory && !memory->is_on_disk ? (ssize_t)sm_memory_file_read(memory, 0, sizeof found, found)
                                              : SM_RETRY(pread(descriptor, found, sizeof found, 0));
    return n == sizeof found && memcmp(found, magic, sizeof found) == 0;
}

bool sm_npy_is(const char *path) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    int descriptor;
    if (is_named_so(path) || sm_path_open(path, &descriptor, &ignored) != SPARSEMED_OK) {
        return is_named_so(path);
    }
    bool is = sm_npy_is_open(descriptor, NULL, path);
    close(descriptor);
    return is;
}

/* Read bytes of the file. */
static enum sparsemed_status read_at(const struct sm_npy *npy, uint64_t first, size_t n_bytes, void *bytes,
                                     struct sparsemed_error *error) {
    for (size_t n_read = 0; n_read < n_bytes;) {
        ssize_t n = pread(npy->descriptor, (char *)bytes + n_read, n_bytes - n_read, (off_t)(first + n_read));
        if (n < 0 && errno != EINTR) {
            return sparsemed_fail(error, SPARSEMED_INPUT, "%s: cannot be read: %s", npy->path, strerror(errno));
        }
        if (n == 0) {
            return sparsemed_fail(error, SPARSEMED_INPUT, "%s: is truncated", npy->path);
        }
        n_read += n > 0 ? (size_t)n : 0;
    }
    return SPARSEMED_OK;
}

/* Where the header begins, and its length. */
static enum sparsemed_status find_header(const struct sm_npy *npy, uint64_t *first, size_t *n_bytes,
                                         struct sparsemed_error *error) {
    unsigned char start[MAGIC_BYTES + VERSION_BYTES + 4] = {0};
    if (read_at(npy, 0, MAGIC_BYTES + VERSION_BYTES + 2, start, error) != SPARSEMED_OK ||
        memcmp(start, magic, MAGIC_BYTES) != 0) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: is no NumPy array", npy->path);
    }
    const unsigned char *version = start + MAGIC_BYTES, *length = version + VERSION_BYTES;
    if (version[0] < 1 || version[0] > 3 || version[1] != 0) {
        return sparsemed_fail(error, SPARSEMED_INPUT,
                              "%s: has version %d.%d of the format of NumPy; only 1.0, 2.0 and 3.0 are known",
                              npy->path, version[0], version[1]);
    }
    size_t length_bytes = version[0] == 1 ? 2 : 4;
    *first = MAGIC_BYTES + VERSION_BYTES + length_bytes;
    if (read_at(npy, 0, *first, start, error) != SPARSEMED_OK) {
        return error->status;
    }
    *n_bytes = 0;
    for (size_t i = length_bytes; i > 0; i--) {
        *n_bytes = *n_bytes << 8 | length[i - 1];
    }
    if (*n_bytes > MAX_HEADER_BYTES) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: has a header of %zu bytes, more than %d", npy->path,
                              *n_bytes, MAX_HEADER_BYTES);
    }
    return SPARSEMED_OK;
}

static enum sparsemed_status read_header(struct sm_npy *npy, struct sparsemed_error *error) {
    uint64_t first = 0;
    size_t n_bytes = 0;
    if (find_header(npy, &first, &n_bytes, error) != SPARSEMED_OK) {
        return error->status;
    }
    npy->first_byte = first + n_bytes;
    char *text = malloc(n_bytes + 1);
    if (!text) {
        return sparsemed_fail_memory(error, "reading the header of an array");
    }
    if (read_at(npy, first, n_bytes, text, error) == SPARSEMED_OK &&
        sm_npy_header_read(text, n_bytes, &npy->header, error) != SPARSEMED_OK) {
        sparsemed_fail_where(error, "%s", npy->path);
    }
    free(text);
    return error->status;
}

/* Count the elements, and hold them against the length of the file. What may follow them is no business of ours. */
static enum sparsemed_status check_length(struct sm_npy *npy, struct sparsemed_error *error) {
    uint64_t n_bytes, end = 0;
    bool fits = true;
    npy->n_elements = 1;
    for (int i = 0; i < npy->header.n_dimensions; i++) {
        fits = fits && !__builtin_mul_overflow(npy->n_elements, npy->header.extent[i], &npy->n_elements);
    }
    fits = fits && !__builtin_mul_overflow(npy->n_elements, npy->header.element_bytes, &n_bytes) &&
           !__builtin_add_overflow(npy->first_byte, n_bytes, &end);
    struct stat info;
    if (fstat(npy->descriptor, &info) != 0) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: cannot be read: %s", npy->path, strerror(errno));
    }
    if (!fits || end > (uint64_t)info.st_size) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: is truncated: it has %lld bytes, fewer than its shape needs",
                              npy->path, (long long)info.st_size);
    }
    return SPARSEMED_OK;
}

enum sparsemed_status sm_npy_open(const char *path, struct sm_npy *npy, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *npy = SM_NO_NPY;
    npy->path = path;
    if (sm_path_open(path, &npy->descriptor, error) != SPARSEMED_OK || read_header(npy, error) != SPARSEMED_OK) {
        return error->status;
    }
    return check_length(npy, error);
}

void sm_npy_close(struct sm_npy *npy) {
    if (npy->descriptor >= 0) {
        close(npy->descriptor);
    }
    *npy = SM_NO_NPY;
}

/* ---- reading ---- */

enum sparsemed_status sm_npy_read(const struct sm_npy *npy, uint64_t first, size_t n_bytes, void *bytes,
                                  struct sparsemed_error *error) {
    assert(first + n_bytes <= npy->n_elements * npy->header.element_bytes && error->status == SPARSEMED_OK);
    return read_at(npy, npy->first_byte + first, n_bytes, bytes, error);
}

/* The bits of an element, a signed one with its sign extended. */
static uint64_t element_bits(const struct sm_npy_header *header, const unsigned char *element) {
    size_t n = header->element_bytes;
    unsigned char most = element[header->big_endian ? 0 : n - 1];
    uint64_t bits = header->kind == 'i' && most & 0x80 ? UINT64_MAX : 0;
    for (size_t i = 0; i < n; i++) {
        bits = bits << 8 | element[header->big_endian ? i : n - 1 - i];
    }
    return bits;
}

/* The type in which numbers are handed out; integers are widened. */
static enum sparsemed_number_type number_type(const struct sm_npy_header *header) {
    switch (header->kind) {
    case 'i':
        return SPARSEMED_INT64;
    case 'u':
        return SPARSEMED_UINT64;
    default:
        return header->element_bytes == sizeof(float) ? SPARSEMED_FLOAT32 : SPARSEMED_FLOAT64;
    }
}

/* Turn elements as they are stored into numbers of the given type. */
static void convert(const struct sm_npy *npy, const unsigned char *raw, enum sparsemed_number_type type, void *values) {
    for (uint64_t i = 0; i < npy->n_elements; i++) {
        uint64_t bits = element_bits(&npy->header, raw + i * npy->header.element_bytes);
        if (type == SPARSEMED_FLOAT32) {
            ((uint32_t *)values)[i] = (uint32_t)bits;
        } else {
            ((uint64_t *)values)[i] = bits;
        }
    }
}

/* Whether the array is a list of n numbers. */
static enum sparsemed_status check_numbers(const struct sm_npy *npy, uint64_t n, struct sparsemed_error *error) {
    if (npy->header.n_dimensions != 1) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: has %d dimensions instead of one", npy->path,
                              npy->header.n_dimensions);
    }
    if (npy->n_elements != n) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: has %llu values for %llu frames", npy->path,
                              (unsigned long long)npy->n_elements, (unsigned long long)n);
    }
    if (npy->header.kind == 0 || (npy->header.kind == 'f' && npy->header.element_bytes < sizeof(float))) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: does not hold integers or numbers of 32 or 64 bits, but %s",
                              npy->path, npy->header.type);
    }
    return SPARSEMED_OK;
}

enum sparsemed_status sm_npy_read_numbers(const char *path, uint64_t n, void **values, enum sparsemed_number_type *type,
                                          struct sparsemed_error *error) {
    assert(n >= 1 && error->status == SPARSEMED_OK);
    struct sm_npy npy;
    unsigned char *raw = NULL;
    *values = NULL;
    if (sm_npy_open(path, &npy, error) == SPARSEMED_OK && check_numbers(&npy, n, error) == SPARSEMED_OK) {
        size_t n_bytes = n * npy.header.element_bytes; /* no more than the file has */
        raw = malloc(n_bytes);
        *values = n <= SIZE_MAX / sizeof(uint64_t) ? malloc(n * sizeof(uint64_t)) : NULL;
        if (!raw || !*values) {
            sparsemed_fail_memory(error, "reading the time stamps");
        } else if (sm_npy_read(&npy, 0, n_bytes, raw, error) == SPARSEMED_OK) {
            *type = number_type(&npy.header);
            convert(&npy, raw, *type, *values);
        }
    }
    free(raw);
    sm_npy_close(&npy);
    return error->status;
}
