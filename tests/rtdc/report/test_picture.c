/* Pictures: smaller ones, sheets of several, and PNG that others read. */
#include <nettle/base64.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/report/picture.h"
#include "support/unit_test.h"

static void assert_pixels(const struct sm_picture *picture, size_t width, size_t height, const uint8_t *pixels) {
    assert_int_equal(picture->width, width);
    assert_int_equal(picture->height, height);
    assert_memory_equal(picture->pixels, pixels, width * height);
}

static void boxes_become_their_means(void **state) {
    (void)state;
    const uint8_t pixels[] = {0, 2, 10, 20, 7, /* the last column and row fill no box */
                              4, 6, 30, 41, 8, /**/
                              9, 9, 1,  2,  3};
    const uint8_t smaller[] = {3, 25, 8, 9, 2, 3};
    struct sm_picture picture = sm_picture_shrink(pixels, 5, 3, 3, 3);
    assert_pixels(&picture, 3, 2, smaller);
    sm_picture_free(&picture);
}

static void what_is_small_stays(void **state) {
    (void)state;
    const uint8_t pixels[] = {1, 2, 3, 4, 5, 6};
    struct sm_picture picture = sm_picture_shrink(pixels, 3, 2, 3, 2);
    assert_pixels(&picture, 3, 2, pixels);
    sm_picture_free(&picture);
    picture = sm_picture_shrink(pixels, 6, 1, 100, 100);
    assert_pixels(&picture, 6, 1, pixels);
    sm_picture_free(&picture);
}

static void height_counts_as_width_does(void **state) {
    (void)state;
    const uint8_t pixels[12] = {0};
    struct sm_picture picture = sm_picture_shrink(pixels, 1, 12, 10, 4);
    assert_int_equal(picture.width, 1);
    assert_int_equal(picture.height, 4);
    sm_picture_free(&picture);
}

static void sheets_cut_what_does_not_fit(void **state) {
    (void)state;
    const uint8_t pixels[] = {1, 2, 3, 4};
    const uint8_t expected[] = {0, 0, 0, 0, 1, 2, 0, 3, 4, 1, 2, 0};
    struct sm_picture sheet = sm_picture_make(NULL, 3, 4), picture = sm_picture_make(pixels, 2, 2);
    sm_picture_put(&sheet, &picture, 1, 1);
    sm_picture_put(&sheet, &picture, 0, 3);
    sm_picture_put(&sheet, &picture, 3, 0);
    sm_picture_put(&sheet, &picture, 0, 4);
    assert_pixels(&sheet, 3, 4, expected);
    sm_picture_free(&sheet);
    sm_picture_free(&picture);
}

/* Read the picture of a data URI. */
static void assert_uri(const json_t *uri, const struct sm_picture *expected) {
    static const char prefix[] = "data:image/png;base64,";
    const char *text = json_string_value(uri);
    assert_non_null(text);
    assert_memory_equal(text, prefix, sizeof prefix - 1);
    text += sizeof prefix - 1;
    struct base64_decode_ctx context;
    size_t n_bytes = BASE64_DECODE_LENGTH(strlen(text));
    uint8_t *bytes = malloc(n_bytes);
    base64_decode_init(&context);
    assert_true(base64_decode_update(&context, &n_bytes, bytes, strlen(text), text));
    assert_true(base64_decode_final(&context));
    png_image image = {.version = PNG_IMAGE_VERSION};
    assert_true(png_image_begin_read_from_memory(&image, bytes, n_bytes));
    assert_int_equal(image.format, PNG_FORMAT_GRAY);
    uint8_t *pixels = malloc(PNG_IMAGE_SIZE(image));
    assert_true(png_image_finish_read(&image, NULL, pixels, 0, NULL));
    assert_pixels(expected, image.width, image.height, pixels);
    free(pixels);
    free(bytes);
}

static void others_read_the_same_pixels(void **state) {
    (void)state;
    static const size_t sizes[][2] = {{1, 1}, {7, 3}, {250, 80}, {1, 300}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct sm_picture picture = sm_picture_make(NULL, sizes[i][0], sizes[i][1]);
        for (size_t j = 0; j < picture.width * picture.height; j++) {
            picture.pixels[j] = (uint8_t)(j * 2654435761u >> 13);
        }
        json_t *uri = sm_picture_uri(&picture);
        assert_uri(uri, &picture);
        json_decref(uri);
        sm_picture_free(&picture);
    }
}

static void no_picture_has_no_uri(void **state) {
    (void)state;
    const struct sm_picture none = SM_NO_PICTURE;
    assert_null(sm_picture_uri(&none));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes_become_their_means),    cmocka_unit_test(what_is_small_stays),
        cmocka_unit_test(height_counts_as_width_does), cmocka_unit_test(sheets_cut_what_does_not_fit),
        cmocka_unit_test(others_read_the_same_pixels), cmocka_unit_test(no_picture_has_no_uri),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
