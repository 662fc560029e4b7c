/* Writes a web of files that has the frames of a measurement. */
#include "basin_webs/basin_webs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rtdc/hdf5/hdf5.h"

static const struct web *const sets[] = {sound_webs, broken_webs};
enum { N_SETS = sizeof sets / sizeof *sets };

static const char help[] = "Usage: make_basin_web WEB INPUT FOLDER\n"
                           "       make_basin_web --sound | --broken\n"
                           "Write a web of files with the frames of a measurement into a folder. Webs:\n"
                           "\n";

static const struct web *find(const char *name) {
    for (size_t i = 0; i < N_SETS; i++) {
        for (const struct web *web = sets[i]; web->name; web++) {
            if (strcmp(web->name, name) == 0) {
                return web;
            }
        }
    }
    return NULL;
}

/* List a set, with the meanings or without. */
static int list(const struct web *set, const char *format) {
    for (const struct web *web = set; web->name; web++) {
        printf(format, web->name, web->meaning);
    }
    return 0;
}

int main(int argc, char **argv) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    const char *option = argc == 2 ? argv[1] : "";
    if (strcmp(option, "--sound") == 0 || strcmp(option, "--broken") == 0) {
        return list(strcmp(option, "--sound") == 0 ? sound_webs : broken_webs, "%s\n");
    }
    if (strcmp(option, "--help") == 0) {
        fputs(help, stdout);
        return list(sound_webs, "  %-26s %s\n") + list(broken_webs, "  %-26s %s\n");
    }
    const struct web *web = argc == 4 ? find(argv[1]) : NULL;
    if (!web) {
        fprintf(
            stderr,
            "make_basin_web: there is no such web, or the number of arguments is wrong; see make_basin_web --help\n");
        return 2;
    }
    H5dont_atexit();
    demand(sm_hdf5_start(&error) == SPARSEMED_OK, "start HDF5");
    hid_t plain = open_file(argv[2]);
    demand(chdir(argv[3]) == 0, "enter the folder");
    web->make(web, plain);
    release_rows();
    close_file(plain);
    return 0;
}
