/* How HDF5 reaches files: few reads of what is small, and what is known of a file that is open. */
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/file_driver.h"
#include "rtdc/hdf5/hdf5.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

static int n_reads;

/* Stands before the C library's. */
ssize_t pread(int descriptor, void *bytes, size_t n_bytes, off_t first) {
    n_reads++;
    return syscall(SYS_pread64, descriptor, bytes, n_bytes, first);
}

static void create_small(const char *path) {
    hid_t file = create_file(path, FORMAT_OLD);
    add_text_attribute(file, "experiment:date", "2024-05-31");
    add_text_attribute(file, "experiment:time", "10:20:30");
    close_file(file);
}

static void a_small_file_is_read_once(void **state) {
    (void)state;
    struct path path = scratch_path("small.h5");
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t file;
    create_small(path.text);
    n_reads = 0;
    assert_int_equal(sm_hdf5_open(path.text, &file, &error), SPARSEMED_OK);
    char *date = sm_attribute_text(file, "experiment:date", NULL),
         *time = sm_attribute_text(file, "experiment:time", NULL);
    assert_string_equal(date, "2024-05-31");
    assert_string_equal(time, "10:20:30");
    free(time);
    free(date);
    close_file(file);
    assert_int_equal(n_reads, 1);
}

/* What is behind the end that a file had can be read, once it is there. */
static void a_file_may_grow(void **state) {
    (void)state;
    static const char more[] = "more";
    struct path path = scratch_path("grows.h5");
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct stat info;
    char bytes[sizeof more];
    hid_t file;
    create_small(path.text);
    assert_int_equal(stat(path.text, &info), 0);
    assert_int_equal(sm_hdf5_open(path.text, &file, &error), SPARSEMED_OK);
    const struct sm_driven_file driven = sm_file_driver_look(file);
    uint64_t end = (uint64_t)info.st_size;
    assert_int_equal(sm_file_driver_read(&driven, end, sizeof bytes, bytes), 0);
    FILE *stream = fopen(path.text, "a");
    assert_int_equal(fwrite(more, 1, sizeof more, stream), sizeof more);
    assert_int_equal(fclose(stream), 0);
    assert_int_equal(sm_file_driver_read(&driven, end, sizeof bytes, bytes), sizeof bytes);
    assert_string_equal(bytes, more);
    assert_true(sm_file_driver_state(file, &info) && (uint64_t)info.st_size == end);
    close_file(file);
}

/* Whichever driver has it, and however many are open. */
static void the_state_of_a_file(void **state) {
    (void)state;
    struct path paths[] = {scratch_path("first.h5"), scratch_path("second.h5"), scratch_path("third.h5")};
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct stat expected, info;
    hid_t files[3], memory = sm_hdf5_create_in_memory();
    for (int i = 0; i < 3; i++) {
        create_small(paths[i].text);
        assert_int_equal(sm_hdf5_open(paths[i].text, &files[i], &error), SPARSEMED_OK);
    }
    for (int i = 0; i < 3; i++) {
        int which = (i + 1) % 3; /* neither in the order of opening nor in the other one */
        assert_int_equal(stat(paths[which].text, &expected), 0);
        assert_true(sm_file_driver_state(files[which], &info) && info.st_ino == expected.st_ino);
        assert_non_null(sm_file_driver_look(files[which]).ours);
        close_file(files[which]);
    }
    hid_t serial = H5Fopen(paths[0].text, H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_int_equal(stat(paths[0].text, &expected), 0);
    assert_true(sm_file_driver_state(serial, &info) && info.st_ino == expected.st_ino);
    assert_null(sm_file_driver_look(serial).ours);
    close_file(serial);
    assert_false(sm_file_driver_state(memory, &info));
    assert_int_equal(sm_file_driver_look(memory).descriptor, -1);
    close_file(memory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(a_small_file_is_read_once),
        tidy_test(a_file_may_grow),
        tidy_test(the_state_of_a_file),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
