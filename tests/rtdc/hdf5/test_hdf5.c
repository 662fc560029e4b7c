/* Opening files, and what HDF5 says of failures. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rtdc/hdf5/hdf5.h"
#include "support/file_bytes.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

static void assert_refused(const char *path, const char *words) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t file = 0;
    assert_int_equal(sm_hdf5_open(path, &file, &error), SPARSEMED_INPUT);
    assert_int_equal(error.status, SPARSEMED_INPUT);
    assert_true(file < 0);
    if (strncmp(error.message, path, strlen(path)) != 0 || !strstr(error.message, words)) {
        fail_msg("%s", error.message);
    }
}

static void opens_files_for_reading(void **state) {
    (void)state;
    struct path path = scratch_path("file.h5");
    hid_t file = create_file(path.text, FORMAT_OLD);
    add_group(file, "events");
    close_file(file);
    assert_int_equal(chmod(path.text, 0444), 0);
    hid_t first = open_file(path.text), second = open_file(path.text);
    unsigned intent;
    assert_true(H5Fget_intent(first, &intent) >= 0);
    assert_int_equal(intent, H5F_ACC_RDONLY);
    H5Fclose(second);
    close_file(first);
}

static void refuses_what_is_no_file(void **state) {
    (void)state;
    struct path missing = scratch_path("missing.h5"), folder = scratch_path("folder"), text = scratch_path("text.h5");
    assert_refused(missing.text, strerror(ENOENT));
    make_folder(folder.text);
    assert_refused(folder.text, "is not a file");
    write_text(text.text, "");
    assert_refused(text.text, "not an HDF5 file");
    write_text(text.text, "no HDF5 file at all");
    assert_refused(text.text, "not an HDF5 file");
    assert_refused("/dev/null", "is not a file");
}

static void refuses_what_is_truncated(void **state) {
    (void)state;
    struct path path = scratch_path("cut.h5");
    const hsize_t extent = 10000;
    static const double values[10000];
    for (enum format format = FORMAT_OLD; format <= FORMAT_NEW; format++) {
        struct stat info;
        hid_t file = create_file(path.text, format);
        add_dataset(file, "values", H5T_NATIVE_DOUBLE, 1, &extent, H5P_DEFAULT, values);
        close_file(file);
        assert_int_equal(stat(path.text, &info), 0);
        static const double kept[] = {0.999, 0.5, 0.01, 0.0001};
        for (size_t i = 0; i < LENGTH(kept); i++) {
            assert_int_equal(truncate(path.text, (off_t)(kept[i] * (double)info.st_size)), 0);
            assert_refused(path.text, "");
        }
    }
}

static void opens_datasets_wherever_they_are(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t file = create_file(scratch_path("datasets.h5").text, FORMAT_OLD), dataset;
    add_list(file, "list", H5T_NATIVE_INT, 3, NULL);
    add_list(file, "scan/deep/list", H5T_NATIVE_INT, 3, NULL);
    static const char *const paths[] = {"/list", "/scan/deep/list"};
    for (size_t i = 0; i < LENGTH(paths); i++) {
        char opened[32] = "";
        assert_int_equal(sm_hdf5_open_dataset(file, "FILE.h5", paths[i] + 1, &dataset, &error), SPARSEMED_OK);
        H5Iget_name(dataset, opened, sizeof opened);
        assert_string_equal(opened, paths[i]);
        sm_hdf5_release(dataset);
    }
    close_file(file);
}

static void assert_no_dataset(hid_t file) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t dataset = 0;
    assert_int_equal(sm_hdf5_open_dataset(file, "FILE.h5", "events/image", &dataset, &error), SPARSEMED_INPUT);
    assert_true(dataset < 0);
    assert_ptr_equal(strstr(error.message, "FILE.h5: has no dataset events/image"), error.message);
}

static void refuses_what_is_no_dataset(void **state) {
    (void)state;
    struct path path = scratch_path("none.h5");
    hid_t file = create_file(path.text, FORMAT_OLD);
    assert_no_dataset(file);
    add_group(file, "events");
    assert_no_dataset(file);
    add_group(file, "events/image");
    assert_no_dataset(file);
    close_file(file);
    file = create_file(path.text, FORMAT_OLD);
    add_list(file, "events", H5T_STD_U8LE, 3, NULL); /* a dataset where the group should be */
    assert_no_dataset(file);
    close_file(file);
}

static void finds_links_of_groups(void **state) {
    (void)state;
    hid_t file = create_file(scratch_path("links.h5").text, FORMAT_OLD);
    add_group(file, "events");
    add_list(file, "events/image", H5T_NATIVE_INT, 0, NULL);
    add_list(file, "list", H5T_NATIVE_INT, 0, NULL);
    H5Lcreate_soft("/events", file, "soft", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/nowhere", file, "dangling", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/nowhere", file, "events/dangling", H5P_DEFAULT, H5P_DEFAULT);
    assert_true(sm_hdf5_has(file, "events", "image"));
    assert_true(sm_hdf5_has(file, "soft", "image"));
    assert_true(sm_hdf5_has(file, ".", "list"));
    assert_true(sm_hdf5_has(file, ".", "events/image"));
    assert_true(sm_hdf5_has(file, "events", "dangling"));
    assert_false(sm_hdf5_has(file, "events", "mask"));
    assert_false(sm_hdf5_has(file, "events", ""));
    assert_false(sm_hdf5_has(file, "nothing", "image"));
    assert_false(sm_hdf5_has(file, "dangling", "image"));
    assert_false(sm_hdf5_has(file, "list", "image"));
    assert_false(sm_hdf5_has(H5I_INVALID_HID, "events", "image"));
    close_file(file);
}

/* The message tells where that is, but of the location itself the caller knows. */
static void links_that_cannot_be_looked_up(void **state) {
    (void)state;
    struct path path = scratch_path("damaged.h5");
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t file = create_file(path.text, FORMAT_OLD), events;
    bool found;
    add_group(file, "events");
    add_list(file, "events/image", H5T_NATIVE_INT, 0, NULL);
    close_file(file);
    struct bytes bytes = load_bytes(path.text);
    uint8_t *node = NULL; /* the last one: that of the group made last */
    for (size_t i = 0; i + 4 < bytes.n; i++) {
        node = memcmp(bytes.data + i, "SNOD", 4) == 0 ? bytes.data + i : node;
    }
    assert_non_null(node);
    *node = 'X';
    save_and_free(path.text, bytes);
    file = open_file(path.text);
    assert_int_equal(sm_hdf5_open_group(file, "events", &events, &error), SPARSEMED_OK);
    assert_int_equal(sm_hdf5_find(file, "events", "image", &found, &error), SPARSEMED_INPUT);
    assert_ptr_equal(strstr(error.message, "events: image cannot be looked up"), error.message);
    error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_hdf5_find(events, ".", "image", &found, &error), SPARSEMED_INPUT);
    assert_ptr_equal(strstr(error.message, "image cannot be looked up"), error.message);
    sm_hdf5_release(events);
    close_file(file);
}

static void makes_groups_where_they_are_missing(void **state) {
    (void)state;
    hid_t file = create_file(scratch_path("groups.h5").text, FORMAT_OLD);
    for (int i = 0; i < 2; i++) {
        hid_t group = sm_hdf5_require_group(file, "events");
        assert_int_equal(H5Iget_type(group), H5I_GROUP);
        sm_hdf5_release(group);
    }
    add_list(file, "list", H5T_NATIVE_INT, 0, NULL);
    assert_true(sm_hdf5_require_group(file, "list") < 0);
    sm_hdf5_release(H5I_INVALID_HID);
    close_file(file);
}

static void tells_the_reason_of_a_failure(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t file = create_file(scratch_path("reason.h5").text, FORMAT_OLD);
    assert_true(H5Dopen2(file, "nothing", H5P_DEFAULT) < 0);
    assert_int_equal(sm_fail_hdf5(&error, SPARSEMED_OUTPUT, "%s %d", "number", 7), SPARSEMED_OUTPUT);
    assert_int_equal(error.status, SPARSEMED_OUTPUT);
    assert_ptr_equal(strstr(error.message, "number 7 ("), error.message);
    assert_int_equal(error.message[strlen(error.message) - 1], ')');
    H5Eclear2(H5E_DEFAULT);
    assert_int_equal(sm_fail_hdf5(&error, SPARSEMED_INPUT, "no reason"), SPARSEMED_INPUT);
    assert_string_equal(error.message, "no reason");
    close_file(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(opens_files_for_reading),        tidy_test(refuses_what_is_no_file),
        tidy_test(refuses_what_is_truncated),      tidy_test(opens_datasets_wherever_they_are),
        tidy_test(refuses_what_is_no_dataset),     tidy_test(finds_links_of_groups),
        tidy_test(links_that_cannot_be_looked_up), tidy_test(makes_groups_where_they_are_missing),
        tidy_test(tells_the_reason_of_a_failure),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
