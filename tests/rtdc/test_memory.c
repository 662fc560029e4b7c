/* A small file does not claim much memory, whatever it says. */
#include <libdeflate.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zstd.h>

#include "rtdc/hdf5/guard.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/text.h"
#include "rtdc/outputs/metadata.h"
#include "rtdc/timing.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"
#include "support/pipelines.h"

/* What any of the files below would take is a gigabyte or more. */
enum { MAX_MEGABYTES = 400 };

/* ---- helpers ---- */

/* Read in a process of its own, which must be refused, and within the bound. */
static void check_memory(const char *path, enum sparsemed_status (*read)(hid_t file, struct sparsemed_error *error)) {
    int outcome;
    struct rusage usage;
    pid_t child = fork();
    if (child == 0) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        hid_t file = H5I_INVALID_HID;
        sm_hdf5_open(path, &file, &error);
        _exit(error.status == SPARSEMED_OK && read(file, &error) == SPARSEMED_INPUT ? 0 : 1);
    }
    assert_int_equal(wait4(child, &outcome, 0, &usage), child);
    assert_int_equal(outcome, 0);
    assert_true(usage.ru_maxrss / 1024 < MAX_MEGABYTES);
}

static enum sparsemed_status read_text(hid_t file, struct sparsemed_error *error) {
    char *text;
    enum sparsemed_status status = sm_text_read(file, "logs/log", &text, error);
    free(text);
    return status;
}

static enum sparsemed_status read_metadata(hid_t file, struct sparsemed_error *error) {
    return sm_metadata_copy(file, sm_hdf5_create_in_memory(), 0, error);
}

static enum sparsemed_status read_times(hid_t file, struct sparsemed_error *error) {
    struct sparsemed_time_axis axis;
    const struct sm_slice slice = sm_slice_all(1 << 28);
    return sm_timing_read_dataset(file, "FILE.rtdc", "events/time", &slice, &axis, error);
}

static enum sparsemed_status read_chunk(hid_t file, struct sparsemed_error *error) {
    double values[100];
    hid_t dataset = H5Dopen2(file, "data", H5P_DEFAULT);
    return sm_guarded_read(dataset, H5T_NATIVE_DOUBLE, values, error);
}

/* ---- tests ---- */

/* A gigabyte of zeros, as one of the filters stores it. */
static size_t encode_zeros(const char *pipeline, uint8_t **encoded) {
    size_t n = (size_t)1 << 30, n_encoded = ZSTD_compressBound(n);
    uint8_t *zeros = calloc(n, 1);
    *encoded = malloc(n_encoded);
    assert_true(zeros && *encoded);
    if (strcmp(pipeline, "zstd") == 0) {
        n_encoded = ZSTD_compress(*encoded, n_encoded, zeros, n, 1);
        assert_false(ZSTD_isError(n_encoded));
    } else {
        struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(1);
        n_encoded = libdeflate_zlib_compress(compressor, zeros, n, *encoded, n_encoded);
        libdeflate_free_compressor(compressor);
        assert_true(n_encoded > 0);
    }
    free(zeros);
    return n_encoded;
}

static void chunks_decode_to_no_more_than_they_may(void **state) {
    (void)state;
    static const char *const pipelines[] = {"zstd", "gzip"};
    const hsize_t extent = 100, chunk = 100, offset = 0;
    for (size_t i = 0; i < LENGTH(pipelines); i++) {
        struct path path = scratch_path("bomb.h5");
        hid_t file = create_file(path.text, FORMAT_OLD), creation = chunked(1, &chunk);
        pipeline_add(creation, pipelines[i]);
        add_dataset(file, "data", H5T_NATIVE_DOUBLE, 1, &extent, creation, NULL);
        uint8_t *encoded;
        size_t n_encoded = encode_zeros(pipelines[i], &encoded);
        hid_t dataset = H5Dopen2(file, "data", H5P_DEFAULT);
        assert_true(H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, &offset, n_encoded, encoded) >= 0);
        H5Dclose(dataset);
        H5Pclose(creation);
        free(encoded);
        close_file(file);
        check_memory(path.text, read_chunk);
    }
}

static void add_unwritten(hid_t file, const char *name, hid_t type, hsize_t n, bool in_chunks) {
    const hsize_t chunk = 1000;
    hid_t creation = in_chunks ? chunked(1, &chunk) : H5P_DEFAULT;
    add_dataset(file, name, type, 1, &n, creation, NULL);
    if (in_chunks) {
        H5Pclose(creation);
    }
}

static void what_was_never_written_is_refused(void **state) {
    (void)state;
    hid_t line = fixed_text(1000, H5T_STR_NULLPAD, H5T_CSET_ASCII);
    for (int in_chunks = 0; in_chunks < 2; in_chunks++) {
        struct path path = scratch_path("large.rtdc");
        hid_t file = create_file(path.text, FORMAT_OLD);
        add_unwritten(file, "logs/log", line, 2000000, in_chunks);
        add_unwritten(file, "events/time", H5T_NATIVE_DOUBLE, 1 << 28, in_chunks);
        close_file(file);
        check_memory(path.text, read_text);
        check_memory(path.text, read_metadata);
        check_memory(path.text, read_times);
        file = create_file(path.text, FORMAT_OLD);
        add_unwritten(file, "tables/table", H5T_NATIVE_DOUBLE, 250000000, in_chunks);
        close_file(file);
        check_memory(path.text, read_metadata);
    }
    H5Tclose(line);
}

/* Much less is a gap that a program has left. */
static void gaps_are_read(void **state) {
    (void)state;
    enum { N = 1 << 20 };
    double *values = malloc(N * sizeof *values);
    assert_non_null(values);
    for (int in_chunks = 0; in_chunks < 2; in_chunks++) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        hid_t file = begin_file("gap.rtdc");
        add_unwritten(file, "data", H5T_NATIVE_DOUBLE, N, in_chunks);
        hid_t dataset = H5Dopen2(file, "data", H5P_DEFAULT);
        values[N - 1] = 5;
        assert_int_equal(sm_guarded_read(dataset, H5T_NATIVE_DOUBLE, values, &error), SPARSEMED_OK);
        assert_true(values[N - 1] == 0);
        H5Dclose(dataset);
        close_file(file);
    }
    free(values);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(chunks_decode_to_no_more_than_they_may),
        tidy_test(what_was_never_written_is_refused),
        tidy_test(gaps_are_read),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
