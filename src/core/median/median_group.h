/* The median of a group of pixels, on which those of whole images are built. For src/core only. */
#ifndef CORE_MEDIAN_MEDIAN_GROUP_H
#define CORE_MEDIAN_MEDIAN_GROUP_H

#include "core/median/median_kernel.h"
#include "sparsemed/instruction_set.h"

/* An empty list. */
extern const struct sparsemed_frame_list sparsemed_no_frames;

/* Which pixels of the frames, and how they are counted. */
struct sparsemed_group {
    const struct sparsemed_median_kernels *kernels;
    size_t first, n_pixels; /* n_pixels 1 .. SPARSEMED_GROUP */
    int n_planes;           /* of the counts */
};

/* The group of frames of n_pixels that begins with the given one, for windows of up to max_frames. */
struct sparsemed_group sparsemed_group_at(enum sparsemed_instruction_set set, size_t first, size_t n_pixels,
                                          size_t max_frames);

/* Begin with an empty window.
 *
 * image   of all pixels; a guess, around which the thresholds are laid */
void sparsemed_group_start(const struct sparsemed_group *group, const uint8_t *image,
                           struct sparsemed_group_state *state);

/* Count frames that leave the window, and frames that come into it. */
void sparsemed_group_count(const struct sparsemed_group *group, const struct sparsemed_frame_list *leaving,
                           const struct sparsemed_frame_list *entering, struct sparsemed_group_state *state);

/* Medians of the window.
 *
 * window   the frames that have been counted
 * image    of all pixels; receives the group's */
void sparsemed_group_conclude(const struct sparsemed_group *group, const struct sparsemed_frame_list *window,
                              struct sparsemed_group_state *state, uint8_t *image);

#endif
