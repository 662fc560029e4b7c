/* Files are copied in parts, or share their blocks where the file system can do that; rights and attributes follow. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/xattr.h>
#endif

#include "rtdc/files/clone.h"
#include "support/file_bytes.h"
#include "support/random.h"
#include "support/scratch.h"

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

static void assert_content(const char *path, const void *expected, size_t n) {
    struct bytes bytes = load_bytes(path);
    assert_int_equal(bytes.n, n);
    assert_memory_equal(bytes.data, expected, n);
    free(bytes.data);
}

/* ---- tests ---- */

static void parts_in_any_order_make_the_whole(void **state) {
    (void)state;
    static const uint64_t bounds[] = {0, 1, 4096, 1048576, 1048577, 2999999, N_BYTES, N_BYTES};
    enum { N_PARTS = sizeof bounds / sizeof *bounds - 1 };
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct path from = scratch_path("from"), to = scratch_path("to");
    unsigned char *bytes = make_bytes();
    save_bytes(from.text, bytes, N_BYTES);
    save_bytes(to.text, bytes, 0);
    for (int i = N_PARTS - 1; i >= 0; i--) {
        assert_int_equal(sm_clone_range(from.text, to.text, bounds[i], bounds[i + 1], &error), SPARSEMED_OK);
    }
    assert_content(to.text, bytes, N_BYTES);
    free(bytes);
}

static void only_the_range_is_written(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct path from = scratch_path("from"), to = scratch_path("to");
    save_bytes(from.text, "0123456789", 10);
    save_bytes(to.text, "abcdefghij", 10);
    assert_int_equal(sm_clone_range(from.text, to.text, 3, 5, &error), SPARSEMED_OK);
    assert_int_equal(sm_clone_range(from.text, to.text, 7, 7, &error), SPARSEMED_OK);
    assert_content(to.text, "abc34fghij", 10);
}

static void what_cannot_be_copied_is_told(void **state) {
    (void)state;
    struct path from = scratch_path("from"), to = scratch_path("to"), missing = scratch_path("missing");
    save_bytes(from.text, "0123456789", 10);
    save_bytes(to.text, "", 0);
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_clone_range(missing.text, to.text, 0, 1, &error), SPARSEMED_OUTPUT);
    assert_non_null(strstr(error.message, "No such file"));
    error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_clone_range(from.text, missing.text, 0, 1, &error), SPARSEMED_OUTPUT);
    assert_non_null(strstr(error.message, "No such file"));
    error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_clone_range(from.text, to.text, 5, 11, &error), SPARSEMED_OUTPUT);
    assert_non_null(strstr(error.message, "shorter"));
    if (access("/dev/full", W_OK) == 0) {
        error = SPARSEMED_NO_ERROR;
        assert_int_equal(sm_clone_range(from.text, "/dev/full", 0, 5, &error), SPARSEMED_OUTPUT);
        assert_non_null(strstr(error.message, "No space left"));
    }
}

/* Most file systems cannot; where one can, the copy is whole, and changes of it are its own. */
static void shared_blocks_are_a_copy(void **state) {
    (void)state;
    struct path from = scratch_path("from"), to = scratch_path("shared");
    unsigned char *bytes = make_bytes();
    save_bytes(from.text, bytes, N_BYTES);
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

#if defined(__linux__)

static const char list_name[] = "system.posix_acl_access";

/* An access control list as the system stores it: one user, 65534, may read beside the owner. */
static const struct {
    uint32_t version;
    struct {
        uint16_t tag, rights;
        uint32_t id;
    } entries[5];
} access_list = {2, {{1, 6, -1u}, {2, 4, 65534}, {4, 4, -1u}, {16, 4, -1u}, {32, 0, -1u}}};

/* Make two files of these permissions. Returns the descriptor of the second one. */
static int make_two(struct path *from, mode_t mode, struct path *to, mode_t other_mode) {
    *from = scratch_path("from");
    *to = scratch_path("to");
    remove(from->text);
    remove(to->text);
    save_bytes(from->text, "1", 1);
    save_bytes(to->text, "2", 1);
    int descriptor = open(to->text, O_RDWR);
    assert_true(descriptor >= 0);
    assert_int_equal(chmod(from->text, mode) | chmod(to->text, other_mode), 0);
    return descriptor;
}

static mode_t mode_of(const char *path) {
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    return info.st_mode & 07777;
}

static void attributes_are_taken_over(void **state) {
    (void)state;
    struct path from, to;
    char value[10] = "";
    int descriptor = make_two(&from, 0640, &to, 0600);
    if (setxattr(from.text, "user.empty", "", 0, 0) != 0 || setxattr(from.text, "user.note", "mine", 4, 0) != 0) {
        close(descriptor);
        skip(); /* the file system has none */
    }
    assert_int_equal(chmod(from.text, 0440), 0); /* who may not write may not set attributes either */
    assert_int_equal(fsetxattr(descriptor, "user.note", "another", 7, 0), 0);
    sm_clone_rights(from.text, descriptor);
    assert_int_equal(getxattr(to.text, "user.note", value, sizeof value), 4);
    assert_memory_equal(value, "mine", 4);
    assert_int_equal(getxattr(to.text, "user.empty", NULL, 0), 0);
    assert_int_equal(mode_of(to.text), 0440);
    close(descriptor);
}

static void access_control_lists_are_taken_over(void **state) {
    (void)state;
    struct path from, to;
    char value[2 * sizeof access_list];
    int descriptor = make_two(&from, 0600, &to, 0600);
    if (setxattr(from.text, list_name, &access_list, sizeof access_list, 0) != 0) {
        close(descriptor);
        skip(); /* the file system has none */
    }
    bool noted = setxattr(from.text, "user.note", "mine", 4, 0) == 0;
    sm_clone_rights(from.text, descriptor);
    assert_int_equal(getxattr(to.text, list_name, value, sizeof value), sizeof access_list);
    assert_memory_equal(value, &access_list, sizeof access_list);
    assert_true(!noted || getxattr(to.text, "user.note", value, sizeof value) == 4);
    assert_int_equal(mode_of(to.text), 0640);
    close(descriptor);
}

/* A folder may give its files a list that the file to be replaced has not. */
static void nobody_gets_rights_by_another_list(void **state) {
    (void)state;
    struct path from, to;
    int descriptor = make_two(&from, 0640, &to, 0600);
    if (fsetxattr(descriptor, list_name, &access_list, sizeof access_list, 0) != 0) {
        close(descriptor);
        skip();
    }
    sm_clone_rights(from.text, descriptor);
    assert_int_equal(getxattr(to.text, list_name, NULL, 0), -1);
    assert_int_equal(mode_of(to.text), 0640);
    close(descriptor);
}

#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_in_any_order_make_the_whole),
        cmocka_unit_test(only_the_range_is_written),
        cmocka_unit_test(what_cannot_be_copied_is_told),
        cmocka_unit_test(shared_blocks_are_a_copy),
#if defined(__linux__)
        cmocka_unit_test(attributes_are_taken_over),
        cmocka_unit_test(access_control_lists_are_taken_over),
        cmocka_unit_test(nobody_gets_rights_by_another_list),
#endif
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
