/* What datasets lead to is followed within reach, noted, and missed. External storage is named by absolute paths, as
 * HDF5 looks for others beside the file only where the program has told it so before it began. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rtdc/files/reach.h"
#include "rtdc/hdf5/guard.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/references.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

enum { N = 6 };

static const int values[N] = {5, 4, 3, 2, 1, 0};

/* ---- files ---- */

static void make_list(const char *name) {
    hid_t file = begin_file(name);
    add_list(file, "data", H5T_NATIVE_INT, N, values);
    close_file(file);
}

static void add_link(hid_t file, const char *name, const char *target, const char *object) {
    assert_true(H5Lcreate_external(target, object, file, name, H5P_DEFAULT, H5P_DEFAULT) >= 0);
}

static void make_link(const char *name, const char *target) {
    hid_t file = begin_file(name);
    add_link(file, "data", target, "/data");
    close_file(file);
}

static void add_with(hid_t file, const char *name, hid_t creation) {
    const hsize_t extent = N;
    hid_t space = H5Screate_simple(1, &extent, NULL);
    H5Dclose(H5Dcreate2(file, name, H5T_NATIVE_INT, space, H5P_DEFAULT, creation, H5P_DEFAULT));
    H5Sclose(space);
    H5Pclose(creation);
}

static void add_virtual(hid_t file, const char *name, const char *target, const char *object) {
    const hsize_t extent = N;
    hid_t space = H5Screate_simple(1, &extent, NULL), creation = H5Pcreate(H5P_DATASET_CREATE);
    assert_true(H5Pset_virtual(creation, space, target, object, space) >= 0);
    H5Sclose(space);
    add_with(file, name, creation);
}

static void make_virtual(const char *name, const char *target) {
    hid_t file = begin_file(name);
    add_virtual(file, "data", target, "/data");
    close_file(file);
}

static void add_stored(hid_t file, const char *name, const char *raw, hsize_t n_bytes) {
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    assert_true(H5Pset_external(creation, raw, 0, n_bytes) >= 0);
    add_with(file, name, creation);
}

/* A virtual dataset of sources with a number in their names, one row of each. */
static void add_numbered(hid_t file, const char *name, const char *target, const char *object) {
    const hsize_t extent = N, most = H5S_UNLIMITED, one = 1, start = 0, count = H5S_UNLIMITED;
    hid_t space = H5Screate_simple(1, &extent, &most), source = H5Screate_simple(1, &one, NULL);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &count, &one);
    assert_true(H5Pset_virtual(creation, space, target, object, source) >= 0);
    H5Dclose(H5Dcreate2(file, name, H5T_NATIVE_INT, space, H5P_DEFAULT, creation, H5P_DEFAULT));
    H5Pclose(creation);
    H5Sclose(source);
    H5Sclose(space);
}

/* ---- reading ---- */

static struct sm_used_files used, missed;

/* Read the dataset "data" of a file as the program does. */
static enum sparsemed_status read_data(const char *name, int found[N], struct sparsemed_error *error) {
    static const struct sm_reach rules = {0};
    struct path path = scratch_path("%s", name);
    hid_t file = open_file(path.text), dataset = H5I_INVALID_HID;
    *error = SPARSEMED_NO_ERROR;
    sm_used_files_free(&used);
    sm_used_files_free(&missed);
    sm_reach_begin(&rules, path.text, &used, &missed);
    if (sm_hdf5_open_dataset(file, name, "data", &dataset, error) == SPARSEMED_OK) {
        sm_guarded_read(dataset, H5T_NATIVE_INT, found, error);
    }
    sm_hdf5_release(dataset);
    sm_reach_end(&used);
    close_file(file);
    return error->status;
}

/* The values are read, and by way of these files and no others. */
static void assert_read(const char *name, size_t n, const char *const *files) {
    int found[N] = {0};
    struct sparsemed_error error;
    if (read_data(name, found, &error) != SPARSEMED_OK) {
        fail_msg("%s", error.message);
    }
    assert_memory_equal(found, values, sizeof values);
    assert_int_equal(missed.n, 0);
    assert_int_equal(used.n, n);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(used.list[i].path, scratch_path("%s", files[i]).text);
    }
}

#define ASSERT_READ(name, ...)                                                                                         \
    assert_read(name, LENGTH(((const char *const[]){__VA_ARGS__})), (const char *const[]){__VA_ARGS__})

/* The file is refused with these words, which name another file, and that is noted where it may become usable. */
static void assert_refused(const char *name, const char *words, size_t n_missed) {
    int found[N];
    struct sparsemed_error error;
    assert_int_equal(read_data(name, found, &error), SPARSEMED_INPUT);
    if (strncmp(error.message, name, strlen(name)) != 0 || !strstr(error.message, words)) {
        fail_msg("%s", error.message);
    }
    assert_int_equal(missed.n, n_missed);
}

/* ---- tests ---- */

static void links_are_followed_from_file_to_file(void **state) {
    (void)state;
    make_list("last.h5");
    make_link("link.h5", "last.h5");
    ASSERT_READ("link.h5", "last.h5");
    make_link("link-of-link.h5", "link.h5");
    ASSERT_READ("link-of-link.h5", "link.h5", "last.h5");
    make_link("absolute.h5", scratch_path("last.h5").text);
    ASSERT_READ("absolute.h5", "last.h5");
    make_link("moved.h5", "/old/last.h5"); /* HDF5 then looks beside */
    ASSERT_READ("moved.h5", "last.h5");
    hid_t file = begin_file("soft.h5");
    add_link(file, "group", "link.h5", "/");
    H5Lcreate_soft("/group/data", file, "data", H5P_DEFAULT, H5P_DEFAULT);
    close_file(file);
    ASSERT_READ("soft.h5", "link.h5", "last.h5");
}

/* From below the folder, or where the file is a link, from the folder of what it leads to. */
static void links_lead_from_the_file_itself(void **state) {
    (void)state;
    make_folder(scratch_path("below").text);
    make_list("below/last.h5");
    make_link("below/link.h5", "last.h5");
    assert_int_equal(symlink("below/link.h5", scratch_path("symbolic.h5").text), 0);
    make_list("last.h5");
    ASSERT_READ("below/link.h5", "below/last.h5");
    ASSERT_READ("symbolic.h5", "last.h5");
    unlink(scratch_path("last.h5").text);
    int found[N];
    struct sparsemed_error error;
    assert_int_equal(read_data("symbolic.h5", found, &error), SPARSEMED_OK);
    assert_int_equal(used.n, 1);
    assert_non_null(strstr(used.list[0].path, "/below/last.h5"));
}

static void links_that_lead_nowhere_are_told(void **state) {
    (void)state;
    make_link("a.h5", "missing.h5");
    make_link("b.h5", "a.h5");
    assert_refused("a.h5", "missing.h5, which is missing", 1);
    assert_string_equal(missed.list[0].path, scratch_path("missing.h5").text);
    assert_refused("b.h5", "missing.h5, which is missing", 1);
    make_list("list.h5");
    hid_t file = begin_file("object.h5");
    add_link(file, "data", "list.h5", "/nothing");
    close_file(file);
    assert_refused("object.h5", "list.h5, where /nothing cannot be found", 0);
    write_text(scratch_path("text.h5").text, "no HDF5");
    make_link("damaged.h5", "text.h5");
    assert_refused("damaged.h5", "text.h5, which is not an HDF5 file, or damaged", 1);
    make_link("ring.h5", "ring.h5");
    assert_refused("ring.h5", "leads through too many links", 0);
    make_link("out.h5", "/dev/null");
    assert_refused("out.h5", "/dev/null), which is outside", 1);
    make_folder(scratch_path("folder.h5").text);
    make_link("to-folder.h5", "folder.h5");
    assert_refused("to-folder.h5", "folder.h5, which is missing", 1);
}

/* HDF5 would open a linked file as the one with the link is open. */
static void what_a_link_leads_to_is_not_written(void **state) {
    (void)state;
    make_list("last.h5");
    make_link("link.h5", "last.h5");
    hid_t file = change_file(scratch_path("link.h5").text);
    hid_t dataset = H5Dopen2(file, "data", H5P_DEFAULT);
    assert_true(dataset >= 0 && H5Dwrite(dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0);
    H5Dclose(dataset);
    close_file(file);
}

static void sources_are_noted_and_missed(void **state) {
    (void)state;
    make_list("last.h5");
    make_virtual("virtual.h5", "last.h5");
    ASSERT_READ("virtual.h5", "last.h5");
    make_virtual("twice.h5", "virtual.h5");
    ASSERT_READ("twice.h5", "virtual.h5", "last.h5");
    make_link("link.h5", "last.h5");
    make_virtual("of-link.h5", "link.h5");
    ASSERT_READ("of-link.h5", "link.h5", "last.h5");
    make_link("to-virtual.h5", "twice.h5");
    ASSERT_READ("to-virtual.h5", "twice.h5", "virtual.h5", "last.h5");
    make_virtual("a.h5", "missing.h5");
    make_virtual("b.h5", "a.h5");
    assert_refused("a.h5", "missing.h5, which is missing", 1);
    assert_refused("b.h5", "missing.h5, which is missing", 1);
    hid_t file = begin_file("c.h5");
    add_virtual(file, "data", "last.h5", "/nothing");
    close_file(file);
    assert_refused("c.h5", "last.h5, where /nothing is missing", 1);
    make_virtual("out.h5", "/dev/null");
    assert_refused("out.h5", "/dev/null), which is outside", 1);
    make_virtual("ring.h5", "ring.h5");
    assert_refused("ring.h5", "leads through too many virtual datasets", 0);
}

static void numbered_sources_are_noted_up_to_the_last(void **state) {
    (void)state;
    for (int i = 0; i < N; i++) {
        hid_t file = begin_file(scratch_path("s%d.h5", i).text + strlen(scratch_folder()) + 1);
        add_list(file, "data", H5T_NATIVE_INT, 1, &values[i]);
        close_file(file);
    }
    hid_t file = begin_file("numbered.h5");
    add_numbered(file, "data", "s%b.h5", "/data");
    close_file(file);
    ASSERT_READ("numbered.h5", "s0.h5", "s1.h5", "s2.h5", "s3.h5", "s4.h5", "s5.h5");
    unlink(scratch_path("s0.h5").text);
    assert_refused("numbered.h5", "s0.h5, which is missing", 1);
    /* Numbers in the name of the dataset alone: the last one leads elsewhere. */
    file = begin_file("sets.h5");
    for (int i = 0; i < N - 1; i++) {
        char name[8];
        snprintf(name, sizeof name, "d%d", i);
        add_list(file, name, H5T_NATIVE_INT, 1, &values[i]);
    }
    add_link(file, "d5", "s5.h5", "/data");
    close_file(file);
    file = begin_file("numbered.h5");
    add_numbered(file, "data", "sets.h5", "d%b");
    close_file(file);
    ASSERT_READ("numbered.h5", "sets.h5", "s5.h5");
    file = change_file(scratch_path("sets.h5").text);
    H5Ldelete(file, "d5", H5P_DEFAULT);
    add_link(file, "d5", "/dev/null", "/data");
    close_file(file);
    assert_refused("numbered.h5", "/dev/null), which is outside", 1);
}

static void storage_is_noted_and_missed(void **state) {
    (void)state;
    struct path raw = scratch_path("raw");
    FILE *stream = fopen(raw.text, "w");
    assert_int_equal(fwrite(values, sizeof *values, N, stream), N);
    fclose(stream);
    hid_t file = begin_file("stored.h5");
    add_stored(file, "data", raw.text, sizeof values);
    close_file(file);
    ASSERT_READ("stored.h5", "raw");
    make_virtual("virtual.h5", "stored.h5");
    ASSERT_READ("virtual.h5", "stored.h5", "raw");
    file = begin_file("open-ended.h5");
    add_stored(file, "data", raw.text, H5F_UNLIMITED);
    close_file(file);
    ASSERT_READ("open-ended.h5", "raw");
    assert_int_equal(truncate(raw.text, sizeof values - 1), 0); /* HDF5 would fill it with zeros */
    assert_refused("stored.h5", "raw, which ends before the values that should be in it", 1);
    assert_refused("open-ended.h5", "raw, which ends before the values that should be in it", 1);
    unlink(raw.text);
    assert_refused("stored.h5", "raw, which is missing", 1);
    assert_refused("virtual.h5", "raw, which is missing", 1);
    file = begin_file("out.h5");
    add_stored(file, "data", "/etc/passwd", sizeof values);
    close_file(file);
    assert_refused("out.h5", "leads to /etc/passwd (/etc/passwd), which is outside", 1);
}

static int release_lists(void **state) {
    sm_used_files_free(&used);
    sm_used_files_free(&missed);
    return nothing_is_left(state);
}

#define test(function) cmocka_unit_test_setup_teardown(function, NULL, release_lists)

int main(void) {
    const struct CMUnitTest tests[] = {
        test(links_are_followed_from_file_to_file), test(links_lead_from_the_file_itself),
        test(links_that_lead_nowhere_are_told),     test(what_a_link_leads_to_is_not_written),
        test(sources_are_noted_and_missed),         test(numbered_sources_are_noted_up_to_the_last),
        test(storage_is_noted_and_missed),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
