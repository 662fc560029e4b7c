/* Inputs that few programs write, and that must not be misread. */
#include <stdlib.h>
#include <string.h>

#include "rtdc/frames/stack.h"
#include "rtdc/hdf5/text.h"
#include "rtdc/identifier.h"
#include "rtdc/outputs/metadata.h"
#include "support/frame_files.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"
#include "support/pipelines.h"
#include "support/stored_chunks.h"

enum { N_FRAMES = 40, STEP = 7 };

/* ---- frames that were never written ---- */

/* Write every third group of frames, and compare with what a reader must see. */
static void check_gaps(const struct storage *storage, bool no_fill) {
    struct path path = scratch_path("gaps.rtdc");
    uint8_t *frames = make_frames(N_FRAMES, 1), *expected = malloc(N_FRAMES * FRAME_BYTES);
    assert_non_null(expected);
    memset(expected, storage->fill_value, N_FRAMES * FRAME_BYTES);
    hid_t file = create_file(path.text, FORMAT_OLD), creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_layout(creation, storage->layout);
    if (storage->layout == H5D_CHUNKED) {
        H5Pset_chunk(creation, 3, storage->chunk);
        pipeline_add(creation, storage->pipeline);
    }
    H5Pset_fill_value(creation, H5T_NATIVE_UINT8, &storage->fill_value);
    if (no_fill) {
        H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER);
    }
    add_dataset(file, "events/image", H5T_STD_U8LE, 3, (const hsize_t[]){N_FRAMES, HEIGHT, WIDTH}, creation, NULL);
    for (size_t first = 0; first + STEP <= N_FRAMES && storage->layout == H5D_CHUNKED; first += 3 * STEP) {
        put_frames(file, first, STEP, frames);
        memcpy(expected + first * FRAME_BYTES, frames + first * FRAME_BYTES, STEP * FRAME_BYTES);
    }
    H5Pclose(creation);
    close_file(file);
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_stack stack;
    file = open_file(path.text);
    assert_int_equal(open_frames(file, path.text, &stack, &error), SPARSEMED_OK);
    uint8_t *read = malloc(stack.slab_frames * FRAME_BYTES);
    assert_non_null(read);
    for (uint64_t slab = 0; slab < stack.n_slabs; slab++) {
        uint64_t first = slab * stack.slab_frames, left = N_FRAMES - first;
        memset(read, 0x5a, stack.slab_frames * FRAME_BYTES);
        assert_int_equal(sm_stack_read(&stack, slab, read, &error), SPARSEMED_OK);
        assert_memory_equal(read, expected + first * FRAME_BYTES,
                            (left < stack.slab_frames ? left : stack.slab_frames) * FRAME_BYTES);
    }
    free(read);
    sm_stack_close(&stack);
    close_file(file);
    free(expected);
    free(frames);
}

static const struct storage whole = {.name = "whole", .layout = H5D_CHUNKED, .chunk = {STEP, HEIGHT, WIDTH}};
static const struct storage tiles = {.name = "tiles", .layout = H5D_CHUNKED, .chunk = {STEP, 8, 25}};
static const struct storage plain = {.name = "plain", .layout = H5D_CONTIGUOUS};

/* HDF5 then leaves the memory of the reader as it is; h5py hands out zeros. */
static void frames_without_a_fill_value_are_zero(void **state) {
    (void)state;
    static const char *const pipelines[] = {"", "zstd", "lzf fletcher"};
    for (size_t i = 0; i < LENGTH(pipelines); i++) {
        struct storage one = whole, other = tiles;
        one.pipeline = other.pipeline = pipelines[i];
        check_gaps(&one, true);
        check_gaps(&other, true);
    }
    check_gaps(&plain, true);
}

/* The filter notes the fill value, and stores values that equal it in a way of its own. */
static void scaled_frames_keep_their_fill_value(void **state) {
    (void)state;
    static const uint8_t fill_values[] = {0, 77, 105, 255};
    if (!pipeline_works("scaleoffset")) {
        skip();
    }
    for (size_t i = 0; i < LENGTH(fill_values); i++) {
        struct storage one = whole, other = tiles;
        one.pipeline = other.pipeline = "scaleoffset";
        one.fill_value = other.fill_value = fill_values[i];
        check_gaps(&one, false);
        check_gaps(&other, false);
    }
}

/* ---- texts ---- */

/* h5py takes padding with spaces away. The expected value is Python's of "03:04:05_2026-01-02_b'golden'". */
static void padding_with_spaces_is_no_part_of_the_identifier(void **state) {
    (void)state;
    hid_t file = create_file(scratch_path("spaces.rtdc").text, FORMAT_OLD);
    hid_t type = fixed_text(9, H5T_STR_SPACEPAD, H5T_CSET_ASCII);
    add_text_attribute(file, "experiment:time", "03:04:05");
    add_text_attribute(file, "experiment:date", "2026-01-02");
    add_attribute(file, "setup:identifier", type, 0, "golden   ");
    H5Tclose(type);
    char *identifier = sm_measurement_identifier(file);
    close_file(file);
    assert_non_null(identifier);
    assert_string_equal(identifier, "0c686848-2ed4-b242-b4a7-ce2620d05e32");
    free(identifier);
}

/* As h5py writes a list of str with compression. */
static void compressed_strings_of_variable_length_are_read(void **state) {
    (void)state;
    static const char *const pipelines[] = {"zstd", "shuffle gzip", "lzf"};
    static const char *const lines[] = {"one", "two", NULL, "vier"};
    const hsize_t extent = LENGTH(lines), chunk = 3;
    for (size_t i = 0; i < LENGTH(pipelines); i++) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        char *text;
        hid_t file = create_file(scratch_path("lines.rtdc").text, FORMAT_OLD), creation = chunked(1, &chunk);
        hid_t type = variable_text(H5T_CSET_UTF8), output = create_file(scratch_path("out.rtdc").text, FORMAT_NEW);
        pipeline_add(creation, pipelines[i]);
        add_dataset(file, "logs/log", type, 1, &extent, creation, lines);
        if (sm_text_read(file, "logs/log", &text, &error) != SPARSEMED_OK ||
            sm_metadata_copy(file, output, 5, &error) != SPARSEMED_OK) {
            fail_msg("%s: %s", pipelines[i], error.message);
        }
        assert_string_equal(text, "one\ntwo\n\nvier");
        free(text);
        assert_int_equal(sm_text_read(output, "logs/log", &text, &error), SPARSEMED_OK);
        assert_string_equal(text, "one\ntwo\n\nvier");
        free(text);
        H5Tclose(type);
        H5Pclose(creation);
        close_file(output);
        close_file(file);
    }
}

/* ---- metadata ---- */

/* With these, dcnum takes a file for one of its own finished runs. */
static void outputs_claim_no_run_of_dcnum(void **state) {
    (void)state;
    static const char *const names[] = {"pipeline:dcnum generation", "pipeline:dcnum data",
                                        "pipeline:dcnum background"};
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t input = create_file(scratch_path("in.rtdc").text, FORMAT_OLD);
    hid_t output = create_file(scratch_path("out.rtdc").text, FORMAT_NEW);
    for (size_t i = 0; i < LENGTH(names); i++) {
        add_text_attribute(input, names[i], "13");
    }
    add_text_attribute(input, "pipeline:other", "kept");
    assert_int_equal(sm_metadata_copy(input, output, 5, &error), SPARSEMED_OK);
    for (size_t i = 0; i < LENGTH(names); i++) {
        if (H5Aexists(output, names[i]) > 0) {
            fail_msg("the output has \"%s\"", names[i]);
        }
    }
    assert_true(H5Aexists(output, "pipeline:other") > 0);
    close_file(output);
    close_file(input);
}

/* What is wrong is told of the first damaged log, not of one behind it. */
static void the_first_damaged_log_is_told(void **state) {
    (void)state;
    static const char text[300 * 20];
    const hsize_t extent = 300, origin = 0;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t input = create_file(scratch_path("in.rtdc").text, FORMAT_OLD), creation = chunked(1, &extent);
    hid_t output = create_file(scratch_path("out.rtdc").text, FORMAT_NEW);
    hid_t type = fixed_text(20, H5T_STR_NULLPAD, H5T_CSET_ASCII);
    pipeline_add(creation, "zstd fletcher");
    static const char *const names[] = {"logs/a", "logs/b", "logs/c"};
    for (size_t i = 0; i < LENGTH(names); i++) {
        add_dataset(input, names[i], type, 1, &extent, creation, text);
    }
    hid_t dataset = H5Dopen2(input, "logs/b", H5P_DEFAULT);
    flip_bit(dataset, &origin, 0.5);
    H5Dclose(dataset);
    assert_int_equal(sm_metadata_copy(input, output, 5, &error), SPARSEMED_INPUT);
    assert_ptr_equal(strstr(error.message, "logs/b: "), error.message);
    H5Tclose(type);
    H5Pclose(creation);
    close_file(output);
    close_file(input);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(frames_without_a_fill_value_are_zero),
        tidy_test(scaled_frames_keep_their_fill_value),
        tidy_test(padding_with_spaces_is_no_part_of_the_identifier),
        tidy_test(compressed_strings_of_variable_length_are_read),
        tidy_test(outputs_claim_no_run_of_dcnum),
        tidy_test(the_first_damaged_log_is_told),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
