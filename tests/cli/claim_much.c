/* Makes a measurement that is small and says that it has much. Usage: claim_much KIND FILE, where KIND says what:
 *
 *     frames     2^28 frames, of which none was ever written, without time stamps
 *     times      2^27 time stamps, one like the other, in chunks that compress to next to nothing
 *     chunk      frames of 100 million pixels
 *     window     frames of 50 million pixels
 *     table      a table of a gigabyte of zeros, compressed
 *     tables     three such tables of 60 MB
 *     links      one table of 60 MB, under three names
 *     log        lines that are short but for one, which is long
 *     texts      a log with a million references to one text of a megabyte */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/changed_calls.h"
#include "rtdc/hdf5/hdf5.h"
#include "support/demand.h"
#include "support/hdf5_files.h"
#include "support/pipelines.h"

enum { CHUNK = 1 << 20 /* values */, MEGABYTE = 1 << 20 };

/* A list of zeros in chunks that take next to no space. */
static void add_zeros(hid_t file, const char *name, hsize_t n) {
    const hsize_t chunk = CHUNK, origin = 0;
    static double zeros[CHUNK];
    hid_t creation = chunked(1, &chunk);
    pipeline_add(creation, "zstd");
    add_dataset(file, name, H5T_NATIVE_DOUBLE, 1, &n, creation, NULL);
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT), all = H5Dget_space(dataset);
    hid_t memory = H5Screate_simple(1, &chunk, NULL);
    for (hsize_t first = 0; first < n; first += CHUNK) {
        const hsize_t count = n - first < CHUNK ? n - first : CHUNK;
        good(H5Sselect_hyperslab(all, H5S_SELECT_SET, &first, NULL, &count, NULL), "select values");
        good(H5Sselect_hyperslab(memory, H5S_SELECT_SET, &origin, NULL, &count, NULL), "select values");
        good(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, memory, all, H5P_DEFAULT, zeros), "write zeros");
    }
    H5Sclose(memory);
    H5Sclose(all);
    H5Dclose(dataset);
    H5Pclose(creation);
}

static void add_frames(hid_t file, hsize_t n, hsize_t height, hsize_t width) {
    const hsize_t extent[3] = {n, height, width}, chunk[3] = {1, height, width};
    hid_t creation = chunked(3, chunk);
    pipeline_add(creation, "zstd");
    add_dataset(file, "events/image", H5T_STD_U8LE, 3, extent, creation, NULL);
    H5Pclose(creation);
}

static char *make_text(void) {
    char *text = malloc(MEGABYTE);
    demand(text, "have memory");
    memset(text, 'x', MEGABYTE - 1);
    text[MEGABYTE - 1] = '\0';
    return text;
}

/* The references of all elements are those of the first one, which leads to a text of a megabyte: as they are stored.
 */
static void add_texts(hid_t file) {
    enum { N = 1 << 20, REFERENCE = 16 };
    const hsize_t one = 1, n = N, chunk = CHUNK, origin = 0;
    char *text = make_text();
    hid_t type = variable_text(H5T_CSET_ASCII), creation = chunked(1, &one), large = chunked(1, &chunk);
    add_dataset(file, "logs/one", type, 1, &one, creation, (const char *const *)&text);
    add_dataset(file, "logs/all", type, 1, &n, large, NULL);
    hid_t dataset = H5Dopen2(file, "logs/one", H5P_DEFAULT), all = H5Dopen2(file, "logs/all", H5P_DEFAULT);
    uint8_t *references = malloc((size_t)N * REFERENCE);
    uint32_t mask = 0;
    demand(references, "have memory");
    good(H5Fflush(file, H5F_SCOPE_GLOBAL), "write the text");
    good(sm_hdf5_read_chunk(dataset, &origin, &mask, references, REFERENCE), "read a reference");
    for (size_t i = 1; i < N; i++) {
        memcpy(references + i * REFERENCE, references, REFERENCE);
    }
    good(H5Dwrite_chunk(all, H5P_DEFAULT, 0, &origin, (size_t)N * REFERENCE, references), "write references");
    free(references);
    H5Dclose(all);
    H5Dclose(dataset);
    H5Pclose(large);
    H5Pclose(creation);
    H5Tclose(type);
    free(text);
}

static void add_log(hid_t file) {
    enum { N = 10000 };
    char *text = make_text();
    const char **lines = calloc(N, sizeof *lines);
    demand(lines, "have memory");
    lines[0] = text;
    add_lines(file, "logs/log", N, lines);
    free(lines);
    free(text);
}

static void add_much(hid_t file, const char *kind) {
    char name[32];
    if (strcmp(kind, "times") == 0) {
        add_zeros(file, "events/time", 1 << 27);
    } else if (strcmp(kind, "table") == 0) {
        add_zeros(file, "tables/table", 1 << 27);
    } else if (strcmp(kind, "texts") == 0) {
        add_texts(file);
    } else if (strcmp(kind, "log") == 0) {
        add_log(file);
    }
    for (int i = 0; i < 3 && (strcmp(kind, "tables") == 0 || strcmp(kind, "links") == 0); i++) {
        snprintf(name, sizeof name, "tables/t%d", i);
        if (i == 0 || strcmp(kind, "tables") == 0) {
            add_zeros(file, name, 7500000);
        } else {
            good(H5Lcreate_hard(file, "tables/t0", file, name, H5P_DEFAULT, H5P_DEFAULT), "link");
        }
    }
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "Usage: claim_much KIND FILE\n");
        return 2;
    }
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    demand(sm_hdf5_start(&error) == SPARSEMED_OK, "start HDF5");
    hid_t file = create_file(argv[2], FORMAT_NEW);
    if (strcmp(argv[1], "chunk") == 0) {
        add_frames(file, 300, 10000, 10000);
    } else if (strcmp(argv[1], "window") == 0) {
        add_frames(file, 300, 10000, 5000);
    } else if (strcmp(argv[1], "frames") == 0) {
        add_frames(file, 1 << 28, 2, 2);
    } else {
        add_frames(file, strcmp(argv[1], "times") == 0 ? 1 << 27 : 300, 40, 40);
    }
    add_much(file, argv[1]);
    close_file(file);
    return 0;
}
