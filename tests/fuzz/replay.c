/* Runs a target on files that are kept, without libFuzzer: the corpus is a regression test of every build. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz/fuzzing.h"
#include "support/file_bytes.h"

static int is_visible(const struct dirent *entry) {
    return *entry->d_name != '.';
}

/* In memory of its own, so that nothing beyond its end is read unnoticed. */
static void replay(const char *path) {
    struct bytes bytes = load_bytes(path);
    uint8_t *exact = realloc(bytes.data, bytes.n > 0 ? bytes.n : 1);
    LLVMFuzzerTestOneInput(exact, bytes.n);
    free(exact);
}

int main(int argc, char **argv) {
    struct dirent **entries;
    int n = argc == 2 ? scandir(argv[1], &entries, is_visible, alphasort) : -1;
    if (n <= 0) {
        fprintf(stderr, "Usage: fuzz_TARGET FOLDER     a folder with files to run the target on\n");
        return 2;
    }
    LLVMFuzzerTestOneInput(NULL, 0);
    for (int i = 0; i < n; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", argv[1], entries[i]->d_name);
        printf("%s\n", entries[i]->d_name);
        fflush(stdout);
        replay(path);
        free(entries[i]);
    }
    free(entries);
    return 0;
}
