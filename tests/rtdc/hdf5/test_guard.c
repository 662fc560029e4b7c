/* Reading small datasets of any type through their filters without trusting the chunks. */
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/changed_calls.h"
#include "rtdc/hdf5/guard.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"
#include "support/pipelines.h"
#include "support/random.h"

enum { N = 100, CHUNK = 30, MAX_SIZE = 64 };

/* ---- types ---- */

/* Make one of several types. Returns -1 after the last. */
static hid_t make_type(int which) {
    static const hsize_t extent[] = {2, 3};
    hid_t type;
    switch (which) {
    case 0:
        return H5Tcopy(H5T_STD_U8LE);
    case 1:
        return H5Tcopy(H5T_STD_I16BE);
    case 2:
        return H5Tcopy(H5T_STD_I32LE);
    case 3:
        return H5Tcopy(H5T_STD_U64BE);
    case 4:
        return H5Tcopy(H5T_IEEE_F32LE);
    case 5:
        return H5Tcopy(H5T_IEEE_F64LE);
    case 6:
        type = H5Tcreate(H5T_COMPOUND, 21); /* no number of usual size */
        H5Tinsert(type, "a", 0, H5T_IEEE_F64LE);
        H5Tinsert(type, "b", 8, H5T_STD_I32BE);
        H5Tinsert(type, "c", 13, H5T_STD_U64LE);
        return type;
    case 7:
        return fixed_text(13, H5T_STR_NULLPAD, H5T_CSET_ASCII);
    case 8:
        return H5Tarray_create2(H5T_STD_U16LE, 2, extent);
    case 9:
        return H5Tcreate(H5T_OPAQUE, 7);
    case 10:
        return H5Tcopy(H5T_STD_B32LE);
    case 11:
        type = H5Tenum_create(H5T_STD_I8LE);
        H5Tenum_insert(type, "FALSE", "\0");
        H5Tenum_insert(type, "TRUE", "\1");
        return type;
    default:
        return -1;
    }
}

static bool is_number(hid_t type) {
    H5T_class_t class = H5Tget_class(type);
    return class == H5T_INTEGER || class == H5T_FLOAT;
}

/* Whether HDF5 lets a pipeline be used with a type. */
static bool suits(hid_t type, const char *pipeline) {
    if (pipeline_has(pipeline, "scaleoffset")) {
        return H5Tget_class(type) == H5T_INTEGER;
    }
    return !pipeline_has(pipeline, "szip") || is_number(type);
}

/* Bytes that compress; valid for all of the types. */
static void fill(uint8_t *data, size_t n) {
    for (size_t i = 0; i < n; i++) {
        data[i] = i % 16 < 8 ? 0 : (uint8_t)(i / 64 % 2);
    }
}

/* ---- whole datasets ---- */

static void check_reading(hid_t file, hid_t type, const char *pipeline, int rank, const hsize_t *extent,
                          const hsize_t *chunk) {
    uint8_t values[N * MAX_SIZE], read[N * MAX_SIZE + 1];
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    size_t n_bytes = H5Tget_size(type) * N;
    fill(values, n_bytes);
    memset(read, 0x5a, sizeof read);
    hid_t creation = chunked(rank, chunk);
    pipeline_add(creation, pipeline);
    add_dataset(file, "data", type, rank, extent, creation, values);
    hid_t dataset = H5Dopen2(file, "data", H5P_DEFAULT);
    if (sm_guarded_read(dataset, type, read, &error) != SPARSEMED_OK) {
        fail_msg("type of %zu bytes | %s: %s", H5Tget_size(type), pipeline, error.message);
    }
    H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values); /* what is between members is not kept */
    assert_memory_equal(read, values, n_bytes);
    assert_int_equal(read[n_bytes], 0x5a);
    H5Dclose(dataset);
    H5Pclose(creation);
    H5Ldelete(file, "data", H5P_DEFAULT);
}

static void reads_every_type_through_every_pipeline(void **state) {
    (void)state;
    static const char *const pipelines[] = {
        "",         "zstd",          "gzip",          "szip",         "lzf",         "shuffle gzip",
        "nbit",     "zstd fletcher", "fletcher gzip", "lzf fletcher", "scaleoffset", "shuffle zstd",
        "gzip lzf", "szip fletcher", "fletcher"};
    static const hsize_t line[] = {N}, parts[] = {CHUNK}, plane[] = {4, 25}, tiles[] = {3, 16};
    struct path path = scratch_path("types.h5");
    for (enum format format = FORMAT_OLD; format <= FORMAT_NEW; format++) {
        hid_t file = create_file(path.text, format), type;
        for (int i = 0; (type = make_type(i)) >= 0; i++) {
            for (size_t j = 0; j < LENGTH(pipelines); j++) {
                if (suits(type, pipelines[j]) && pipeline_works(pipelines[j])) {
                    check_reading(file, type, pipelines[j], 1, line, parts);
                    check_reading(file, type, pipelines[j], 2, plane, tiles);
                }
            }
            H5Tclose(type);
        }
        close_file(file);
    }
}

static void converts_as_hdf5_does(void **state) {
    (void)state;
    struct path path = scratch_path("convert.h5");
    const hsize_t extent = 5, chunk = 2;
    const uint8_t stored[] = {0, 1, 0, 2, 255, 255, 1, 0, 0, 0};
    double read[5];
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t file = create_file(path.text, FORMAT_OLD), creation = chunked(1, &chunk);
    pipeline_add(creation, "shuffle gzip");
    add_dataset(file, "data", H5T_STD_I16BE, 1, &extent, creation, stored);
    hid_t dataset = H5Dopen2(file, "data", H5P_DEFAULT);
    assert_int_equal(sm_guarded_read(dataset, H5T_NATIVE_DOUBLE, read, &error), SPARSEMED_OK);
    assert_true(read[0] == 1 && read[1] == 2 && read[2] == -1 && read[3] == 256 && read[4] == 0);
    H5Dclose(dataset);
    H5Pclose(creation);
    close_file(file);
}

/* Strings of variable length are references into another part of the file, whose size in memory is another. */
static void reads_strings_of_variable_length(void **state) {
    (void)state;
    static const char *const pipelines[] = {"", "zstd", "shuffle gzip", "lzf"};
    static const char *const lines[] = {"first", "", "grün", NULL, "the last of five"};
    const hsize_t extent = LENGTH(lines), chunk = 3;
    struct path path = scratch_path("strings.h5");
    hid_t file = create_file(path.text, FORMAT_OLD), type = variable_text(H5T_CSET_UTF8);
    for (size_t i = 0; i < LENGTH(pipelines); i++) {
        char *read[LENGTH(lines)] = {0};
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        hid_t creation = chunked(1, &chunk);
        pipeline_add(creation, pipelines[i]);
        add_dataset(file, "data", type, 1, &extent, creation, lines);
        hid_t dataset = H5Dopen2(file, "data", H5P_DEFAULT), space = H5Dget_space(dataset);
        enum sparsemed_status status = sm_guarded_read(dataset, type, read, &error);
        for (size_t j = 0; j < LENGTH(lines) && status == SPARSEMED_OK; j++) {
            assert_string_equal(read[j] ? read[j] : "", lines[j] ? lines[j] : "");
        }
        sm_hdf5_reclaim(type, space, read);
        H5Sclose(space);
        H5Dclose(dataset);
        H5Pclose(creation);
        H5Ldelete(file, "data", H5P_DEFAULT);
        if (status != SPARSEMED_OK) {
            fail_msg("%s: %s", pipelines[i], error.message);
        }
    }
    H5Tclose(type);
    close_file(file);
}

/* ---- special chunks ---- */

static void reads_partial_chunks_that_are_not_filtered(void **state) {
    (void)state;
    struct path path = scratch_path("partial.h5");
    const hsize_t extent = N, chunk = CHUNK;
    double values[N] = {1, 2, 3}, read[N];
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t file = create_file(path.text, FORMAT_NEW), creation = chunked(1, &chunk);
    pipeline_add(creation, "zstd");
    assert_true(H5Pset_chunk_opts(creation, H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS) >= 0);
    add_dataset(file, "data", H5T_NATIVE_DOUBLE, 1, &extent, creation, values);
    hid_t dataset = H5Dopen2(file, "data", H5P_DEFAULT);
    enum sparsemed_status status = sm_guarded_read(dataset, H5T_NATIVE_DOUBLE, read, &error);
    H5Dclose(dataset);
    H5Pclose(creation);
    close_file(file);
    assert_string_equal(error.message, "");
    assert_int_equal(status, SPARSEMED_OK);
    assert_memory_equal(read, values, sizeof values);
}

static void gives_the_fill_value_of_chunks_never_written(void **state) {
    (void)state;
    struct path path = scratch_path("fill.h5");
    const hsize_t extent = N, chunk = CHUNK;
    const double fill_value = 4.5;
    double read[N];
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t file = create_file(path.text, FORMAT_OLD), creation = chunked(1, &chunk);
    pipeline_add(creation, "zstd");
    H5Pset_fill_value(creation, H5T_NATIVE_DOUBLE, &fill_value);
    add_dataset(file, "data", H5T_NATIVE_DOUBLE, 1, &extent, creation, NULL);
    hid_t dataset = H5Dopen2(file, "data", H5P_DEFAULT);
    assert_int_equal(sm_guarded_read(dataset, H5T_NATIVE_DOUBLE, read, &error), SPARSEMED_OK);
    for (size_t i = 0; i < N; i++) {
        assert_true(read[i] == fill_value);
    }
    H5Dclose(dataset);
    H5Pclose(creation);
    close_file(file);
}

/* One of four chunks does not shrink, so that its filter was left out. */
static void reads_chunks_that_lack_a_filter(void **state) {
    (void)state;
    static const char *const pipelines[] = {"lzf", "gzip", "shuffle lzf fletcher", "szip", "szip lzf"};
    struct path path = scratch_path("mask.h5");
    const hsize_t extent = 400, chunk = 100;
    uint64_t values[400], read[400];
    struct rng rng = {1};
    for (size_t i = 0; i < LENGTH(values); i++) {
        values[i] = i / 100 == 1 ? rng_next(&rng) : i / 10;
    }
    for (size_t i = 0; i < LENGTH(pipelines); i++) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        if (!pipeline_works(pipelines[i])) {
            continue;
        }
        hid_t file = create_file(path.text, FORMAT_OLD), creation = chunked(1, &chunk);
        pipeline_add(creation, pipelines[i]);
        add_dataset(file, "data", H5T_NATIVE_UINT64, 1, &extent, creation, values);
        hid_t dataset = H5Dopen2(file, "data", H5P_DEFAULT);
        enum sparsemed_status status = sm_guarded_read(dataset, H5T_NATIVE_UINT64, read, &error);
        H5Dclose(dataset);
        H5Pclose(creation);
        close_file(file);
        if (status != SPARSEMED_OK) {
            fail_msg("%s: %s", pipelines[i], error.message);
        }
        assert_memory_equal(read, values, sizeof values);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(reads_every_type_through_every_pipeline),
        tidy_test(converts_as_hdf5_does),
        tidy_test(reads_strings_of_variable_length),
        tidy_test(reads_partial_chunks_that_are_not_filtered),
        tidy_test(gives_the_fill_value_of_chunks_never_written),
        tidy_test(reads_chunks_that_lack_a_filter),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
