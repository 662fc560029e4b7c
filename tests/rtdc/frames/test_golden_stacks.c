/* The core library alone against the reference: the frames and times of every golden measurement, taken into memory,
 * give the images, the map and the offsets of the reference. The folder of measurements is the first argument. */
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>

#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/input.h"
#include "sparsemed/background.h"
#include "support/frame_files.h"
#include "support/golden_cases.h"
#include "support/unit_test.h"

/* A measurement in memory. */
struct recording {
    struct sparsemed_frames frames;
    uint8_t *values;
    struct sparsemed_time_axis axis;
    float *single; /* its time stamps */
};

static void read_frames(struct sm_input *input, struct recording *recording) {
    struct sm_stack *stack = &input->stack;
    recording->frames =
        (struct sparsemed_frames){.n_frames = stack->n_frames, .height = stack->height, .width = stack->width};
    recording->frames.values = recording->values = read_all_frames(stack);
}

/* The time stamps in the type that the file has them in, or where it has none those from frame numbers. */
static void read_times(struct sm_input *input, struct recording *recording) {
    struct sparsemed_frames *frames = &recording->frames;
    struct sparsemed_time_axis *axis = &recording->axis;
    enum sm_timing timing;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_input_timing(input, axis, &timing, &error), SPARSEMED_OK);
    recording->single = malloc(frames->n_frames * sizeof(float));
    assert_non_null(recording->single);
    for (size_t j = 0; j < frames->n_frames; j++) {
        recording->single[j] = (float)axis->time[j];
    }
    if (timing == SM_TIMING_RATE) {
        assert_true(sm_attribute_number(input->file, "imaging:frame rate", &frames->frame_rate));
    } else if (axis->single_precision) {
        frames->times = recording->single;
        frames->time_type = SPARSEMED_FLOAT32;
    } else if (timing != SM_TIMING_GUESS) {
        frames->times = axis->time;
    }
}

/* Whether the file has just these values. */
static void assert_dataset(hid_t file, const char *path, hid_t type, size_t n, const void *expected) {
    hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT);
    assert_true(dataset >= 0);
    hid_t space = H5Dget_space(dataset);
    assert_int_equal(H5Sget_simple_extent_npoints(space), n);
    void *values = malloc(n * H5Tget_size(type));
    assert_non_null(values);
    assert_true(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    assert_memory_equal(values, expected, n * H5Tget_size(type));
    free(values);
    sm_hdf5_release(space);
    sm_hdf5_release(dataset);
}

static void agrees_with_reference(void **state) {
    const struct golden *golden = *state;
    struct recording recording = {0};
    struct sparsemed_background background;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_input input;
    assert_int_equal(sm_input_open(golden->input, &golden->input_options, &input, &error), SPARSEMED_OK);
    read_frames(&input, &recording);
    read_times(&input, &recording);
    sm_input_close(&input);
    assert_int_equal(sparsemed_background_compute(&recording.frames, &golden->parameters, &background, &error),
                     SPARSEMED_OK);

    size_t n_frames = background.n_frames, n_pixels = background.n_kept * background.height * background.width;
    hid_t reference = H5Fopen(golden->reference, H5F_ACC_RDONLY, H5P_DEFAULT);
    assert_dataset(reference, "basin_events/image_bg", H5T_NATIVE_UINT8, n_pixels, background.images);
    bool mapped = sm_hdf5_has(reference, "events", "basinmap1"); /* the other one is of the input */
    assert_dataset(reference, mapped ? "events/basinmap1" : "events/basinmap0", H5T_NATIVE_INT64, n_frames,
                   background.map);
    assert_int_equal(sm_hdf5_has(reference, "events", "bg_off"), background.offsets != NULL);
    if (background.offsets) {
        assert_dataset(reference, "events/bg_off", H5T_NATIVE_DOUBLE, n_frames, background.offsets);
    }
    H5Fclose(reference);
    sparsemed_background_free(&background);
    sparsemed_time_axis_free(&recording.axis);
    free(recording.single);
    free(recording.values);
}

int main(int argc, char **argv) {
    static struct golden cases[MAX_CASES];
    static struct CMUnitTest tests[MAX_CASES];
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    if (argc != 2 || sm_hdf5_start(&error) != SPARSEMED_OK) {
        return 1;
    }
    size_t n = read_cases(argv[1], cases, 0);
    for (size_t i = 0; i < n; i++) {
        tests[i] = (struct CMUnitTest){cases[i].name, agrees_with_reference, NULL, NULL, &cases[i]};
    }
    return n > 0 ? _cmocka_run_group_tests("golden", tests, n, NULL, NULL) : 1;
}
