/* Images that are computed anew: those of split points that were kept must be those that the reference has stored.
 * Usage: test_removed_images GOLDEN */
#include <stdlib.h>
#include <string.h>

#include "rtdc/report/removed_images.h"
#include "support/hdf5_test.h"

static const char *golden;

static void images_are_those_of_the_reference(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    const struct sm_input_options options = {0};
    struct sm_exhibit exhibit;
    struct sm_removed_images removed;
    struct sm_reader stored;
    char path[512];
    snprintf(path, sizeof path, "%s/no_cleansing.ref.rtdc", golden); /* image i is of split point i */
    assert_int_equal(sm_exhibit_open(path, &options, &exhibit, &error), SPARSEMED_OK);
    assert_true(exhibit.has_frames);
    exhibit.n_steps = exhibit.images.n_frames; /* which the reference does not tell */
    assert_int_equal(sm_removed_images_open(&exhibit, &removed, &error), SPARSEMED_OK);
    assert_int_equal(sm_reader_open(&exhibit.images, exhibit.background.dataset, 0, &stored, &error), SPARSEMED_OK);
    size_t n_bytes = exhibit.images.height * exhibit.images.width;
    assert_true(exhibit.n_steps > 5);
    for (size_t i = exhibit.n_steps; i-- > 0;) { /* in any order */
        const uint8_t *image = sm_removed_image(&removed, i, &error), *expected = sm_reader_frame(&stored, i, &error);
        assert_true(image && expected);
        assert_memory_equal(image, expected, n_bytes);
    }
    sm_reader_close(&stored);
    sm_removed_images_close(&removed);
    sm_exhibit_close(&exhibit);
}

static void other_frames_are_told(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    const struct sm_input_options options = {0};
    struct sm_exhibit exhibit;
    struct sm_removed_images removed;
    char path[512];
    snprintf(path, sizeof path, "%s/no_cleansing.ref.rtdc", golden);
    assert_int_equal(sm_exhibit_open(path, &options, &exhibit, &error), SPARSEMED_OK);
    exhibit.n_steps = exhibit.images.n_frames + 1;
    assert_int_equal(sm_removed_images_open(&exhibit, &removed, &error), SPARSEMED_INPUT);
    assert_non_null(strstr(error.message, "split points now instead of"));
    sm_removed_images_close(&removed);
    sm_exhibit_close(&exhibit);
}

int main(int argc, char **argv) {
    golden = argc > 1 ? argv[1] : ".";
    const struct CMUnitTest tests[] = {
        tidy_test(images_are_those_of_the_reference),
        tidy_test(other_frames_are_told),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
