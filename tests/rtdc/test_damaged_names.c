/* A damaged list of names is not taken for one that lacks what is looked for. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/basin.h"
#include "rtdc/basin_features.h"
#include "rtdc/feature.h"
#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/identifier.h"
#include "rtdc/map.h"
#include "rtdc/outputs/metadata.h"
#include "rtdc/timing.h"
#include "support/file_bytes.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

/* ---- helpers ---- */

/* Change the last occurrence of a text in a file. */
static void overwrite_last(const char *path, const char *text, const char *by) {
    struct bytes bytes = load_bytes(path);
    size_t n = strlen(text), i = bytes.n - n;
    while (i > 0 && memcmp(bytes.data + i, text, n) != 0) {
        i--;
    }
    assert_true(i > 0);
    memcpy(bytes.data + i, by, n);
    save_and_free(path, bytes);
}

/* A file that has one group of one dataset, whose names are sound or damaged. */
static hid_t open_group_file(const char *dataset, const char *mark, struct path *path) {
    static const double values[3] = {1, 2, 3};
    *path = scratch_path("names.rtdc");
    hid_t file = create_file(path->text, FORMAT_OLD);
    add_list(file, dataset, H5T_NATIVE_DOUBLE, 3, values);
    close_file(file);
    if (mark) {
        overwrite_last(path->text, mark, "lost");
    }
    return open_file(path->text);
}

static void assert_damaged(enum sparsemed_status status, const struct sparsemed_error *error) {
    if (status != SPARSEMED_INPUT || error->status != status || !strstr(error->message, "the file is damaged")) {
        fail_msg("%d %s", (int)status, error->message);
    }
}

/* ---- tests ---- */

/* Marks of a node of names, of the tree that leads to it, and of the heap that has the names. */
static const char *const marks[] = {"SNOD", "TREE", "HEAP"};

static void links_are_neither_there_nor_missing(void **state) {
    (void)state;
    static const char *const names[] = {"time", "other"};
    for (size_t i = 0; i < 2 * LENGTH(marks); i++) {
        struct path path;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        bool found = true;
        hid_t file = open_group_file("events/time", marks[i / 2], &path);
        assert_damaged(sm_hdf5_find(file, "events", names[i % 2], &found, &error), &error);
        assert_false(found);
        assert_false(sm_hdf5_has(file, "events", names[i % 2]));
        close_file(file);
    }
}

static void sound_links_are_found(void **state) {
    (void)state;
    static const struct {
        const char *group, *name;
        bool found;
    } cases[] = {{"events", "time", true},      {"events", "other", false}, {"other", "time", false},
                 {"/", "events", true},         {".", "events", true},      {"/./events", "time", true},
                 {"", "time", false},           {"events", "", false},      {"events/time", "x", false},
                 {"events/time/x", "x", false}, {"/", "events/time", true}, {"/", "events/x/time", false}};
    struct path path;
    hid_t file = open_group_file("events/time", NULL, &path);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        bool found;
        assert_int_equal(sm_hdf5_find(file, cases[i].group, cases[i].name, &found, &error), SPARSEMED_OK);
        assert_int_equal(found, cases[i].found);
    }
    close_file(file);
}

/* What a search does not meet, a walk may: HDF5 searches a node by halves, whose names are no longer in order. */
static void a_search_that_goes_astray_is_noticed(void **state) {
    (void)state;
    struct path path = scratch_path("astray.rtdc");
    hid_t file = create_file(path.text, FORMAT_OLD);
    add_list(file, "events/area", H5T_NATIVE_INT, 0, NULL);
    add_list(file, "events/frame", H5T_NATIVE_INT, 0, NULL);
    add_list(file, "events/time", H5T_NATIVE_INT, 0, NULL);
    close_file(file);
    overwrite_last(path.text, "frame", "zrame");
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    bool found;
    file = open_file(path.text);
    assert_damaged(sm_hdf5_find(file, "events", "time", &found, &error), &error);
    close_file(file);
}

static void features_are_not_missing(void **state) {
    (void)state;
    for (size_t i = 0; i < LENGTH(marks); i++) {
        struct path path;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        struct sm_feature feature;
        hid_t file = open_group_file("events/time", marks[i], &path);
        assert_damaged(sm_feature_find(file, path.text, "time", false, &feature, &error), &error);
        assert_ptr_equal(strstr(error.message, path.text), error.message);
        sm_feature_close(&feature);
        error = SPARSEMED_NO_ERROR;
        json_t *features;
        assert_damaged(sm_basin_own_features(file, &features, &error), &error);
        assert_null(features);
        char name[SM_MAP_NAME_SIZE];
        error = SPARSEMED_NO_ERROR;
        assert_damaged(sm_map_choose(file, file, name, &error), &error);
        close_file(file);
    }
}

static void basins_are_not_missing(void **state) {
    (void)state;
    for (size_t i = 0; i < LENGTH(marks); i++) {
        struct path path;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        struct sm_basins basins;
        struct sm_feature feature;
        hid_t file = open_group_file("basins/key", marks[i], &path);
        assert_damaged(sm_basins_read(file, &basins, &error), &error);
        sm_basins_free(&basins);
        error = SPARSEMED_NO_ERROR;
        assert_damaged(sm_feature_find(file, path.text, "time", false, &feature, &error), &error);
        assert_ptr_equal(strstr(error.message, path.text), error.message);
        sm_feature_close(&feature);
        close_file(file);
    }
}

/* A definition that is there, and cannot be read, may be the one that leads to the time stamps. */
static void a_definition_is_not_missing(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_basins basins;
    struct path path = scratch_path("definition.rtdc");
    hid_t file = create_file(path.text, FORMAT_OLD);
    add_definition(file, "key", "{\"name\": \"a name\"}");
    add_group(file, "basins/group");
    H5Lcreate_soft("/nowhere", file, "basins/dangling", H5P_DEFAULT, H5P_DEFAULT);
    close_file(file);
    file = open_file(path.text);
    assert_int_equal(sm_basins_read(file, &basins, &error), SPARSEMED_OK);
    assert_int_equal(basins.n, 1);
    sm_basins_free(&basins);
    size_t header = header_of(file, "basins/key");
    close_file(file);
    struct bytes bytes = load_bytes(path.text);
    bytes.data[header] = 99; /* version of the header */
    save_and_free(path.text, bytes);
    file = open_file(path.text);
    assert_damaged(sm_basins_read(file, &basins, &error), &error);
    assert_non_null(strstr(error.message, "basins"));
    sm_basins_free(&basins);
    close_file(file);
}

static void logs_are_not_missing(void **state) {
    (void)state;
    static const char *const datasets[] = {"logs/log", "tables/table"};
    for (size_t i = 0; i < 2 * LENGTH(marks); i++) {
        struct path path;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        hid_t file = open_group_file(datasets[i % 2], marks[i / 2], &path), output = begin_file("output.rtdc");
        assert_damaged(sm_metadata_copy(file, output, 5, &error), &error);
        H5Fclose(output);
        close_file(file);
    }
}

/* Damage the version of the message that has an attribute. */
static hid_t damage_attribute(const char *name, const char *text) {
    struct path path = scratch_path("attribute.rtdc");
    hid_t file = create_file(path.text, FORMAT_OLD);
    if (text) {
        add_text_attribute(file, name, text);
    } else {
        add_number_attribute(file, name, 20);
    }
    close_file(file);
    struct bytes bytes = load_bytes(path.text);
    uint8_t *found = memmem(bytes.data, bytes.n, name, strlen(name));
    assert_non_null(found);
    found[-8] = 99; /* version, reserved, and the lengths of name, type and space come before the name */
    save_and_free(path.text, bytes);
    return open_file(path.text);
}

static void attributes_are_not_missing(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sparsemed_time_axis axis;
    struct sm_used_files files = {0};
    const struct sm_slice all = sm_slice_all(3);
    enum sm_timing timing;
    bool found;
    hid_t file = damage_attribute("imaging:frame rate", NULL);
    assert_damaged(sm_attribute_find(file, "imaging:frame rate", &found, &error), &error);
    error = SPARSEMED_NO_ERROR;
    assert_damaged(sm_timing_read(file, "FILE.rtdc", 0, &all, &axis, &timing, &files, &error), &error);
    assert_ptr_equal(strstr(error.message, "FILE.rtdc: "), error.message);
    error = SPARSEMED_NO_ERROR;
    char *identifier;
    assert_damaged(sm_measurement_identifier_read(file, &identifier, &error), &error);
    assert_null(identifier);
    sm_used_files_free(&files);
    close_file(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(links_are_neither_there_nor_missing),
        tidy_test(sound_links_are_found),
        tidy_test(a_search_that_goes_astray_is_noticed),
        tidy_test(features_are_not_missing),
        tidy_test(basins_are_not_missing),
        tidy_test(a_definition_is_not_missing),
        tidy_test(logs_are_not_missing),
        tidy_test(attributes_are_not_missing),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
