#include "support/scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static char folder[200];

int scratch_create(void **state) {
    (void)state;
    const char *parent = getenv("TMPDIR");
    char template[128];
    snprintf(template, sizeof template, "%.80s/sparsemed-test-XXXXXX", parent ? parent : "/tmp");
    if (!mkdtemp(template)) {
        perror(template);
        return -1;
    }
    char *real = realpath(template, NULL);
    scratch_share(real ? real : "");
    free(real);
    return *folder ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place) {
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

int scratch_remove(void **state) {
    (void)state;
    return *folder ? nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) : 0;
}

const char *scratch_folder(void) {
    return folder;
}

void scratch_share(const char *shared_folder) {
    snprintf(folder, sizeof folder, "%s", shared_folder);
}

struct path scratch_path(const char *format, ...) {
    struct path path;
    char name[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    int length = snprintf(path.text, sizeof path.text, "%s/%s", folder, name);
    assert_true(length >= 1 && (size_t)length < sizeof path.text);
    return path;
}

void make_folder(const char *path) {
    assert_int_equal(mkdir(path, 0777), 0);
}

void write_text(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}
