/* Kinds with a stored chunk that does not hold what it should. They work for any filters. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "damaged/damage.h"
#include "support/stored_chunks.h"

/* Where a chunk is. */
struct place {
    hsize_t origin[H5S_MAX_RANK];
    haddr_t address;
    hsize_t n_bytes;
};

/* Make the log that is to be damaged: some chunks of lines, that went through the filters of the images. */
static void make_log(hid_t file) {
    enum { N_LINES = 40, LINE_BYTES = 50 };
    const hsize_t n = N_LINES, chunk = N_LINES / 4;
    char lines[N_LINES][LINE_BYTES];
    for (size_t i = 0; i < N_LINES; i++) {
        memset(lines[i], (int)('a' + i % 26), LINE_BYTES);
    }
    hid_t images = good(H5Dopen2(file, IMAGE, H5P_DEFAULT), "open the images");
    hid_t creation = good(H5Dget_create_plist(images), "find the filters");
    good(H5Dclose(images), "close the images");
    good(H5Pset_chunk(creation, 1, &chunk), "set the chunks");
    hid_t type = fixed_text(LINE_BYTES, H5T_STR_NULLTERM, H5T_CSET_ASCII);
    add_dataset(file, LOG, type, 1, &n, creation, lines);
    good(H5Tclose(type), "close a type");
    good(H5Pclose(creation), "close a property list");
}

static hid_t open_dataset(hid_t file, const char *name) {
    if (strcmp(name, LOG) == 0 && H5Lexists(file, name, H5P_DEFAULT) <= 0) {
        make_log(file);
    }
    return good(H5Dopen2(file, name, H5P_DEFAULT), "open a dataset");
}

/* Find a chunk: 0 is the first, 1 the last along the first dimension. */
static void find_chunk(hid_t dataset, double which, struct place *place) {
    hsize_t extent[H5S_MAX_RANK], chunk[H5S_MAX_RANK];
    int rank = extent_of(dataset, extent);
    hid_t creation = good(H5Dget_create_plist(dataset), "find the chunks");
    demand(H5Pget_chunk(creation, H5S_MAX_RANK, chunk) == rank, "find the chunks");
    good(H5Pclose(creation), "close a property list");
    *place = (struct place){{0}, HADDR_UNDEF, 0};
    place->origin[0] = (hsize_t)(which * (double)((extent[0] - 1) / chunk[0])) * chunk[0];
    unsigned mask;
    good(H5Dget_chunk_info_by_coord(dataset, place->origin, &mask, &place->address, &place->n_bytes), "find a chunk");
    demand(place->n_bytes > 0 && place->address != HADDR_UNDEF, "find a chunk");
}

/* Change n bytes of a file: XOR with the mask, or set to 0xff where the mask is 0. */
static void change_bytes(const char *path, haddr_t position, size_t n, uint8_t mask) {
    uint8_t *bytes = malloc(n);
    demand(bytes, "make room for a chunk");
    int descriptor = open(path, O_RDWR);
    demand(descriptor >= 0 && pread(descriptor, bytes, n, (off_t)position) == (ssize_t)n, "read the copy");
    for (size_t i = 0; i < n; i++) {
        bytes[i] = mask ? bytes[i] ^ mask : 0xff;
    }
    demand(pwrite(descriptor, bytes, n, (off_t)position) == (ssize_t)n && close(descriptor) == 0, "change the copy");
    free(bytes);
}

static void locate(const struct kind *kind, const char *path, struct place *place) {
    hid_t file = change_file(path);
    hid_t dataset = open_dataset(file, kind->dataset);
    find_chunk(dataset, kind->value, place);
    good(H5Dclose(dataset), "close a dataset");
    close_file(file);
}

static void flip_middle_bit(const struct kind *kind, const char *path) {
    struct place place;
    locate(kind, path, &place);
    change_bytes(path, place.address + place.n_bytes / 2, 1, 0x10);
}

static void overwrite_start(const struct kind *kind, const char *path) {
    enum { N_BYTES = 64 };
    struct place place;
    locate(kind, path, &place);
    change_bytes(path, place.address, place.n_bytes < N_BYTES ? place.n_bytes : N_BYTES, 0);
}

/* What the filters of a dataset make of a chunk of another size: `change` more along the first dimension.
 *
 * n_bytes   receives the number of bytes returned, which the caller releases with free */
static void *encode(hid_t dataset, int change, hsize_t *n_bytes) {
    hsize_t chunk[H5S_MAX_RANK];
    hid_t creation = good(H5Dget_create_plist(dataset), "find the filters");
    hid_t type = good(H5Dget_type(dataset), "find the type");
    int rank = H5Pget_chunk(creation, H5S_MAX_RANK, chunk);
    demand(rank > 0 && (change > 0 || chunk[0] > 1), "make a chunk of another size");
    chunk[0] = (hsize_t)((hssize_t)chunk[0] + change);
    size_t n_decoded = H5Tget_size(type);
    for (int i = 0; i < rank; i++) {
        n_decoded *= chunk[i];
    }
    uint8_t *values = malloc(n_decoded);
    demand(values, "make room for a chunk");
    for (size_t i = 0; i < n_decoded; i++) {
        values[i] = (uint8_t)(i % 7 * (i % 11)); /* all filters can compress it */
    }
    good(H5Pset_chunk(creation, rank, chunk), "set the chunks");
    uint32_t mask;
    void *raw = filter_chunk(type, creation, rank, chunk, values, n_bytes, &mask);
    free(values);
    good(H5Tclose(type), "close a type");
    good(H5Pclose(creation), "close a property list");
    return raw;
}

static void store(hid_t dataset, double which, const void *raw, hsize_t n_bytes) {
    struct place place;
    find_chunk(dataset, which, &place);
    good(H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, place.origin, n_bytes, raw), "write a chunk");
}

/* Put a chunk that is whole, but has more or fewer elements, as the value tells; in the middle of the dataset. */
static void resize_chunk(const struct kind *kind, const char *path) {
    hid_t file = change_file(path);
    hid_t dataset = open_dataset(file, kind->dataset);
    hsize_t n_bytes;
    void *raw = encode(dataset, (int)kind->value, &n_bytes);
    store(dataset, 0.5, raw, n_bytes);
    free(raw);
    good(H5Dclose(dataset), "close a dataset");
    close_file(file);
}

/* Put a chunk of as many bytes as the value tells, all 0. */
static void put_bytes(const struct kind *kind, const char *path) {
    static const uint8_t zeros[16] = {0};
    hid_t file = change_file(path);
    hid_t dataset = open_dataset(file, kind->dataset);
    store(dataset, 0.5, zeros, (hsize_t)kind->value);
    good(H5Dclose(dataset), "close a dataset");
    close_file(file);
}

const struct kind chunk_kinds[] = {
    {"chunk-first-damaged", "a bit of the first chunk of images is flipped", flip_middle_bit, IMAGE, 0},
    {"chunk-last-damaged", "a bit of the last chunk of images is flipped", flip_middle_bit, IMAGE, 1},
    {"chunk-overwritten", "a chunk of images does not begin as it should", overwrite_start, IMAGE, 0.5},
    {"chunk-too-short", "a chunk of images lacks a frame", resize_chunk, IMAGE, -1},
    {"chunk-too-long", "a chunk of images has a frame too much", resize_chunk, IMAGE, 1},
    {"chunk-tiny", "a chunk of images has one byte", put_bytes, IMAGE, 1},
    {"chunk-of-zeros", "a chunk of images has 16 bytes, all 0", put_bytes, IMAGE, 16},
    {"time-damaged", "a bit of a chunk of time stamps is flipped", flip_middle_bit, TIME, 0},
    {"time-overwritten", "a chunk of time stamps does not begin as it should", overwrite_start, TIME, 0},
    {"time-chunk-too-short", "a chunk of time stamps lacks some", resize_chunk, TIME, -5},
    {"time-chunk-too-long", "a chunk of time stamps has one too much", resize_chunk, TIME, 1},
    {"time-chunk-tiny", "a chunk of time stamps has one byte", put_bytes, TIME, 1},
    {"frame-damaged", "a bit of a chunk of frame numbers is flipped", flip_middle_bit, FRAME, 0},
    {"frame-chunk-tiny", "a chunk of frame numbers has one byte", put_bytes, FRAME, 1},
    {"log-damaged", "a bit of a log is flipped", flip_middle_bit, LOG, 0},
    {"log-overwritten", "a chunk of a log does not begin as it should", overwrite_start, LOG, 1},
    {"log-chunk-too-short", "a chunk of a log lacks a line", resize_chunk, LOG, -1},
    {"log-chunk-too-long", "a chunk of a log has a line too much", resize_chunk, LOG, 1},
    {"log-chunk-tiny", "a chunk of a log has one byte", put_bytes, LOG, 1},
    {0},
};
