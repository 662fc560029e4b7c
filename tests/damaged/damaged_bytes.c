/* Kinds with bytes of the file that are missing or lie. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "damaged/damage.h"
#include "support/file_bytes.h"
#include "support/text_heap.h"

/* The first occurrence of a pattern, or NULL. */
static uint8_t *find_first(struct bytes bytes, const void *pattern, size_t n) {
    return memmem(bytes.data, bytes.n, pattern, n);
}

static void cut(const struct kind *kind, const char *path) {
    struct bytes bytes = load_bytes(path);
    bytes.n = (size_t)(kind->value * (double)bytes.n);
    save_and_free(path, bytes);
}

static void scramble(const struct kind *kind, const char *path) {
    struct bytes bytes = load_bytes(path);
    uint32_t state = 1;
    (void)kind;
    for (size_t i = 0; i < bytes.n; i++) {
        state = state * 1664525u + 1013904223u;
        bytes.data[i] = (uint8_t)(state >> 24);
    }
    save_and_free(path, bytes);
}

static void replace_by_text(const struct kind *kind, const char *path) {
    static const char text[] = "time\tarea_um\n0.1\t45.2\n";
    (void)kind;
    save_bytes(path, text, sizeof text - 1);
}

/* As a program leaves a file of the new format that dies while it writes. */
static void leave_open(const struct kind *kind, const char *path) {
    (void)kind;
    hid_t access = good(H5Pcreate(H5P_FILE_ACCESS), "make a property list");
    good(H5Pset_libver_bounds(access, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST), "ask for the new format");
    hid_t file = good(H5Fopen(path, H5F_ACC_RDWR, access), "open the copy");
    good(H5Fflush(file, H5F_SCOPE_GLOBAL), "write the copy");
    _exit(0);
}

/* ---- numbers that lie; files of the old format only, as the new one has checksums ---- */

/* Let the images have a thousand times as many frames, and with a value other than 0 the time stamps too. */
static void claim_frames(const struct kind *kind, const char *path) {
    static const uint8_t column[8] = {1, 1, 1}; /* version, dimensions, and that the greatest extent follows */
    hsize_t extent[H5S_MAX_RANK];
    hid_t file = change_file(path);
    hid_t dataset = good(H5Dopen2(file, IMAGE, H5P_DEFAULT), "open the images");
    demand(extent_of(dataset, extent) == 3, "find the images");
    good(H5Dclose(dataset), "close the images");
    close_file(file);
    struct bytes bytes = load_bytes(path);
    uint64_t claimed = extent[0] * 1000;
    uint8_t *found = find_first(bytes, extent, 3 * sizeof *extent);
    demand(found, "find the extent of the images");
    memcpy(found, &claimed, sizeof claimed);
    uint8_t pattern[16];
    memcpy(pattern, column, sizeof column);
    memcpy(pattern + sizeof column, &extent[0], sizeof claimed);
    while (kind->value != 0 && (found = find_first(bytes, pattern, sizeof pattern))) {
        memcpy(found + sizeof column, &claimed, sizeof claimed);
    }
    save_and_free(path, bytes);
}

/* The first chunk of images in the index of chunks: number of bytes, filter mask, offsets, address. */
struct entry {
    uint32_t n_bytes, mask;
    uint64_t offset[4], address;
};

static void change_entry(const char *path, const struct entry *change) {
    static const hsize_t origin[3] = {0};
    struct entry entry = {0};
    unsigned mask;
    haddr_t address;
    hsize_t n_bytes;
    hid_t file = change_file(path);
    hid_t dataset = good(H5Dopen2(file, IMAGE, H5P_DEFAULT), "open the images");
    good(H5Dget_chunk_info_by_coord(dataset, origin, &mask, &address, &n_bytes), "find a chunk");
    good(H5Dclose(dataset), "close the images");
    close_file(file);
    entry.n_bytes = (uint32_t)n_bytes;
    entry.address = address;
    struct bytes bytes = load_bytes(path);
    uint8_t *found = find_first(bytes, &entry, sizeof entry);
    demand(found, "find a chunk in the index");
    entry.n_bytes += change->n_bytes;
    entry.address += change->address;
    memcpy(found, &entry, sizeof entry);
    save_and_free(path, bytes);
}

static void lengthen_chunk(const struct kind *kind, const char *path) {
    change_entry(path, &(struct entry){.n_bytes = (uint32_t)kind->value});
}

static void move_chunk(const struct kind *kind, const char *path) {
    change_entry(path, &(struct entry){.address = (uint64_t)kind->value});
}

/* Strings of variable length are kept in a heap. Put a log of them, and damage the mark of the heap; or of the one that
 * has the attributes. With a value other than 0 the first string claims a length that no memory holds. */
static void damage_heap(const struct kind *kind, const char *path) {
    static const char *const lines[] = {"first line", "second line"};
    hid_t file = change_file(path);
    if (kind->dataset) {
        hid_t type = variable_text(H5T_CSET_ASCII);
        add_list(file, kind->dataset, type, 2, lines);
        good(H5Tclose(type), "close a type");
    }
    close_file(file);
    if (kind->value == 0) {
        lose_texts(path);
    } else {
        claim_endless_text(path);
    }
}

const struct kind byte_kinds[] = {
    {"truncated", "the end of the file is missing", cut, NULL, 0.6},
    {"truncated-early", "nearly all of the file is missing", cut, NULL, 0.001},
    {"zero-bytes", "the file is empty", cut, NULL, 0},
    {"garbage", "random bytes", scramble, NULL, 0},
    {"text", "a text", replace_by_text, NULL, 0},
    {"not-closed", "a file of the new format that was never closed", leave_open, NULL, 0},
    {"claims-frames", "the images claim to be a thousand times as many", claim_frames, NULL, 0},
    {"claims-all", "everything claims to be a thousand times as much", claim_frames, NULL, 1},
    {"claims-bytes", "a chunk of images claims to have 4 GiB", lengthen_chunk, NULL, 4.2e9},
    {"chunk-elsewhere", "a chunk of images claims to be beyond the end of the file", move_chunk, NULL, 1e9},
    {"log-heap-damaged", "the strings of a log are lost", damage_heap, LOG, 0},
    {"attribute-heap-damaged", "the strings of attributes are lost", damage_heap, NULL, 0},
    {"attribute-endless", "the string of an attribute claims to be longer than any memory", damage_heap, NULL, 1},
    {0},
};
