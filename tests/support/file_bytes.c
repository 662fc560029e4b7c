#include "support/file_bytes.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/demand.h"

struct bytes load_bytes(const char *path) {
    FILE *file = fopen(path, "rb");
    demand(file && fseek(file, 0, SEEK_END) == 0, "read a file");
    long n = ftell(file);
    demand(n >= 0, "read a file");
    struct bytes bytes = {malloc((size_t)n + 1), (size_t)n};
    rewind(file);
    demand(bytes.data && fread(bytes.data, 1, bytes.n, file) == bytes.n && fclose(file) == 0, "read a file");
    return bytes;
}

void save_bytes(const char *path, const void *data, size_t n) {
    FILE *file = fopen(path, "wb");
    demand(file && fwrite(data, 1, n, file) == n && fclose(file) == 0, "write a file");
}

void save_and_free(const char *path, struct bytes bytes) {
    save_bytes(path, bytes.data, bytes.n);
    free(bytes.data);
}
