/* The scalar features of frames that outputs take over. */
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/hdf5.h"
#include "rtdc/outputs/feature_copy.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"
#include "support/pipelines.h"
#include "support/stored_chunks.h"

enum { N_FRAMES = 2500, MANY = 300000 /* more than a piece has */ };

static const struct sm_slice all = {N_FRAMES, 0, 1, N_FRAMES}, all_of_many = {MANY, 0, 1, MANY};

/* ---- helpers ---- */

static double numbers[MANY];

static int draw_numbers(void **state) {
    for (int i = 0; i < MANY; i++) {
        numbers[i] = i * (1. / 3);
    }
    return hdf5_test_start(state);
}

static void add_stored(hid_t file, const char *name, hid_t type, hsize_t n, hsize_t chunk, const char *pipeline) {
    hid_t creation = chunked(1, &chunk);
    pipeline_add(creation, pipeline);
    add_dataset(file, name, type, 1, &n, creation, numbers);
    H5Pclose(creation);
}

/* Copy, and reopen the copy for reading. */
static hid_t copy(hid_t input, const struct sm_slice *rows, bool values) {
    struct path path = scratch_path("out.rtdc");
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t output = create_file(path.text, FORMAT_NEW);
    if (sm_features_copy(input, rows, output, 5, values, &error) != SPARSEMED_OK) {
        fail_msg("%s", error.message);
    }
    close_file(output);
    return open_file(path.text);
}

/* A copied feature has the type, the rows and the attribute of the original, and is stored as outputs are. */
static void assert_feature(hid_t input, hid_t output, const char *name, const struct sm_slice *rows) {
    hid_t from = H5Dopen2(input, name, H5P_DEFAULT), to = H5Dopen2(output, name, H5P_DEFAULT);
    assert_true(from >= 0 && to >= 0);
    hid_t type = H5Dget_type(from), copied_type = H5Dget_type(to), creation = H5Dget_create_plist(to);
    hsize_t extent[H5S_MAX_RANK], chunk;
    size_t size = H5Tget_size(type);
    assert_true(H5Tequal(type, copied_type) > 0);
    assert_int_equal(extent_of(to, extent), 1);
    assert_int_equal(extent[0], rows->n);
    assert_int_equal(H5Pget_chunk(creation, 1, &chunk), 1);
    assert_int_equal(chunk, 1000);
    assert_output_filters(creation, 5);
    char *before = malloc(rows->n_there * size), *after = malloc(rows->n * size);
    assert_true(before && after && H5Dread(from, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, before) >= 0);
    assert_true(H5Dread(to, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, after) >= 0);
    for (uint64_t i = 0; i < rows->n; i++) {
        assert_memory_equal(after + i * size, before + (rows->first + i * rows->step) * size, size);
    }
    free(after);
    free(before);
    H5Pclose(creation);
    H5Tclose(copied_type);
    H5Tclose(type);
    H5Dclose(to);
    H5Dclose(from);
}

static void assert_different(hid_t input, const struct sm_slice *rows, hid_t output, const char *expected) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    char *different;
    assert_int_equal(sm_features_compare(input, rows, output, &different, &error), SPARSEMED_OK);
    assert_int_equal(different != NULL, expected != NULL);
    if (expected) {
        assert_string_equal(different, expected);
    }
    free(different);
}

/* ---- tests ---- */

static void copies_what_frames_have(void **state) {
    (void)state;
    hid_t input = begin_measurement("in.rtdc");
    add_stored(input, "events/time", H5T_IEEE_F32BE, N_FRAMES, 400, "zstd fletcher");
    add_stored(input, "events/frame", H5T_STD_I64LE, N_FRAMES, 10, "shuffle gzip");
    add_list(input, "events/temp", H5T_IEEE_F64LE, N_FRAMES, numbers);
    add_list(input, "events/userdef9", H5T_STD_U16LE, N_FRAMES, numbers);
    hid_t temperatures = H5Dopen2(input, "events/temp", H5P_DEFAULT);
    add_text_attribute(temperatures, "unit", "degree Celsius");
    H5Dclose(temperatures);
    hid_t output = copy(input, &all, true);
    static const char *const names[] = {"events/time", "events/frame", "events/temp", "events/userdef9"};
    for (size_t i = 0; i < LENGTH(names); i++) {
        assert_feature(input, output, names[i], &all);
    }
    temperatures = H5Dopen2(output, "events/temp", H5P_DEFAULT);
    assert_text_attribute(temperatures, "unit", "degree Celsius", false);
    H5Dclose(temperatures);
    assert_different(input, &all, output, NULL);
    close_file(output);
    close_file(input);
}

/* What is another's, of another length, or no list of numbers. */
static void leaves_out_what_is_not_of_the_frames_of_the_file(void **state) {
    (void)state;
    const hsize_t plane[] = {N_FRAMES, 1}, extent = N_FRAMES;
    hid_t store = begin_file("store.h5");
    add_list(store, "values", H5T_IEEE_F64LE, N_FRAMES, numbers);
    close_file(store);
    hid_t input = begin_measurement("in.rtdc"), creation = H5Pcreate(H5P_DATASET_CREATE);
    add_list(input, "events/deform", H5T_IEEE_F64LE, N_FRAMES, numbers);
    add_list(input, "events/bg_off", H5T_IEEE_F64LE, N_FRAMES, numbers);
    add_list(input, "events/time", H5T_IEEE_F64LE, N_FRAMES + 1, numbers);
    add_list(input, "events/frame", H5T_IEEE_F64LE, N_FRAMES - 1, numbers);
    add_dataset(input, "events/temp", H5T_IEEE_F64LE, 2, plane, H5P_DEFAULT, numbers);
    add_lines(input, "events/temp_amb", 2, (const char *const[]){"a", "b"});
    add_group(input, "events/pressure");
    H5Lcreate_external("store.h5", "values", input, "events/g_force", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/events/deform", input, "events/userdef0", H5P_DEFAULT, H5P_DEFAULT);
    H5Pset_external(creation, scratch_path("numbers").text, 0, sizeof numbers);
    add_dataset(input, "events/userdef1", H5T_IEEE_F64LE, 1, &extent, creation, numbers);
    H5Pclose(creation);
    creation = H5Pcreate(H5P_DATASET_CREATE);
    hid_t space = H5Screate_simple(1, &extent, NULL);
    H5Pset_virtual(creation, space, "store.h5", "values", space);
    add_dataset(input, "events/userdef2", H5T_IEEE_F64LE, 1, &extent, creation, NULL);
    H5Sclose(space);
    H5Pclose(creation);
    hid_t output = copy(input, &all, true);
    assert_int_equal(H5Lexists(output, "events", H5P_DEFAULT), 0);
    assert_different(input, &all, output, NULL);
    close_file(output);
    close_file(input);
}

static void copies_many_rows_piece_by_piece(void **state) {
    (void)state;
    const struct sm_slice slices[] = {all_of_many, {MANY, 7, 3, 90001}, {MANY, MANY - 1, 1, 1}};
    hid_t input = begin_measurement("in.rtdc");
    add_list(input, "events/time", H5T_NATIVE_DOUBLE, MANY, numbers);
    add_stored(input, "events/temp", H5T_NATIVE_DOUBLE, MANY, MANY, "gzip");
    add_stored(input, "events/pressure", H5T_NATIVE_DOUBLE, MANY, 999, "");
    for (size_t i = 0; i < LENGTH(slices); i++) {
        hid_t output = copy(input, &slices[i], true);
        assert_feature(input, output, "events/time", &slices[i]);
        assert_feature(input, output, "events/temp", &slices[i]);
        assert_feature(input, output, "events/pressure", &slices[i]);
        assert_different(input, &slices[i], output, NULL);
        close_file(output);
    }
    close_file(input);
}

/* What is only to be compared with has types, shapes and attributes, and takes no room for values. */
static void does_without_values(void **state) {
    (void)state;
    hid_t input = begin_measurement("in.rtdc");
    add_list(input, "events/time", H5T_NATIVE_DOUBLE, N_FRAMES, numbers);
    hid_t output = copy(input, &all, false), times = H5Dopen2(output, "events/time", H5P_DEFAULT);
    assert_int_equal(H5Dget_storage_size(times), 0);
    H5Dclose(times);
    close_file(output);
    close_file(input);
}

static void finds_what_differs(void **state) {
    (void)state;
    hid_t input = begin_measurement("in.rtdc");
    add_list(input, "events/time", H5T_NATIVE_DOUBLE, MANY, numbers);
    hid_t output = copy(input, &all_of_many, true);
    struct path path = scratch_path("out.rtdc");
    const hsize_t last = MANY - 1, one = 1;
    assert_different(input, &all_of_many, output, NULL);
    close_file(output);
    output = change_file(path.text);
    hid_t times = H5Dopen2(output, "events/time", H5P_DEFAULT), space = H5Dget_space(times);
    hid_t memory = H5Screate(H5S_SCALAR);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, &last, NULL, &one, NULL);
    assert_true(H5Dwrite(times, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, numbers) >= 0);
    H5Sclose(memory);
    H5Sclose(space);
    H5Dclose(times);
    assert_different(input, &all_of_many, output, "events/time");
    assert_different(input, &all_of_many, input, NULL);
    H5Ldelete(output, "events/time", H5P_DEFAULT);
    assert_different(input, &all_of_many, output, "events/time");
    close_file(output);
    close_file(input);
}

/* Neither the copy nor the comparison takes a damaged feature for one that is not there. */
static void tells_of_damage(void **state) {
    (void)state;
    const hsize_t origin = 0;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    char *different;
    hid_t input = begin_measurement("in.rtdc"), output = begin_file("out.rtdc");
    add_stored(input, "events/frame", H5T_NATIVE_DOUBLE, N_FRAMES, 500, "fletcher");
    add_stored(input, "events/temp", H5T_NATIVE_DOUBLE, N_FRAMES, 500, "gzip fletcher");
    hid_t dataset = H5Dopen2(input, "events/temp", H5P_DEFAULT);
    flip_bit(dataset, &origin, 0.5);
    H5Dclose(dataset);
    assert_int_equal(sm_features_copy(input, &all, output, 5, true, &error), SPARSEMED_INPUT);
    assert_ptr_equal(strstr(error.message, "events/temp: "), error.message);
    error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_features_compare(input, &all, input, &different, &error), SPARSEMED_INPUT);
    assert_ptr_equal(strstr(error.message, "events/temp: "), error.message);
    free(different);
    close_file(output);
    close_file(input);
}

/* A small file that says it has a chunk of a gigabyte. */
static void refuses_what_is_not_believed(void **state) {
    (void)state;
    const hsize_t chunk = 1 << 27, extent = N_FRAMES, most = H5S_UNLIMITED;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t input = begin_measurement("in.rtdc"), output = begin_file("out.rtdc"), creation = chunked(1, &chunk);
    hid_t space = H5Screate_simple(1, &extent, &most);
    H5Dclose(H5Dcreate2(input, "events/temp", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, creation, H5P_DEFAULT));
    H5Sclose(space);
    H5Pclose(creation);
    assert_int_equal(sm_features_copy(input, &all, output, 5, true, &error), SPARSEMED_INPUT);
    assert_non_null(strstr(error.message, "not believed"));
    close_file(output);
    close_file(input);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(copies_what_frames_have),
        tidy_test(leaves_out_what_is_not_of_the_frames_of_the_file),
        tidy_test(copies_many_rows_piece_by_piece),
        tidy_test(does_without_values),
        tidy_test(finds_what_differs),
        tidy_test(tells_of_damage),
        tidy_test(refuses_what_is_not_believed),
    };
    return cmocka_run_group_tests(tests, draw_numbers, scratch_remove);
}
