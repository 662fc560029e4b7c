#include "support/text_heap.h"

#include <stdlib.h>
#include <string.h>

#include "support/demand.h"
#include "support/file_bytes.h"

/* Bytes from the mark of a heap to the length of its first text. */
enum { LENGTH_OF_FIRST = 24 };

/* Load a file and find the mark of its last heap. */
static uint8_t *find_heap(const char *path, struct bytes *bytes) {
    static const char mark[] = "GCOL";
    uint8_t *heap = NULL;
    *bytes = load_bytes(path);
    for (size_t i = 0; i + strlen(mark) <= bytes->n; i++) {
        heap = memcmp(bytes->data + i, mark, strlen(mark)) == 0 ? bytes->data + i : heap;
    }
    demand(heap, "find a heap");
    return heap;
}

void lose_texts(const char *path) {
    struct bytes bytes;
    find_heap(path, &bytes)[0] ^= 0x20;
    save_and_free(path, bytes);
}

void claim_endless_text(const char *path) {
    struct bytes bytes;
    find_heap(path, &bytes)[LENGTH_OF_FIRST + 6] = 0x10;
    save_and_free(path, bytes);
}
