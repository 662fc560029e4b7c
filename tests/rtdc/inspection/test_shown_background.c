/* The background of a measurement as readers find it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/inspection/shown_background.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

enum { N_FRAMES = 6, N_IMAGES = 2, HEIGHT = 4, WIDTH = 5, N_OFFSETS = 3 };

static const char definition[] = "{\"type\": \"internal\", \"name\": \"b\", \"paths\": [\"basin_events\"], "
                                 "\"mapping\": \"basinmap0\", \"features\": [\"image_bg\", \"bg_off\"]}";

/* A measurement with images and offsets behind a map, as other programs make them.
 *
 * rank, extent   of the offsets */
static struct path make_mapped(int rank, const hsize_t *extent) {
    static const int64_t map[N_FRAMES] = {0, 0, 0, 1, 1, 1};
    static const uint8_t images[N_IMAGES][HEIGHT][WIDTH] = {{{1}}, {{2}}};
    static const hsize_t images_extent[] = {N_IMAGES, HEIGHT, WIDTH};
    static double offsets[N_OFFSETS * 1000] = {0.5, 1.5};
    hid_t file = begin_measurement("a.rtdc");
    add_definition(file, "0", definition);
    add_list(file, "events/basinmap0", H5T_NATIVE_INT64, N_FRAMES, map);
    add_dataset(file, "basin_events/image_bg", H5T_NATIVE_UINT8, 3, images_extent, H5P_DEFAULT, images);
    add_dataset(file, "basin_events/bg_off", H5T_NATIVE_DOUBLE, rank, extent, H5P_DEFAULT, offsets);
    close_file(file);
    return scratch_path("a.rtdc");
}

static void offsets_may_be_behind_a_map(void **state) {
    (void)state;
    const struct path path = make_mapped(1, (const hsize_t[]){N_OFFSETS});
    const struct sm_reach reach = {0};
    struct sm_shown_background background;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_shown_background_open(path.text, &reach, &background, &error), SPARSEMED_OK);
    assert_int_equal(background.n_frames, N_FRAMES);
    assert_true(background.offsets && background.offsets[0] == 0.5 && background.offsets[5] == 1.5);
    assert_int_equal(sm_shown_background_image_of(&background, 3), 1);
    sm_shown_background_close(&background);
}

/* As many rows as the map names, but more values than rows. */
static void offsets_are_one_list(void **state) {
    (void)state;
    const struct path path = make_mapped(2, (const hsize_t[]){N_OFFSETS, 1000});
    const struct sm_reach reach = {0};
    struct sm_shown_background background;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_shown_background_open(path.text, &reach, &background, &error), SPARSEMED_INPUT);
    assert_non_null(strstr(error.message, "bg_off: is no list of numbers"));
    sm_shown_background_close(&background);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(offsets_may_be_behind_a_map),
        tidy_test(offsets_are_one_list),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
