#include "rtdc/report/removed_images.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sparsemed/median.h"

static enum sparsemed_status lay_windows(struct sm_removed_images *images, struct sparsemed_error *error) {
    struct sm_exhibit *exhibit = images->exhibit;
    const struct sparsemed_parameters *parameters = &exhibit->parameters;
    if (sparsemed_windows_build(&exhibit->axis, parameters->kernel_size, parameters->split_time, &images->windows,
                                error) == SPARSEMED_OK &&
        images->windows.n_steps != exhibit->n_steps) {
        sparsemed_fail(error, SPARSEMED_INPUT, "the measurement has %zu split points now instead of %llu",
                       images->windows.n_steps, (unsigned long long)exhibit->n_steps);
    }
    return error->status;
}

enum sparsemed_status sm_removed_images_open(struct sm_exhibit *exhibit, struct sm_removed_images *images,
                                             struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *images = (struct sm_removed_images){.exhibit = exhibit};
    if (!exhibit->has_frames || !exhibit->has_parameters) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s",
                              exhibit->has_frames ? "the parameters are not known" : exhibit->why_no_frames.message);
    }
    if (lay_windows(images, error) != SPARSEMED_OK ||
        sparsemed_instruction_set_choose(&images->instructions, error) != SPARSEMED_OK) {
        return error->status;
    }
    struct sm_stack *frames = &exhibit->input.stack;
    size_t n = images->windows.kernel_size, frame_bytes = frames->height * frames->width;
    if (sm_reader_open(frames, exhibit->input.image.dataset, n, &images->reader, error) != SPARSEMED_OK) {
        return error->status;
    }
    images->frames = calloc(n, frame_bytes);
    images->frame = calloc(n, sizeof *images->frame);
    images->image = calloc(1, frame_bytes);
    if (!images->frames || !images->frame || !images->image) {
        return sparsemed_fail_memory(error, "computing a removed image");
    }
    for (size_t i = 0; i < n; i++) {
        images->frame[i] = images->frames + i * frame_bytes;
    }
    return SPARSEMED_OK;
}

const uint8_t *sm_removed_image(struct sm_removed_images *images, size_t step, struct sparsemed_error *error) {
    const struct sparsemed_windows *windows = &images->windows;
    size_t frame_bytes = images->reader.stack->height * images->reader.stack->width;
    assert(step < windows->n_steps && error->status == SPARSEMED_OK);
    size_t start = windows->start[windows->window_of_step[step]];
    for (size_t i = 0; i < windows->kernel_size; i++) {
        const uint8_t *frame = sm_reader_frame(&images->reader, start + i, error);
        if (!frame) {
            return NULL;
        }
        memcpy(images->frames + i * frame_bytes, frame, frame_bytes);
    }
    sparsemed_median_image(images->instructions, images->frame, windows->kernel_size, frame_bytes, images->image);
    return images->image;
}

void sm_removed_images_close(struct sm_removed_images *images) {
    sparsemed_windows_free(&images->windows);
    sm_reader_close(&images->reader);
    free(images->frames);
    free(images->frame);
    free(images->image);
    *images = (struct sm_removed_images){0};
}
