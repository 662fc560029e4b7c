#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "parallel/measurement/image_store.h"
#include "support/unit_test.h"

static void draw_image(size_t i, uint8_t *image, size_t n_bytes) {
    for (size_t x = 0; x < n_bytes; x++) {
        image[x] = (uint8_t)(i * 7 + x);
    }
}

/* Images come back as they went in, from memory and from the file. */
static void keep(size_t image_bytes, size_t n_images, bool file_expected) {
    struct sm_image_store store;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    uint8_t *image = malloc(image_bytes), *expected = malloc(image_bytes);
    sm_image_store_open(&store, image_bytes, "/tmp/x");
    for (size_t i = 0; i < n_images; i++) {
        draw_image(i, image, image_bytes);
        assert_int_equal(sm_image_store_add(&store, image, &error), SPARSEMED_OK);
    }
    assert_int_equal(store.n_images, n_images);
    assert_int_equal(store.descriptor >= 0, file_expected);
    for (size_t j = 0; j < n_images; j++) {
        size_t i = j * 13 % n_images;
        draw_image(i, expected, image_bytes);
        assert_int_equal(sm_image_store_get(&store, i, image, &error), SPARSEMED_OK);
        assert_memory_equal(image, expected, image_bytes);
    }
    sm_image_store_close(&store);
    free(expected);
    free(image);
}

static void few_images_stay_in_memory(void **state) {
    (void)state;
    keep(25600, 40, false);
    keep(1, 3000, false);
}

static void many_images_go_to_a_file(void **state) {
    (void)state;
    keep(25600, 1001, true);
    keep(5 << 20, 3, true); /* not even one fits into memory */
}

static void missing_folder_is_told(void **state) {
    (void)state;
    struct sm_image_store store;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    uint8_t *image = calloc(5 << 20, 1);
    sm_image_store_open(&store, 5 << 20, "/nowhere/at/all/x");
    assert_int_equal(sm_image_store_add(&store, image, &error), SPARSEMED_OUTPUT);
    assert_non_null(strstr(error.message, "/nowhere/at/all"));
    sm_image_store_close(&store);
    free(image);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_images_stay_in_memory),
        cmocka_unit_test(many_images_go_to_a_file),
        cmocka_unit_test(missing_folder_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
