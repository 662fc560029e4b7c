/* The time axis is read from whatever a file tells, and nonsense is refused. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/timing.h"
#include "support/bits.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"
#include "support/pipelines.h"
#include "support/stored_chunks.h"

enum { N = 5 };

static const char rate_attribute[] = "imaging:frame rate";
static const double times[N] = {1000.1, 1000.3, 1003.7, 1010.25, 2000.5};
static const int64_t whole[N] = {7, 8, 8, 12, 90};

/* ---- helpers ---- */

/* Write events/time or events/frame in any type of numbers; values are of the native type. */
static void add_feature(hid_t file, const char *name, hid_t stored, hid_t native, const void *values) {
    const hsize_t n = N;
    hid_t creation = chunked(1, &(hsize_t){2});
    pipeline_add(creation, "shuffle gzip fletcher");
    add_dataset(file, name, stored, 1, &n, creation, NULL);
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    assert_true(H5Dwrite(dataset, native, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(dataset);
    H5Pclose(creation);
}

static enum sparsemed_status read_axis(hid_t file, double frame_rate, struct sparsemed_time_axis *axis,
                                       enum sm_timing *timing, struct sparsemed_error *error) {
    struct sm_used_files files = {0};
    const struct sm_slice all = sm_slice_all(N);
    enum sparsemed_status status = sm_timing_read(file, "FILE.rtdc", frame_rate, &all, axis, timing, &files, error);
    sm_used_files_free(&files);
    return status;
}

/* Read the axis; it must be made from this, and its times be the expected ones. */
static void assert_axis(hid_t file, enum sm_timing expected_timing, const double *expected, bool single_precision) {
    struct sparsemed_time_axis axis;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    enum sm_timing timing;
    if (read_axis(file, 0, &axis, &timing, &error) != SPARSEMED_OK) {
        fail_msg("%s", error.message);
    }
    assert_int_equal(timing, expected_timing);
    assert_int_equal(axis.n_frames, N);
    assert_int_equal(axis.single_precision, single_precision);
    for (size_t i = 0; i < N; i++) {
        assert_same_double(axis.time[i], expected[i]);
    }
    sparsemed_time_axis_free(&axis);
    close_file(file);
}

/* Read the axis; it must be refused with a message that names the file and says this. */
static void assert_refused(hid_t file, const char *reason) {
    struct sparsemed_time_axis axis;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    enum sm_timing timing;
    assert_int_equal(read_axis(file, 0, &axis, &timing, &error), SPARSEMED_INPUT);
    sparsemed_time_axis_free(&axis);
    if (strncmp(error.message, "FILE.rtdc: ", 11) != 0 || !strstr(error.message, reason)) {
        fail_msg("the message is: %s", error.message);
    }
    close_file(file);
}

/* ---- types ---- */

static void check_double(hid_t stored) {
    double expected[N];
    for (size_t i = 0; i < N; i++) {
        expected[i] = times[i] - times[0];
    }
    hid_t file = begin_measurement("timing.rtdc");
    add_feature(file, "events/time", stored, H5T_NATIVE_DOUBLE, times);
    add_feature(file, "events/frame", H5T_STD_I64LE, H5T_NATIVE_INT64, whole);
    add_number_attribute(file, rate_attribute, 1000);
    assert_axis(file, SM_TIMING_TIME, expected, false);
}

static void check_float(hid_t stored) {
    float values[N];
    double expected[N];
    for (size_t i = 0; i < N; i++) {
        values[i] = (float)times[i];
        expected[i] = values[i] - values[0];
    }
    hid_t file = begin_measurement("timing.rtdc");
    add_feature(file, "events/time", stored, H5T_NATIVE_FLOAT, values);
    assert_axis(file, SM_TIMING_TIME, expected, true);
}

static void check_whole(hid_t stored) {
    const double expected[N] = {0, 1, 1, 5, 83};
    hid_t file = begin_measurement("timing.rtdc");
    add_feature(file, "events/time", stored, H5T_NATIVE_INT64, whole);
    assert_axis(file, SM_TIMING_TIME, expected, false);
}

static void reads_times_of_every_type(void **state) {
    (void)state;
    check_double(H5T_IEEE_F64LE);
    check_double(H5T_IEEE_F64BE);
    check_float(H5T_IEEE_F32LE);
    check_float(H5T_IEEE_F32BE);
    check_whole(H5T_STD_I64LE);
    check_whole(H5T_STD_I64BE);
    check_whole(H5T_STD_U64LE);
    check_whole(H5T_STD_I8LE);
    check_whole(H5T_STD_U16BE);
}

static void keeps_all_digits_of_integers(void **state) {
    (void)state;
    const uint64_t large[N] = {UINT64_MAX - 9, UINT64_MAX - 8, UINT64_MAX - 7, UINT64_MAX - 1, UINT64_MAX};
    const int64_t small[N] = {INT64_MIN, INT64_MIN + 1, INT64_MIN + 2, INT64_MIN + 8, INT64_MIN + 9};
    const double expected[N] = {0, 1, 2, 8, 9};
    hid_t file = begin_measurement("timing.rtdc");
    add_feature(file, "events/time", H5T_STD_U64LE, H5T_NATIVE_UINT64, large);
    assert_axis(file, SM_TIMING_TIME, expected, false);
    file = begin_measurement("timing.rtdc");
    add_feature(file, "events/time", H5T_STD_I64BE, H5T_NATIVE_INT64, small);
    assert_axis(file, SM_TIMING_TIME, expected, false);
}

/* ---- without times ---- */

static void reads_frame_numbers_and_their_rate(void **state) {
    (void)state;
    const double numbers[N] = {7, 8, 8, 12, 90};
    struct sparsemed_time_axis expected;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sparsemed_time_axis_from_frame_numbers(numbers, N, 1000, &expected, &error), SPARSEMED_OK);
    hid_t file = begin_measurement("timing.rtdc");
    add_feature(file, "events/frame", H5T_STD_U64LE, H5T_NATIVE_INT64, whole);
    add_number_attribute(file, rate_attribute, 1000);
    assert_axis(file, SM_TIMING_FRAME, expected.time, false);
    file = begin_measurement("timing.rtdc");
    add_feature(file, "events/frame", H5T_IEEE_F32BE, H5T_NATIVE_INT64, whole);
    add_attribute(file, rate_attribute, H5T_NATIVE_INT, 0, &(int){1000});
    assert_axis(file, SM_TIMING_FRAME, expected.time, false);
    sparsemed_time_axis_free(&expected);
}

/* Duration of an axis that was made from a rate or from nothing. */
static void assert_uniform(hid_t file, enum sm_timing expected_timing, double rate) {
    struct sparsemed_time_axis expected, axis;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    enum sm_timing timing;
    assert_int_equal(read_axis(file, 0, &axis, &timing, &error), SPARSEMED_OK);
    assert_int_equal(sparsemed_time_axis_uniform(N, rate, &expected, &error), SPARSEMED_OK);
    assert_int_equal(timing, expected_timing);
    assert_memory_equal(axis.time, expected.time, N * sizeof *axis.time);
    assert_same_double(axis.duration, expected.duration);
    sparsemed_time_axis_free(&expected);
    sparsemed_time_axis_free(&axis);
    close_file(file);
}

/* A rate that is given stands in for one that the file lacks, and never for what it has. */
static void takes_a_given_rate_where_there_is_none(void **state) {
    (void)state;
    static const struct {
        bool time, frame, rate;
        enum sm_timing timing;
        double duration; /* of times, of frames at 50 Hz, and of N frames at 50 Hz or 20 Hz */
    } cases[] = {
        {true, false, false, SM_TIMING_TIME, 2000.5 - 1000.1},
        {false, true, false, SM_TIMING_FRAME, 90. / 50 - 7. / 50},
        {false, false, false, SM_TIMING_RATE, N / 50. * 1.5},
        {true, true, true, SM_TIMING_TIME, 2000.5 - 1000.1},
        {false, true, true, SM_TIMING_FRAME, 90. / 20 - 7. / 20},
        {false, false, true, SM_TIMING_RATE, N / 20. * 1.5},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        hid_t file = begin_measurement("timing.rtdc");
        if (cases[i].time) {
            add_feature(file, "events/time", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, times);
        }
        if (cases[i].frame) {
            add_feature(file, "events/frame", H5T_STD_U64LE, H5T_NATIVE_INT64, whole);
        }
        if (cases[i].rate) {
            add_number_attribute(file, rate_attribute, 20);
        }
        assert_int_equal(sm_timing_has_rate(file), cases[i].rate);
        struct sparsemed_time_axis axis;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        enum sm_timing timing;
        assert_int_equal(read_axis(file, 50, &axis, &timing, &error), SPARSEMED_OK);
        assert_int_equal(timing, cases[i].timing);
        assert_same_double(axis.duration, cases[i].duration);
        sparsemed_time_axis_free(&axis);
        close_file(file);
    }
    assert_false(sm_timing_has_rate(H5I_INVALID_HID));
}

static void reads_time_stamps_from_any_dataset(void **state) {
    (void)state;
    static const float single[N] = {5, 5.25F, 6, 7, 8.5F};
    static const double expected[N] = {0, 0.25, 1, 2, 3.5};
    const struct sm_slice all = sm_slice_all(N), others = sm_slice_all(N - 1);
    struct sparsemed_time_axis axis;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t file = begin_measurement("timing.rtdc");
    add_feature(file, "events/time", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, times);
    add_feature(file, "scan/clock", H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, single);
    assert_int_equal(sm_timing_read_dataset(file, "FILE.rtdc", "scan/clock", &all, &axis, &error), SPARSEMED_OK);
    assert_true(axis.single_precision);
    assert_memory_equal(axis.time, expected, sizeof expected);
    sparsemed_time_axis_free(&axis);
    assert_int_equal(sm_timing_read_dataset(file, "FILE.rtdc", "scan/clock", &others, &axis, &error), SPARSEMED_INPUT);
    assert_string_equal(error.message, "FILE.rtdc: scan/clock: has 5 values for 4 frames");
    sparsemed_time_axis_free(&axis);
    error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_timing_read_dataset(file, "FILE.rtdc", "scan", &all, &axis, &error), SPARSEMED_INPUT);
    assert_non_null(strstr(error.message, "FILE.rtdc: has no dataset scan"));
    sparsemed_time_axis_free(&axis);
    close_file(file);
}

static void falls_back_to_the_rate_and_to_a_guess(void **state) {
    (void)state;
    hid_t file = begin_measurement("timing.rtdc");
    add_number_attribute(file, rate_attribute, 250.5);
    assert_uniform(file, SM_TIMING_RATE, 250.5);
    assert_uniform(begin_measurement("timing.rtdc"), SM_TIMING_GUESS, SPARSEMED_DEFAULT_FRAME_RATE);
    file = begin_measurement("timing.rtdc");
    add_feature(file, "events/frame", H5T_STD_U64LE, H5T_NATIVE_INT64, whole); /* of no use without a rate */
    assert_uniform(file, SM_TIMING_GUESS, SPARSEMED_DEFAULT_FRAME_RATE);
    struct path path = scratch_path("timing.rtdc");
    assert_uniform(create_file(path.text, FORMAT_NEW), SM_TIMING_GUESS, SPARSEMED_DEFAULT_FRAME_RATE);
}

/* ---- nonsense ---- */

static void refuses_what_are_not_numbers_of_the_frames(void **state) {
    (void)state;
    static const char *const lines[N] = {"1", "2", "3", "4", "5"};
    const hsize_t table[2] = {N, 1};
    for (int i = 0; i < 2; i++) {
        const char *name = i == 0 ? "events/time" : "events/frame";
        for (int kind = 0; kind < 6; kind++) {
            hid_t file = begin_measurement("timing.rtdc");
            add_number_attribute(file, rate_attribute, 1000);
            if (kind < 2) {
                add_list(file, name, H5T_IEEE_F64LE, kind == 0 ? N - 1 : N + 1, NULL);
            } else if (kind == 2) {
                add_lines(file, name, N, lines);
            } else if (kind == 3) {
                add_dataset(file, name, H5T_IEEE_F64LE, 2, table, H5P_DEFAULT, times);
            } else if (kind == 4) {
                add_dataset(file, name, H5T_IEEE_F64LE, 0, NULL, H5P_DEFAULT, times);
            } else {
                add_group(file, name);
            }
            assert_refused(file, name);
        }
    }
}

static void refuses_values_that_give_no_axis(void **state) {
    (void)state;
    static const double odd[] = {NAN, INFINITY, -INFINITY};
    const double same[N] = {3, 3, 3, 3, 3};
    for (size_t i = 0; i < LENGTH(odd); i++) {
        double values[N];
        memcpy(values, times, sizeof values);
        values[N / 2] = odd[i];
        hid_t file = begin_measurement("timing.rtdc");
        add_feature(file, "events/time", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, values);
        assert_refused(file, "events/time");
        file = begin_measurement("timing.rtdc");
        add_feature(file, "events/time", H5T_IEEE_F32LE, H5T_NATIVE_DOUBLE, values);
        assert_refused(file, "events/time");
        file = begin_measurement("timing.rtdc");
        add_number_attribute(file, rate_attribute, odd[i]);
        assert_refused(file, rate_attribute);
    }
    hid_t file = begin_measurement("timing.rtdc");
    add_feature(file, "events/time", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, same);
    assert_refused(file, "events/time");
}

static void refuses_rates_that_are_none(void **state) {
    (void)state;
    static const double bad[] = {0, -1};
    for (size_t i = 0; i < LENGTH(bad); i++) {
        hid_t file = begin_measurement("timing.rtdc");
        add_number_attribute(file, rate_attribute, bad[i]);
        assert_refused(file, rate_attribute);
    }
    hid_t file = begin_measurement("timing.rtdc");
    add_text_attribute(file, rate_attribute, "3000");
    assert_refused(file, rate_attribute);
    file = begin_measurement("timing.rtdc");
    add_attribute(file, rate_attribute, H5T_NATIVE_DOUBLE, 2, times);
    assert_refused(file, rate_attribute);
}

/* HDF5 would read beyond its buffer here. */
static void refuses_chunks_of_another_length(void **state) {
    (void)state;
    static const char *const pipelines[] = {"gzip", "zstd", "lzf", "shuffle gzip", "gzip fletcher", "zstd fletcher"};
    const hsize_t n = N, lengths[] = {1, 2, N - 1, N + 1, 1000};
    double *values = calloc(1000, sizeof *values);
    memcpy(values, times, sizeof times);
    for (size_t i = 0; i < LENGTH(pipelines) * LENGTH(lengths); i++) {
        const char *pipeline = pipelines[i / LENGTH(lengths)];
        hid_t creation = chunked(1, &n), file = begin_measurement("timing.rtdc");
        pipeline_add(creation, pipeline);
        add_dataset(file, "events/time", H5T_IEEE_F64LE, 1, &n, creation, times);
        hid_t dataset = H5Dopen2(file, "events/time", H5P_DEFAULT);
        store_other_chunk(dataset, &(hsize_t){0}, pipeline, 1, &lengths[i % LENGTH(lengths)], values);
        H5Dclose(dataset);
        H5Pclose(creation);
        close_file(file);
        struct path path = scratch_path("timing.rtdc");
        assert_refused(open_file(path.text), "events/time");
    }
    free(values);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hdf5_test(reads_times_of_every_type),
        hdf5_test(keeps_all_digits_of_integers),
        hdf5_test(reads_frame_numbers_and_their_rate),
        hdf5_test(falls_back_to_the_rate_and_to_a_guess),
        hdf5_test(takes_a_given_rate_where_there_is_none),
        hdf5_test(reads_time_stamps_from_any_dataset),
        hdf5_test(refuses_what_are_not_numbers_of_the_frames),
        hdf5_test(refuses_values_that_give_no_axis),
        hdf5_test(refuses_rates_that_are_none),
        hdf5_test(refuses_chunks_of_another_length),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
