/* Strings in the heaps of a file: what is found sound can be read. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz/fuzzing.h"
#include "rtdc/hdf5/changed_calls.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/heap_values.h"
#include "support/file_bytes.h"
#include "support/hdf5_files.h"

/* Bytes of a reference to a value. */
enum { REFERENCE_BYTES = 16 };

/* A sound file, and where in it the heap and the references of a list begin. */
static struct bytes sound;
static uint8_t *heap, *references;

enum { N_LINES = 3 };

static void make_file(void) {
    static const char *const lines[N_LINES] = {"a line", "another line that is longer", "and one"};
    char path[] = "/tmp/sparsemed-fuzz-XXXXXX";
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    must(sm_hdf5_start(&error) == SPARSEMED_OK, error.message);
    close(mkstemp(path));
    hid_t file = create_file(path, FORMAT_OLD);
    add_lines(file, "lines", N_LINES, lines);
    close_file(file);
    sound = load_bytes(path);
    unlink(path);
    heap = memmem(sound.data, sound.n, "GCOL", 4);
    must(heap, "there is no heap");
    uint64_t address = (uint64_t)(heap - sound.data);
    for (uint8_t *at = sound.data; at < sound.data + sound.n - REFERENCE_BYTES && !references; at++) {
        references = memcmp(at + 4, &address, sizeof address) == 0 ? at : NULL;
    }
    must(references, "there are no references");
}

/* Overwrite the references, then the heap, with what differs from the sound file: bytes are added to those there. */
static void put(uint8_t *to, size_t most, const uint8_t **data, size_t *n_bytes) {
    for (size_t i = 0; i < most && to + i<sound.data + sound.n && * n_bytes> 0; i++) {
        to[i] = (uint8_t)(to[i] + take_byte(data, n_bytes));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    static const size_t heap_bytes = 256; /* more than it has values in */
    uint8_t kept_heap[256], kept_references[N_LINES * REFERENCE_BYTES];
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t file, dataset;
    if (!heap) {
        make_file();
    }
    memcpy(kept_heap, heap, heap_bytes);
    memcpy(kept_references, references, sizeof kept_references);
    put(references, sizeof kept_references, &data, &n_bytes);
    put(heap, heap_bytes, &data, &n_bytes);
    const char *path = to_file(sound.data, sound.n);
    memcpy(heap, kept_heap, heap_bytes);
    memcpy(references, kept_references, sizeof kept_references);
    must(sm_hdf5_open(path, &file, &error) == SPARSEMED_OK, error.message);
    must(sm_hdf5_open_dataset(file, path, "lines", &dataset, &error) == SPARSEMED_OK, error.message);
    if (went_well(sm_heap_values_check(dataset, &error), &error, SPARSEMED_INPUT, SPARSEMED_INPUT)) {
        char *lines[N_LINES];
        hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
        must(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, lines) >= 0, "what is sound cannot be read");
        for (int i = 0; i < N_LINES; i++) {
            free(lines[i] ? strdup(lines[i]) : NULL); /* looks at all of it */
        }
        sm_hdf5_reclaim(type, space, lines);
        H5Sclose(space);
        H5Tclose(type);
    }
    H5Dclose(dataset);
    H5Fclose(file);
    return 0;
}
