/* An output that is to be shown: its background, and the frames, where they can be read.
 *
 * An output is a file of somebody else like any other. It is tried out first (rtdc/trials/trial.h), and what cannot be
 * read of it is told and left out, as far as there is something left to show. Frames and times are those that readers
 * find in the output, through its basins. */
#ifndef RTDC_REPORT_EXHIBIT_H
#define RTDC_REPORT_EXHIBIT_H

#include <stdbool.h>
#include <stdint.h>

#include "rtdc/feature.h"
#include "rtdc/frames/stack.h"
#include "rtdc/input.h"
#include "rtdc/outputs/split_table.h"
#include "sparsemed/parameters.h"
#include "sparsemed/time_axis.h"

struct sm_exhibit {
    const char *path;
    hid_t file;

    bool has_background;
    struct sm_feature background; /* the images; frame j has image map[j], or image j where there is no map */
    struct sm_stack images;       /* all that are stored */
    uint64_t n_frames;            /* that the background is for */

    char *ppid; /* NULL: it tells none */
    struct sparsemed_parameters parameters;
    bool has_parameters;
    char *log;                   /* ours (output_log.h), or NULL */
    uint64_t n_steps;            /* split points, as the table or the log tells; 0: neither does */
    struct sm_split_table table; /* without splits where there is none */
    double *offsets;             /* [n_frames] grey values, finite or not; NULL: there are none */

    bool has_frames;
    struct sm_input input; /* the frames, as the output leads to them */
    struct sparsemed_time_axis axis;
    enum sm_timing timing;
    struct sparsemed_error why_no_frames; /* where there are none */
};

/* Open an output.
 *
 * path, options   borrowed, must outlive it; of the options only the reach counts
 * exhibit         receives it; release with sm_exhibit_close, also after a failure. It must stay where it is, and no
 *                 other, and no input, be open in this process
 *
 * SPARSEMED_INPUT: it fails its trial, has no background, which has_background tells, or one that cannot be read.
 * SPARSEMED_INTERNAL: out of memory. SPARSEMED_STOPPED: that was asked for. */
enum sparsemed_status sm_exhibit_open(const char *path, const struct sm_input_options *options,
                                      struct sm_exhibit *exhibit, struct sparsemed_error *error);

/* Which image a frame has, < images.n_frames. */
uint64_t sm_exhibit_image_of(const struct sm_exhibit *exhibit, uint64_t frame);

/* When a frame was taken, in seconds: as measured, or where the times cannot be read as if frames came evenly over the
 * split points, or over as many seconds as there are images. */
double sm_exhibit_time_of(const struct sm_exhibit *exhibit, uint64_t frame);

/* Reads single frames of a stack, and keeps the slab of the last one. */
struct sm_reader {
    struct sm_stack *stack;
    uint8_t *slab;
    uint64_t number; /* of the slab; UINT64_MAX: none */
};

/* Begin to read. Release with sm_reader_close, also after a failure.
 *
 * dataset   of the stack
 * n_more    frames that are to be held beside a slab
 *
 * SPARSEMED_INPUT: they need more memory than is believed of the file. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_reader_open(struct sm_stack *stack, hid_t dataset, uint64_t n_more, struct sm_reader *reader,
                                     struct sparsemed_error *error);

/* A frame, [height][width], which is valid until the next call. NULL after a failure: SPARSEMED_INPUT, as it is
 * damaged.
 */
const uint8_t *sm_reader_frame(struct sm_reader *reader, uint64_t frame, struct sparsemed_error *error);

void sm_reader_close(struct sm_reader *reader);

/* Release; all zero with SM_NO_INPUT and SM_NO_FEATURE, or what sm_exhibit_open has left, is fine. */
void sm_exhibit_close(struct sm_exhibit *exhibit);

#endif
