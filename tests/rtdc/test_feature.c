/* Features are found among the events or through basins, in the order of readers; what cannot be found is told with the
 * chain of files. Whole webs of files are tried in tests/parallel/measurement/test_basin_webs.c. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rtdc/feature.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/input.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

enum { N = 6 };

/* ---- helpers ---- */

/* A list of which each value tells where it is from: 100 * mark + row. */
static void add_marked(hid_t file, const char *path, int mark) {
    int values[N];
    for (int i = 0; i < N; i++) {
        values[i] = 100 * mark + i;
    }
    add_list(file, path, H5T_NATIVE_INT, N, values);
}

static void make_store(const char *name, int mark) {
    hid_t file = begin_measurement(name);
    add_marked(file, "events/deform", mark);
    close_file(file);
}

/* Look for the feature of a file that is complete. */
static enum sparsemed_status find(hid_t file, bool required, struct sm_feature *feature,
                                  struct sparsemed_error *error) {
    close_file(file);
    struct path path = scratch_path("in.rtdc");
    *error = SPARSEMED_NO_ERROR;
    file = open_file(path.text);
    enum sparsemed_status status = sm_feature_find(file, path.text, "deform", required, feature, error);
    H5Fclose(file); /* the dataset keeps its own file open */
    return status;
}

/* The feature is found, and its row 1 has this value. */
static void assert_found(hid_t file, int expected) {
    struct sm_feature feature;
    struct sparsemed_error error;
    int values[N];
    if (find(file, true, &feature, &error) != SPARSEMED_OK) {
        fail_msg("%s", error.message);
    }
    assert_true(H5Dread(feature.dataset, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    assert_int_equal(values[feature.map ? feature.map[1] : 1], expected);
    sm_feature_close(&feature);
}

/* It is not found, and the message ends with this; %s in it stands for the folder. */
static void assert_lost(hid_t file, const char *message) {
    struct sm_feature feature;
    struct sparsemed_error error;
    char expected[SPARSEMED_MESSAGE_SIZE];
    snprintf(expected, sizeof expected, message, scratch_folder(), scratch_folder(), scratch_folder());
    assert_int_equal(find(file, true, &feature, &error), SPARSEMED_INPUT);
    assert_true(feature.dataset < 0 && !feature.map && !feature.files.list);
    assert_string_equal(error.message, expected);
    sm_feature_close(&feature);
}

static const char to_store[] =
    "{\"type\": \"file\", \"name\": \"s\", \"paths\": [\"store.rtdc\"], \"features\": [\"deform\"]}";

/* ---- the order ---- */

static void events_win_then_internal_basins_then_files_by_name(void **state) {
    (void)state;
    static const char internal[] =
        "{\"type\": \"internal\", \"name\": \"z\", \"paths\": [\"basin_events\"], \"features\": [\"deform\"]}";
    static const char earlier[] =
        "{\"type\": \"file\", \"name\": \"b\", \"paths\": [\"other.rtdc\"], \"features\": [\"deform\"]}";
    make_store("store.rtdc", 4);
    make_store("other.rtdc", 3);
    for (int n_removed = 0; n_removed < 4; n_removed++) {
        hid_t file = begin_measurement("in.rtdc");
        add_definition(file, "0", to_store);
        if (n_removed < 3) {
            add_definition(file, "1", earlier);
        }
        if (n_removed < 2) {
            add_definition(file, "2", internal);
            add_marked(file, "basin_events/deform", 2);
        }
        if (n_removed < 1) {
            add_marked(file, "events/deform", 1);
        }
        assert_found(file, 100 * (n_removed + 1) + 1);
    }
}

static void a_basin_that_lists_others_is_passed_over(void **state) {
    (void)state;
    make_store("store.rtdc", 1);
    hid_t file = begin_measurement("in.rtdc");
    add_definition(file, "0", "{\"type\": \"file\", \"paths\": [\"store.rtdc\"], \"features\": [\"area_um\"]}");
    add_definition(file, "1", "{\"type\": \"file\", \"paths\": [\"store.rtdc\"], \"features\": []}");
    add_definition(file, "2", "{\"paths\": [\"store.rtdc\"], \"features\": [\"deform\"]}");
    add_definition(file, "3", "{\"type\": \"file\", \"features\": \"deform\", \"paths\": 7}");
    assert_lost(file, "%s/in.rtdc: has no feature deform, neither among its events nor in a basin");
}

static void no_list_stands_for_all_features(void **state) {
    (void)state;
    static const char *const definitions[] = {
        "{\"type\": \"file\", \"paths\": [\"store.rtdc\"]}",
        "{\"type\": \"file\", \"paths\": [\"store.rtdc\"], \"features\": null, \"mapping\": null}",
        "{\"type\": \"file\", \"paths\": [7, null, \"store.rtdc\"], \"mapping\": \"same\"}",
    };
    make_store("store.rtdc", 1);
    for (size_t i = 0; i < LENGTH(definitions); i++) {
        hid_t file = begin_measurement("in.rtdc");
        add_definition(file, "0", definitions[i]);
        assert_found(file, 101);
    }
}

static void only_a_dataset_is_a_feature(void **state) {
    (void)state;
    hid_t file = create_file(scratch_path("in.rtdc").text, FORMAT_OLD);
    assert_lost(file, "%s/in.rtdc: has no feature deform, neither among its events nor in a basin");
    file = create_file(scratch_path("in.rtdc").text, FORMAT_OLD);
    add_marked(file, "events", 1); /* a dataset where the group should be */
    assert_lost(file, "%s/in.rtdc: has no feature deform, neither among its events nor in a basin");
    file = begin_measurement("in.rtdc");
    add_group(file, "events/deform");
    assert_lost(file, "%s/in.rtdc: events/deform cannot be opened (not a dataset)");
}

/* Nobody needs it: a basin without a list may lack it, or its file may; a basin with a list may not. */
static void what_is_not_required_may_be_missing(void **state) {
    (void)state;
    struct sm_feature feature;
    struct sparsemed_error error;
    hid_t file = begin_measurement("in.rtdc");
    add_definition(file, "0", "{\"type\": \"file\", \"paths\": [\"missing.rtdc\"]}");
    add_definition(file, "1", "{\"type\": \"internal\", \"paths\": [\"nothing\"], \"features\": [\"deform\"]}");
    assert_int_equal(find(file, false, &feature, &error), SPARSEMED_OK);
    assert_true(feature.dataset < 0);
    sm_feature_close(&feature);
    file = begin_measurement("in.rtdc");
    add_definition(file, "0", "{\"type\": \"file\", \"paths\": [\"missing.rtdc\"], \"features\": [\"deform\"]}");
    assert_int_equal(find(file, false, &feature, &error), SPARSEMED_INPUT);
    sm_feature_close(&feature);
}

/* ---- files ---- */

static void paths_lead_from_the_file_that_has_them(void **state) {
    (void)state;
    struct path below = scratch_path("below"), link = scratch_path("in.rtdc");
    make_folder(below.text);
    make_store("below/beside.rtdc", 7);
    hid_t file = begin_measurement("below/store.rtdc");
    add_definition(file, "0", "{\"type\": \"file\", \"paths\": [\"nowhere.rtdc\", \"beside.rtdc\"]}");
    close_file(file);
    file = begin_measurement("in.rtdc");
    add_definition(file, "0", "{\"type\": \"file\", \"paths\": [\"below/store.rtdc\"], \"features\": [\"deform\"]}");
    assert_found(file, 701);
    remove(link.text);
    assert_int_equal(symlink("below/store.rtdc", link.text), 0); /* from the folder of what it is a link to */
    file = H5Fopen(link.text, H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_found(file, 701);
    remove(link.text);
}

/* A file that no path leads to any more may lie beside the measurement: of the same name, and the same measurement. */
static void what_was_moved_is_found_beside(void **state) {
    (void)state;
    static const struct {
        const char *own, *other, *members;
        bool found;
    } cases[] = {
        {"one", "one", "", true},
        {"one", NULL, "", true},
        {NULL, "one", "", true},
        {"one", "two", "", false},
        {"one", "on", "", false},
        {"one", "on", ", \"mapping\": \"basinmap0\"", true}, /* of a part of the events */
        {"one", "ona", ", \"mapping\": \"basinmap0\"", false},
        {"one", "one", ", \"identifier\": \"one\"", true},
        {"one", "one", ", \"identifier\": \"two\"", false},
    };
    static const int64_t map[] = {0, 1, 2, 3, 4, 5};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char definition[256];
        hid_t store = begin_measurement("moved.rtdc"), file = begin_measurement("in.rtdc");
        add_marked(store, "events/deform", 1);
        add_list(file, "events/basinmap0", H5T_NATIVE_INT64, N, map);
        if (cases[i].other) {
            add_text_attribute(store, "experiment:run identifier", cases[i].other);
        }
        if (cases[i].own) {
            add_text_attribute(file, "experiment:run identifier", cases[i].own);
        }
        close_file(store);
        snprintf(definition, sizeof definition,
                 "{\"type\": \"file\", \"paths\": [\"/old/moved.rtdc\"], \"features\": [\"deform\"]%s}",
                 cases[i].members);
        add_definition(file, "0", definition);
        if (cases[i].found) {
            assert_found(file, 101);
        } else {
            assert_lost(file, "%s/in.rtdc -> /old/moved.rtdc: cannot be read: No such file or directory");
        }
    }
}

static void recorded_paths_come_before_what_lies_beside(void **state) {
    (void)state;
    struct path below = scratch_path("below");
    mkdir(below.text, 0777);
    make_store("below/store.rtdc", 2);
    make_store("store.rtdc", 1);
    hid_t file = begin_measurement("in.rtdc");
    add_definition(
        file, "0",
        "{\"type\": \"file\", \"paths\": [\"/old/store.rtdc\", \"below/store.rtdc\"], \"features\": [\"deform\"]}");
    assert_found(file, 201);
}

/* Also where the time stamps are asked for, which nobody needs: they would be guessed. */
static void a_basin_out_of_reach_is_refused(void **state) {
    (void)state;
    struct path path = scratch_path("in.rtdc"), root = scratch_path("root"), other = scratch_path("other");
    const struct sm_reach reach = {.n_roots = 1, .roots = {root.text}};
    make_folder(root.text);
    make_folder(other.text);
    make_store("other/store.rtdc", 1);
    make_store("root/store.rtdc", 2);
    static const char *const definitions[] = {
        "{\"type\": \"file\", \"paths\": [\"other/store.rtdc\"]}",
        "{\"type\": \"file\", \"paths\": [\"root/../other/store.rtdc\"], \"features\": [\"deform\"]}",
        "{\"type\": \"file\", \"paths\": [\"other/store.rtdc\", \"root/store.rtdc\"]}",
    };
    for (size_t i = 0; i < LENGTH(definitions); i++) {
        struct sm_feature feature;
        struct sm_used_files missed = {0};
        struct sparsemed_error error;
        hid_t file = begin_measurement("in.rtdc");
        add_definition(file, "0", definitions[i]);
        sm_reach_begin(&reach, path.text, NULL, &missed);
        if (i == 2) {
            assert_found(file, 201);
        } else {
            assert_int_equal(find(file, false, &feature, &error), SPARSEMED_INPUT);
            assert_non_null(strstr(error.message, "in.rtdc: leads to "));
            assert_non_null(strstr(error.message, "/other/store.rtdc), which is in no folder of --basin-root"));
            sm_feature_close(&feature);
        }
        assert_true(missed.n > 0 && strstr(missed.list[0].path, "other/store.rtdc"));
        assert_int_equal(missed.list[0].state.st_ino, 0); /* other rules may let it pass */
        sm_reach_end(NULL);
        sm_used_files_free(&missed);
    }
}

static void the_files_on_the_way_are_noted(void **state) {
    (void)state;
    static const char *const names[] = {"in.rtdc", "store.rtdc", "last.rtdc"};
    struct sm_feature feature;
    struct sparsemed_error error;
    make_store("last.rtdc", 1);
    hid_t file = begin_measurement("store.rtdc");
    add_definition(file, "0", "{\"type\": \"file\", \"paths\": [\"last.rtdc\"]}");
    close_file(file);
    file = begin_measurement("in.rtdc");
    add_definition(file, "0", to_store);
    assert_int_equal(find(file, true, &feature, &error), SPARSEMED_OK);
    assert_int_equal(feature.files.n, LENGTH(names));
    for (size_t i = 0; i < LENGTH(names); i++) {
        struct path path = scratch_path("%s", names[i]);
        struct stat info;
        assert_string_equal(feature.files.list[i].path, path.text);
        assert_int_equal(stat(path.text, &info), 0);
        assert_int_equal(feature.files.list[i].state.st_ino, info.st_ino);
    }
    struct path in = scratch_path("in.rtdc"), store = scratch_path("store.rtdc"), last = scratch_path("last.rtdc"),
                other = scratch_path("other.rtdc");
    const struct sm_input input = {.files = feature.files};
    make_store("other.rtdc", 1);
    assert_true(sm_input_uses(&input, in.text) && sm_input_uses(&input, store.text) &&
                sm_input_uses(&input, last.text));
    assert_false(sm_input_uses(&input, other.text) || sm_input_uses(&input, "missing.rtdc"));
    assert_null(sm_input_changed(&input));
    assert_int_equal(truncate(store.text, 100), 0);
    assert_string_equal(sm_input_changed(&input), store.text);
    sm_feature_close(&feature);
}

/* Images among the events, times in another file. */
static void the_files_of_the_times_are_those_of_the_input(void **state) {
    (void)state;
    static const double times[] = {0, 0.5, 1};
    static const struct sm_input_options options = {0};
    const hsize_t extent[3] = {3, 2, 2};
    struct path path = scratch_path("in.rtdc"), store = scratch_path("store.rtdc"), output = scratch_path("out.rtdc");
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_input input;
    struct sparsemed_time_axis axis;
    enum sm_timing timing;
    hid_t file = begin_measurement("store.rtdc");
    add_list(file, "events/time", H5T_NATIVE_DOUBLE, 3, times);
    close_file(file);
    file = begin_measurement("in.rtdc");
    add_dataset(file, "events/image", H5T_NATIVE_UCHAR, 3, extent, H5P_DEFAULT, "abcdefghijkl");
    add_definition(file, "0", "{\"type\": \"file\", \"paths\": [\"store.rtdc\"], \"features\": [\"time\"]}");
    close_file(file);
    close_file(begin_measurement("out.rtdc"));
    assert_int_equal(sm_input_open(path.text, &options, &input, &error), SPARSEMED_OK);
    assert_true(input.files.n == 1 && !sm_input_uses(&input, store.text));
    assert_int_equal(sm_input_timing(&input, &axis, &timing, &error), SPARSEMED_OK);
    assert_int_equal(input.files.n, 2); /* the input only once */
    assert_string_equal(input.files.list[0].path, path.text);
    assert_true(sm_input_uses(&input, store.text) && sm_input_is_older(&input, output.text));
    assert_false(sm_input_is_older(&input, "missing.rtdc"));
    assert_int_equal(utimensat(AT_FDCWD, store.text, (struct timespec[]){{0, UTIME_OMIT}, {4000000000, 0}}, 0), 0);
    assert_false(sm_input_is_older(&input, output.text));
    assert_string_equal(sm_input_changed(&input), store.text);
    sparsemed_time_axis_free(&axis);
    sm_input_close(&input);
}

static void the_first_path_with_the_right_identifier_counts(void **state) {
    (void)state;
    for (int i = 0; i < 3; i++) {
        hid_t file = begin_measurement(i == 0 ? "one.rtdc" : i == 1 ? "two.rtdc" : "three.rtdc");
        add_marked(file, "events/deform", i + 1);
        if (i > 0) {
            add_text_attribute(file, "experiment:run identifier", "right");
        }
        close_file(file);
    }
    hid_t file = begin_measurement("in.rtdc");
    add_definition(file, "0",
                   "{\"type\": \"file\", \"paths\": [\"zero.rtdc\", \"one.rtdc\", \"two.rtdc\", \"three.rtdc\"], "
                   "\"features\": [\"deform\"], \"identifier\": \"right\"}");
    assert_found(file, 201);
    file = begin_measurement("in.rtdc");
    add_definition(file, "0",
                   "{\"type\": \"file\", \"paths\": [\"two.rtdc\", \"zero.rtdc\"], \"features\": [\"deform\"], "
                   "\"identifier\": \"wrong\"}");
    assert_lost(file, "%s/in.rtdc -> %s/two.rtdc: is another measurement: its identifier is right instead of wrong");
}

static void a_circle_is_told_with_all_its_files(void **state) {
    (void)state;
    hid_t file = begin_measurement("store.rtdc");
    add_definition(file, "0", "{\"type\": \"file\", \"paths\": [\"./in.rtdc\"]}");
    close_file(file);
    file = begin_measurement("in.rtdc");
    add_definition(file, "0", to_store);
    assert_lost(file, "%s/in.rtdc -> %s/store.rtdc -> %s/./in.rtdc: the basins lead in a circle");
}

/* ---- maps ---- */

static void maps_of_nested_basins_are_combined(void **state) {
    (void)state;
    static const int64_t outer[] = {3, 2, 0, 2}, inner[] = {5, 0, 4, 1};
    static const uint64_t expected[] = {1, 4, 5, 4};
    struct sm_feature feature;
    struct sparsemed_error error;
    make_store("last.rtdc", 1);
    hid_t file = begin_measurement("store.rtdc");
    add_definition(file, "0", "{\"type\": \"file\", \"paths\": [\"last.rtdc\"], \"mapping\": \"basinmap5\"}");
    add_list(file, "events/basinmap5", H5T_STD_I64LE, LENGTH(inner), inner);
    close_file(file);
    file = begin_measurement("in.rtdc");
    add_definition(
        file, "0",
        "{\"type\": \"file\", \"paths\": [\"store.rtdc\"], \"features\": [\"deform\"], \"mapping\": \"basinmap0\"}");
    add_list(file, "events/basinmap0", H5T_STD_I64LE, LENGTH(outer), outer);
    assert_int_equal(find(file, true, &feature, &error), SPARSEMED_OK);
    assert_int_equal(feature.n_rows, LENGTH(expected));
    assert_memory_equal(feature.map, expected, sizeof expected);
    sm_feature_close(&feature);
}

/* Another basin may do where the map of the first one is bad. */
static void a_bad_map_is_told_or_passed_over(void **state) {
    (void)state;
    static const char mapped[] = "{\"type\": \"file\", \"name\": \"a\", \"paths\": [\"store.rtdc\"], \"features\": "
                                 "[\"deform\"], \"mapping\": \"basinmap0\"}";
    static const int64_t rows[] = {0, 1, N};
    make_store("store.rtdc", 1);
    for (int second = 0; second <= 1; second++) {
        hid_t file = begin_measurement("in.rtdc");
        add_definition(file, "0", mapped);
        add_list(file, "events/basinmap0", H5T_STD_I64LE, LENGTH(rows), rows);
        if (second) {
            add_definition(file, "1", to_store);
            assert_found(file, 101);
        } else {
            assert_lost(file, "%s/in.rtdc: the map events/basinmap0 of a basin: row 2 is number 6 of 6 in the basin");
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(events_win_then_internal_basins_then_files_by_name),
        tidy_test(a_basin_that_lists_others_is_passed_over),
        tidy_test(no_list_stands_for_all_features),
        tidy_test(only_a_dataset_is_a_feature),
        tidy_test(what_is_not_required_may_be_missing),
        tidy_test(paths_lead_from_the_file_that_has_them),
        tidy_test(what_was_moved_is_found_beside),
        tidy_test(recorded_paths_come_before_what_lies_beside),
        tidy_test(a_basin_out_of_reach_is_refused),
        tidy_test(the_files_on_the_way_are_noted),
        tidy_test(the_files_of_the_times_are_those_of_the_input),
        tidy_test(the_first_path_with_the_right_identifier_counts),
        tidy_test(a_circle_is_told_with_all_its_files),
        tidy_test(maps_of_nested_basins_are_combined),
        tidy_test(a_bad_map_is_told_or_passed_over),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
