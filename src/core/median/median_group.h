/* The median of a group of pixels, on which those of whole images are built. For src/core only. */
#ifndef CORE_MEDIAN_MEDIAN_GROUP_H
#define CORE_MEDIAN_MEDIAN_GROUP_H

#include "core/median/median_kernel.h"

/* An empty list. */
extern const struct sm_frame_list sm_no_frames;

/* Which pixels of the frames, and how they are counted. */
struct sm_group {
    const struct sm_median_kernels *kernels;
    size_t first, n_pixels; /* n_pixels 1 .. SM_GROUP */
    int n_planes;           /* of the counts */
};

/* The group of frames of n_pixels that begins with the given one, for windows of up to max_frames. */
struct sm_group sm_group_at(enum sm_instruction_set set, size_t first, size_t n_pixels, size_t max_frames);

/* Begin with an empty window.
 *
 * image   of all pixels; a guess, around which the thresholds are laid */
void sm_group_start(const struct sm_group *group, const uint8_t *image, struct sm_group_state *state);

/* Count frames that leave the window, and frames that come into it. */
void sm_group_count(const struct sm_group *group, const struct sm_frame_list *left, const struct sm_frame_list *came,
                    struct sm_group_state *state);

/* Medians of the window.
 *
 * window   the frames that have been counted
 * image    of all pixels; receives the group's */
void sm_group_conclude(const struct sm_group *group, const struct sm_frame_list *window, struct sm_group_state *state,
                       uint8_t *image);

#endif
