#include "rtdc/inspection/comparison.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/inspection/shown_background.h"

/* ---- images that only one has ---- */

/* A sum by which images are told apart: FNV-1a over words of eight bytes. */
static uint64_t sum_up(const uint8_t *image, size_t n_bytes) {
    const uint64_t prime = 1099511628211u;
    uint64_t sum = 14695981039346656037u, word;
    for (; n_bytes >= sizeof word; image += sizeof word, n_bytes -= sizeof word) {
        memcpy(&word, image, sizeof word);
        sum = (sum ^ word) * prime;
        sum ^= sum >> 32;
    }
    for (; n_bytes > 0; image++, n_bytes--) {
        sum = (sum ^ *image) * prime;
    }
    return sum;
}

static int compare_sums(const void *left, const void *right) {
    const uint64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* The sums of all images in ascending order, to be released with free; NULL after a failure. */
static uint64_t *sum_up_all(struct sm_shown_background *background, struct sparsemed_error *error) {
    const struct sm_stack *stack = &background->stack;
    const uint8_t *image;
    uint64_t *sums = malloc(stack->n_frames * sizeof *sums);
    if (!sums) {
        sparsemed_fail_memory(error, "comparing backgrounds");
        return NULL;
    }
    for (uint64_t i = 0; i < stack->n_frames; i++) {
        if (sm_shown_background_read(background, i, &image, error) != SPARSEMED_OK) {
            free(sums);
            return NULL;
        }
        sums[i] = sum_up(image, stack->height * stack->width);
    }
    qsort(sums, stack->n_frames, sizeof *sums, compare_sums);
    return sums;
}

/* How many of the sums are not among the others; both ascend. */
static uint64_t count_missing(const uint64_t *sums, uint64_t n, const uint64_t *others, uint64_t n_others) {
    uint64_t k = 0, n_missing = 0;
    for (uint64_t i = 0; i < n; i++) {
        while (k < n_others && others[k] < sums[i]) {
            k++;
        }
        n_missing += k == n_others || others[k] != sums[i];
    }
    return n_missing;
}

static enum sparsemed_status compare_sets(struct sm_shown_background both[2], struct sm_comparison *comparison,
                                          struct sparsemed_error *error) {
    uint64_t *sums[2] = {sum_up_all(&both[0], error), NULL};
    if (sums[0]) {
        sums[1] = sum_up_all(&both[1], error);
    }
    for (int i = 0; i < 2 && sums[1]; i++) {
        comparison->files[i].n_only = count_missing(sums[i], both[i].stack.n_frames, sums[!i], both[!i].stack.n_frames);
    }
    free(sums[0]);
    free(sums[1]);
    return error->status;
}

/* ---- frames ---- */

/* Differences between two images.
 *
 * Returns whether there are any. */
static bool count_differences(const uint8_t *a, const uint8_t *b, size_t n, uint64_t histogram[256]) {
    memset(histogram, 0, 256 * sizeof *histogram);
    for (size_t i = 0; i < n; i++) {
        histogram[a[i] > b[i] ? a[i] - b[i] : b[i] - a[i]]++;
    }
    return histogram[0] < n;
}

/* Frames that follow each other mostly have the same two images: these are compared once. */
static enum sparsemed_status compare_frames(struct sm_shown_background both[2], struct sm_comparison *comparison,
                                            struct sparsemed_error *error) {
    size_t n_pixels = both[0].stack.height * both[0].stack.width;
    uint64_t last[2] = {UINT64_MAX, UINT64_MAX}, histogram[256];
    bool differ = false;
    for (uint64_t frame = 0; frame < both[0].n_frames; frame++) {
        uint64_t number[2];
        const uint8_t *images[2];
        for (int i = 0; i < 2; i++) {
            number[i] = sm_shown_background_image_of(&both[i], frame);
        }
        if (number[0] != last[0] || number[1] != last[1]) {
            if (sm_shown_background_read(&both[0], number[0], &images[0], error) != SPARSEMED_OK ||
                sm_shown_background_read(&both[1], number[1], &images[1], error) != SPARSEMED_OK) {
                return error->status;
            }
            differ = count_differences(images[0], images[1], n_pixels, histogram);
            memcpy(last, number, sizeof last);
        }
        comparison->n_frames_different += differ;
        for (int i = 0; i < 256; i++) {
            comparison->histogram[i] += histogram[i];
        }
    }
    return SPARSEMED_OK;
}

static void compare_offsets(const struct sm_shown_background both[2], struct sm_comparison *comparison) {
    for (uint64_t frame = 0; frame < both[0].n_frames && both[0].offsets && both[1].offsets; frame++) {
        const double *a = &both[0].offsets[frame], *b = &both[1].offsets[frame];
        if (memcmp(a, b, sizeof *a) != 0) {
            double difference = fabs(*a - *b);
            comparison->n_offsets_different++;
            comparison->largest_offset = isnan(difference) ? INFINITY : fmax(comparison->largest_offset, difference);
        }
    }
}

/* ---- the whole ---- */

static void describe(const struct sm_shown_background *background, struct sm_compared *compared) {
    compared->n_frames = background->n_frames;
    compared->n_images = background->stack.n_frames;
    compared->height = background->stack.height;
    compared->width = background->stack.width;
    compared->has_offsets = background->offsets;
}

enum sparsemed_status sm_compare_backgrounds(const char *const paths[2], const struct sm_reach *reach,
                                             struct sm_comparison *comparison, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sm_shown_background both[2] = {SM_NO_SHOWN_BACKGROUND, SM_NO_SHOWN_BACKGROUND};
    struct sm_compared *files = comparison->files;
    *comparison = (struct sm_comparison){0};
    for (int i = 0; i < 2 && error->status == SPARSEMED_OK; i++) {
        if (sm_shown_background_open(paths[i], reach, &both[i], error) == SPARSEMED_OK) {
            describe(&both[i], &files[i]);
        }
    }
    comparison->comparable = error->status == SPARSEMED_OK && files[0].n_frames == files[1].n_frames &&
                             files[0].height == files[1].height && files[0].width == files[1].width;
    if (comparison->comparable && compare_frames(both, comparison, error) == SPARSEMED_OK &&
        compare_sets(both, comparison, error) == SPARSEMED_OK) {
        compare_offsets(both, comparison);
    }
    sm_shown_background_close(&both[1]);
    sm_shown_background_close(&both[0]);
    return error->status;
}

bool sm_comparison_is_same(const struct sm_comparison *comparison) {
    return comparison->comparable && comparison->n_frames_different == 0 && comparison->n_offsets_different == 0 &&
           comparison->files[0].has_offsets == comparison->files[1].has_offsets;
}

int sm_comparison_largest(const struct sm_comparison *comparison) {
    int largest = 255;
    while (largest > 0 && comparison->histogram[largest] == 0) {
        largest--;
    }
    return largest;
}

double sm_comparison_mean(const struct sm_comparison *comparison) {
    double sum = 0, n = 0;
    for (int i = 0; i < 256; i++) {
        sum += (double)i * (double)comparison->histogram[i];
        n += (double)comparison->histogram[i];
    }
    return n > 0 ? sum / n : 0;
}
