/* Files as bytes, whatever is in them. What fails, fails the running test, or ends a program that is no test. */
#ifndef TESTS_SUPPORT_FILE_BYTES_H
#define TESTS_SUPPORT_FILE_BYTES_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
    uint8_t *data; /* [n] */
    size_t n;
};

/* All bytes of a file; release data with free. */
struct bytes load_bytes(const char *path);

/* Make a file of n bytes, or overwrite one. */
void save_bytes(const char *path, const void *data, size_t n);

/* The same with bytes that were loaded, which are released. */
void save_and_free(const char *path, struct bytes bytes);

#endif
