/* Files are copied in parts, or share their blocks where the file system can do that. */
#include "scratch.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/random.h"
#include "rtdc/clone.h"

enum { N_BYTES = 3000017 }; /* several buffers */

/* ---- helpers ---- */

static unsigned char *make_bytes(void) {
    struct rng rng = {5};
    unsigned char *bytes = malloc(N_BYTES);
    assert_non_null(bytes);
    for (size_t i = 0; i < N_BYTES; i++) {
        bytes[i] = (unsigned char)rng_next(&rng);
    }
    return bytes;
}

static void write_file(const char *path, const unsigned char *bytes, size_t n) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static void assert_content(const char *path, const unsigned char *expected, size_t n) {
    unsigned char *bytes = malloc(n + 1);
    FILE *file = fopen(path, "rb");
    assert_non_null(bytes);
    assert_non_null(file);
    assert_int_equal(fread(bytes, 1, n + 1, file), n);
    assert_memory_equal(bytes, expected, n);
    fclose(file);
    free(bytes);
}

/* ---- tests ---- */

static void parts_in_any_order_make_the_whole(void **state) {
    (void)state;
    static const uint64_t bounds[] = {0, 1, 4096, 1048576, 1048577, 2999999, N_BYTES, N_BYTES};
    enum { N_PARTS = sizeof bounds / sizeof *bounds - 1 };
    struct sm_error error = SM_NO_ERROR;
    struct path from = scratch_path("from"), to = scratch_path("to");
    unsigned char *bytes = make_bytes();
    write_file(from.text, bytes, N_BYTES);
    write_file(to.text, bytes, 0);
    for (int i = N_PARTS - 1; i >= 0; i--) {
        assert_int_equal(sm_clone_range(from.text, to.text, bounds[i], bounds[i + 1], &error), SM_OK);
    }
    assert_content(to.text, bytes, N_BYTES);
    free(bytes);
}

static void only_the_range_is_written(void **state) {
    (void)state;
    struct sm_error error = SM_NO_ERROR;
    struct path from = scratch_path("from"), to = scratch_path("to");
    write_file(from.text, (const unsigned char *)"0123456789", 10);
    write_file(to.text, (const unsigned char *)"abcdefghij", 10);
    assert_int_equal(sm_clone_range(from.text, to.text, 3, 5, &error), SM_OK);
    assert_int_equal(sm_clone_range(from.text, to.text, 7, 7, &error), SM_OK);
    assert_content(to.text, (const unsigned char *)"abc34fghij", 10);
}

static void what_cannot_be_copied_is_told(void **state) {
    (void)state;
    struct path from = scratch_path("from"), to = scratch_path("to"), missing = scratch_path("missing");
    write_file(from.text, (const unsigned char *)"0123456789", 10);
    write_file(to.text, (const unsigned char *)"", 0);
    struct sm_error error = SM_NO_ERROR;
    assert_int_equal(sm_clone_range(missing.text, to.text, 0, 1, &error), SM_OUTPUT);
    assert_non_null(strstr(error.message, "No such file"));
    assert_int_equal(sm_clone_range(from.text, missing.text, 0, 1, &error), SM_OUTPUT);
    assert_non_null(strstr(error.message, "No such file"));
    assert_int_equal(sm_clone_range(from.text, to.text, 5, 11, &error), SM_OUTPUT);
    assert_non_null(strstr(error.message, "shorter"));
    if (access("/dev/full", W_OK) == 0) {
        assert_int_equal(sm_clone_range(from.text, "/dev/full", 0, 5, &error), SM_OUTPUT);
        assert_non_null(strstr(error.message, "No space left"));
    }
}

/* Most file systems cannot; where one can, the copy is whole, and changes of it are its own. */
static void shared_blocks_are_a_copy(void **state) {
    (void)state;
    struct path from = scratch_path("from"), to = scratch_path("shared");
    unsigned char *bytes = make_bytes();
    write_file(from.text, bytes, N_BYTES);
    int descriptor = open(to.text, O_RDWR | O_CREAT, 0666);
    assert_true(descriptor >= 0);
    if (sm_clone_share(from.text, descriptor)) {
        assert_content(to.text, bytes, N_BYTES);
        assert_int_equal(pwrite(descriptor, "changed", 7, 0), 7);
        assert_content(from.text, bytes, N_BYTES);
    } else {
        struct stat info;
        assert_int_equal(fstat(descriptor, &info), 0);
        assert_int_equal(info.st_size, 0);
    }
    assert_false(sm_clone_share(scratch_path("missing").text, descriptor));
    close(descriptor);
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_in_any_order_make_the_whole),
        cmocka_unit_test(only_the_range_is_written),
        cmocka_unit_test(what_cannot_be_copied_is_told),
        cmocka_unit_test(shared_blocks_are_a_copy),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
