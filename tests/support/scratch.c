#include "support/scratch.h"

#include <ftw.h>
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "rtdc/hdf5/hdf5.h"
#include "support/hdf5_files.h"

static char folder[200];

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
/* Damaged files ask for much memory: let malloc return NULL then, as it may without the sanitizer. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "allocator_may_return_null=1:max_allocation_size_mb=256";
}
#else
#define __lsan_do_recoverable_leak_check() 0
#endif

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
    snprintf(folder, sizeof folder, "%s", real ? real : "");
    free(real);
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    return *folder && sm_hdf5_start(&error) == SPARSEMED_OK ? 0 : -1;
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

int nothing_is_open(void **state) {
    (void)state;
    hid_t objects[64];
    ssize_t n_open = H5Fget_obj_ids((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL, LENGTH(objects), objects);
    if (n_open != 0) {
        print_error("%zd objects of HDF5 are still open\n", n_open);
    }
    for (ssize_t i = 0; i < n_open; i++) {
        H5Idec_ref(objects[i]); /* so that the next test can pass */
    }
    return n_open == 0 ? 0 : -1;
}

int nothing_is_left(void **state) {
    bool closed = nothing_is_open(state) == 0;
    return closed && __lsan_do_recoverable_leak_check() == 0 ? 0 : -1;
}

struct path scratch_path(const char *format, ...) {
    struct path path;
    char name[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    int length = snprintf(path.text, sizeof path.text, "%s/%s", folder, name);
    assert_in_range(length, 1, sizeof path.text - 1);
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

const char *scratch_folder(void) {
    return folder;
}
