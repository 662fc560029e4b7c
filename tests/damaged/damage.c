/* Writes a copy of a measurement with one thing wrong. */
#include "damaged/damage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/hdf5.h"
#include "support/file_bytes.h"

static const struct kind *const sets[] = {image_kinds, timing_kinds, chunk_kinds, byte_kinds};
enum { N_SETS = sizeof sets / sizeof *sets };

static const char help[] = "Usage: damage KIND INPUT OUTPUT\n"
                           "       damage --list\n"
                           "Write a copy of a measurement with one thing wrong. Kinds:\n"
                           "\n";

static const struct kind *find(const char *name) {
    for (size_t i = 0; i < N_SETS; i++) {
        for (const struct kind *kind = sets[i]; kind->name; kind++) {
            if (strcmp(kind->name, name) == 0) {
                return kind;
            }
        }
    }
    return NULL;
}

/* List the kinds, with their meaning or without. */
static void list(const char *format) {
    for (size_t i = 0; i < N_SETS; i++) {
        for (const struct kind *kind = sets[i]; kind->name; kind++) {
            printf(format, kind->name, kind->meaning);
        }
    }
}

int main(int argc, char **argv) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        list("%s\n");
        return 0;
    }
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(help, stdout);
        list("  %-26s %s\n");
        return 0;
    }
    const struct kind *kind = argc == 4 ? find(argv[1]) : NULL;
    if (!kind) {
        fprintf(stderr, "damage: there is no such kind, or the number of arguments is wrong; see damage --help\n");
        return 2;
    }
    H5dont_atexit();
    demand(sm_hdf5_start(&error) == SPARSEMED_OK, "start HDF5");
    save_and_free(argv[3], load_bytes(argv[2]));
    kind->damage(kind, argv[3]);
    return 0;
}
