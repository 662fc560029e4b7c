/* What the output of a slice takes over: maps that lead to the rows of the slice, and attributes that tell of it. */
#include <stdlib.h>
#include <string.h>

#include "rtdc/basin.h"
#include "rtdc/hdf5/attributes.h"
#include "rtdc/outputs/take_over.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

enum { LEVEL = 5, N_ROWS = 4 };

static const struct sm_slice slice = {.n_there = N_ROWS, .first = 1, .step = 2, .n = 2};

/* ---- helpers ---- */

/* An input with basins that have the same rows, a map, a map of other rows, and a map of too few. */
static hid_t begin_input(void) {
    static const uint64_t map[N_ROWS] = {5, 3, 900, 7};
    hid_t input = begin_measurement("input.rtdc");
    add_list(input, "events/time", H5T_IEEE_F64LE, N_ROWS, NULL);
    add_list(input, "events/basinmap0", H5T_NATIVE_UINT64, N_ROWS, map);
    add_list(input, "events/basinmap2", H5T_NATIVE_UINT64, N_ROWS - 1, map);
    add_definition(input, "1", "{\"type\": \"file\", \"name\": \"mapped\", \"mapping\": \"basinmap0\"}");
    add_definition(input, "2", "{\"type\": \"file\", \"name\": \"again\", \"mapping\": \"basinmap0\"}");
    add_definition(input, "3", "{\"type\": \"file\", \"name\": \"plain\"}");
    add_definition(input, "4", "{\"type\": \"file\", \"name\": \"same\", \"mapping\": \"same\"}");
    add_definition(input, "5", "{\"type\": \"file\", \"name\": \"short\", \"mapping\": \"basinmap2\"}");
    add_number_attribute(input, "experiment:event count", N_ROWS);
    return input;
}

/* Take over a slice of the input, or all of it. */
static enum sparsemed_status take_over(hid_t input, hid_t output, bool sliced, struct sparsemed_error *error) {
    struct path input_path = scratch_path("input.rtdc"), output_path = scratch_path("output.rtdc");
    const struct sm_input_options options = {.slice = {.step = sliced ? 2 : 0}};
    const struct sm_specification wanted = {
        .origin = {.path = input_path.text,
                   .real_path = input_path.text,
                   .options = &options,
                   .slice = sliced ? slice : sm_slice_all(N_ROWS)},
        .path = output_path.text,
    };
    return sm_take_over(input, output, &wanted, LEVEL, true, error);
}

static void assert_rows(hid_t output, const char *path, int64_t first, int64_t second) {
    int64_t rows[2] = {0};
    hsize_t extent[H5S_MAX_RANK];
    hid_t dataset = H5Dopen2(output, path, H5P_DEFAULT);
    assert_int_equal(extent_of(dataset, extent), 1);
    assert_int_equal(extent[0], 2);
    assert_true(H5Dread(dataset, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows) >= 0);
    assert_true(rows[0] == first && rows[1] == second);
    H5Dclose(dataset);
}

/* The name of the map of a basin of this name; "none" where it has none, "gone" where there is no such basin. */
static void assert_map(const struct sm_basins *basins, const char *name, const char *expected) {
    const char *found = "gone";
    for (size_t i = 0; i < basins->n; i++) {
        if (strcmp(basins->list[i].name, name) == 0) {
            found = basins->list[i].map ? basins->list[i].map : "none";
        }
    }
    assert_string_equal(found, expected);
}

/* ---- tests ---- */

static void basins_lead_to_the_rows_of_the_slice(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_basins basins;
    hid_t input = begin_input(), output = begin_measurement("output.rtdc");
    assert_int_equal(take_over(input, output, true, &error), SPARSEMED_OK);
    assert_rows(output, "events/basinmap0", 3, 7); /* of the input, under its name */
    assert_rows(output, "events/basinmap1", 1, 3);
    assert_int_equal(H5Lexists(output, "events/basinmap2", H5P_DEFAULT), 0);
    assert_int_equal(sm_basins_read(output, &basins, &error), SPARSEMED_OK);
    assert_int_equal(basins.n, 5);
    assert_map(&basins, "input.rtdc", "basinmap1");
    assert_map(&basins, "mapped", "basinmap0");
    assert_map(&basins, "again", "basinmap0");
    assert_map(&basins, "plain", "basinmap1");
    assert_map(&basins, "same", "basinmap1");
    assert_map(&basins, "short", "gone");
    sm_basins_free(&basins);
    close_file(output);
    close_file(input);
}

static void all_rows_need_no_map(void **state) {
    (void)state;
    double n_events;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_basins basins;
    hid_t input = begin_input(), output = begin_measurement("output.rtdc");
    add_text_attribute(input, "experiment:run identifier", "run 1");
    assert_int_equal(take_over(input, output, false, &error), SPARSEMED_OK);
    assert_int_equal(H5Lexists(output, "events/basinmap1", H5P_DEFAULT), 0);
    assert_int_equal(sm_basins_read(output, &basins, &error), SPARSEMED_OK);
    assert_map(&basins, "input.rtdc", "none");
    assert_map(&basins, "plain", "none");
    assert_text_attribute(output, "experiment:run identifier", "run 1", false);
    assert_true(sm_attribute_number(output, "experiment:event count", &n_events) && n_events == N_ROWS);
    sm_basins_free(&basins);
    close_file(output);
    close_file(input);
}

static void attributes_tell_of_the_slice(void **state) {
    (void)state;
    for (int told = 0; told < 2; told++) {
        double n_events;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        hid_t input = begin_measurement("input.rtdc"), output = begin_measurement("output.rtdc");
        if (told) {
            add_text_attribute(input, "experiment:run identifier", "run 1");
            add_number_attribute(input, "experiment:event count", 77); /* wrong */
        }
        assert_int_equal(take_over(input, output, true, &error), SPARSEMED_OK);
        if (told) {
            assert_text_attribute(output, "experiment:run identifier", "run 1_slice-1:4:2", false);
            assert_true(sm_attribute_number(output, "experiment:event count", &n_events) && n_events == 2);
        } else {
            assert_int_equal(H5Aexists(output, "experiment:run identifier"), 0);
            assert_int_equal(H5Aexists(output, "experiment:event count"), 0);
        }
        close_file(output);
        close_file(input);
    }
}

static void without_a_free_map_there_is_no_output(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    char path[] = "events/basinmap0";
    hid_t input = begin_measurement("input.rtdc"), output = begin_measurement("output.rtdc");
    for (char digit = '0'; digit <= '9'; digit++) {
        path[sizeof path - 2] = digit;
        add_list(input, path, H5T_STD_I64LE, N_ROWS, NULL);
    }
    assert_int_equal(take_over(input, output, true, &error), SPARSEMED_OUTPUT);
    assert_non_null(strstr(error.message, "all ten maps"));
    close_file(output);
    close_file(input);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(basins_lead_to_the_rows_of_the_slice),
        tidy_test(all_rows_need_no_map),
        tidy_test(attributes_tell_of_the_slice),
        tidy_test(without_a_free_map_there_is_no_output),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
