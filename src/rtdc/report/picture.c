#include "rtdc/report/picture.h"

#include <assert.h>
#include <nettle/base64.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"

struct sm_picture sm_picture_make(const uint8_t *pixels, size_t width, size_t height) {
    assert(width >= 1 && height >= 1);
    struct sm_picture picture = {width, height, calloc(height, width)};
    if (picture.pixels && pixels) {
        memcpy(picture.pixels, pixels, height * width);
    }
    return picture;
}

/* Mean of a box of pixels, rounded. */
static uint8_t box_mean(const uint8_t *pixels, size_t stride, size_t width, size_t height) {
    uint64_t sum = 0, n = (uint64_t)width * height;
    for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++) {
            sum += pixels[y * stride + x];
        }
    }
    return (uint8_t)((sum + n / 2) / n);
}

struct sm_picture sm_picture_shrink(const uint8_t *pixels, size_t width, size_t height, size_t most_width,
                                    size_t most_height) {
    size_t box = sm_max(sm_divide_up(width, most_width), sm_divide_up(height, most_height));
    struct sm_picture picture = sm_picture_make(NULL, sm_divide_up(width, box), sm_divide_up(height, box));
    for (size_t y = 0; picture.pixels && y < picture.height; y++) {
        for (size_t x = 0; x < picture.width; x++) {
            picture.pixels[y * picture.width + x] = box_mean(
                pixels + y * box * width + x * box, width, sm_min(box, width - x * box), sm_min(box, height - y * box));
        }
    }
    return picture;
}

void sm_picture_put(struct sm_picture *sheet, const struct sm_picture *picture, size_t x, size_t y) {
    if (!sheet->pixels || !picture->pixels || x >= sheet->width) {
        return;
    }
    for (size_t row = 0; row < picture->height && y + row < sheet->height; row++) {
        memcpy(sheet->pixels + (y + row) * sheet->width + x, picture->pixels + row * picture->width,
               sm_min(picture->width, sheet->width - x));
    }
}

/* Encode as PNG. Returns its bytes, to be released with free; NULL where memory is out. */
static uint8_t *encode(const struct sm_picture *picture, size_t *n_bytes) {
    png_image image = {
        .version = PNG_IMAGE_VERSION,
        .width = (png_uint_32)picture->width,
        .height = (png_uint_32)picture->height,
        .format = PNG_FORMAT_GRAY,
    };
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    uint8_t *bytes = malloc(size);
    if (bytes && !png_image_write_to_memory(&image, bytes, &size, 0, picture->pixels, 0, NULL)) {
        free(bytes);
        bytes = NULL;
    }
    *n_bytes = size;
    return bytes;
}

json_t *sm_picture_uri(const struct sm_picture *picture) {
    static const char prefix[] = "data:image/png;base64,";
    size_t n_bytes = 0;
    uint8_t *bytes = picture->pixels ? encode(picture, &n_bytes) : NULL;
    char *text = bytes ? malloc(sizeof prefix + BASE64_ENCODE_RAW_LENGTH(n_bytes)) : NULL;
    json_t *uri = NULL;
    if (text) {
        memcpy(text, prefix, sizeof prefix - 1);
        base64_encode_raw(text + sizeof prefix - 1, n_bytes, bytes);
        uri = json_stringn_nocheck(text, sizeof prefix - 1 + BASE64_ENCODE_RAW_LENGTH(n_bytes));
    }
    free(text);
    free(bytes);
    return uri;
}

void sm_picture_free(struct sm_picture *picture) {
    free(picture->pixels);
    *picture = SM_NO_PICTURE;
}
