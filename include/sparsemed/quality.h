/* Whether a background is any good: figures of it, and the flags that follow from them.
 *
 * Method: src/core/README.md, "Quality". All of it rests on what is known when the images are chosen; no frame is read
 * again. */
#ifndef SPARSEMED_QUALITY_H
#define SPARSEMED_QUALITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sparsemed/attribution.h"
#include "sparsemed/cleansing.h"
#include "sparsemed/status.h"
#include "sparsemed/time_axis.h"
#include "sparsemed/windows.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- figures ---- */

/* What is told of a background; sparsemed_figure has name and unit of each. A spread is the median of the absolute
 * deviations from the median; a median of an even number of values is the mean of the two middle ones. */
enum sparsemed_figure {
    SPARSEMED_FIGURE_THRESHOLD,         /* images with a ref above it were removed; none where all were to be kept */
    SPARSEMED_FIGURE_REF_KEPT_MAX,      /* largest ref of the images that were kept */
    SPARSEMED_FIGURE_REF_KEPT_MEDIAN,   /* median of these */
    SPARSEMED_FIGURE_REF_REMOVED_MIN,   /* smallest ref of those that were removed; none where none was */
    SPARSEMED_FIGURE_REF_MEDIAN,        /* of all images */
    SPARSEMED_FIGURE_REF_SPREAD,        /* of all images */
    SPARSEMED_FIGURE_BG_MED,            /* median of the brightness of the images that were kept */
    SPARSEMED_FIGURE_BG_MED_RANGE,      /* their greatest minus their least brightness */
    SPARSEMED_FIGURE_BG_MED_DRIFT,      /* median of the last tenth of them minus that of the first tenth */
    SPARSEMED_FIGURE_BG_OFF_SPREAD,     /* of the offsets, see sparsemed_offset_count; none without offsets */
    SPARSEMED_FIGURE_FLICKERING_FRAMES, /* with an offset of 2.5 or more, or -2.5 or less; none without offsets */
    SPARSEMED_FIGURE_LONGEST_GAP,       /* longest time in the measurement without the split point of a kept image */
    SPARSEMED_FIGURE_LONGEST_PAUSE,     /* longest time from one frame to the next */
    SPARSEMED_FIGURE_FARTHEST_IMAGE,    /* largest distance in time of a frame from the split point of its image */
    SPARSEMED_FIGURE_FRAMES_PER_IMAGE_MIN,
    SPARSEMED_FIGURE_FRAMES_PER_IMAGE_MEDIAN,
    SPARSEMED_FIGURE_FRAMES_PER_IMAGE_MAX,
    SPARSEMED_FIGURE_ACTIVITY, /* greatest activity of all windows, see sparsemed_activity */
    SPARSEMED_N_FIGURES
};

/* Name of a figure in files, such as "ref_kept_max", and its unit, such as "grey values". Static. */
const char *sparsemed_figure_name(enum sparsemed_figure figure);
const char *sparsemed_figure_unit(enum sparsemed_figure figure);

/* ---- flags ---- */

/* What is conspicuous about a background; one without any is clean. */
enum sparsemed_flag {
    SPARSEMED_FLAG_STREAKS,      /* kept images that show cells */
    SPARSEMED_FLAG_FLICKER,      /* frames brighter or darker than their image */
    SPARSEMED_FLAG_DRIFT,        /* the brightness of the images changes */
    SPARSEMED_FLAG_GAP,          /* a long time without frames, or without kept images */
    SPARSEMED_FLAG_EMPTY,        /* nothing passed */
    SPARSEMED_FLAG_GUESSED_TIME, /* there were no time stamps */
    SPARSEMED_FLAG_SHORT,        /* too few frames or split points */
    SPARSEMED_N_FLAGS
};

/* Streaks: the largest ref that was kept is above 2 grey values and above 8 times the median of those kept; or above 8
 * grey values. Judged from 10 split points on, which is what the median filter of the cleansing takes. */
#define SPARSEMED_STREAKS_LEAST   2.0
#define SPARSEMED_STREAKS_RATIO   8.0
#define SPARSEMED_STREAKS_CERTAIN 8.0

/* Flicker: 5 frames or more, and 5 of 100, have an offset of 2.5 grey values or more. */
#define SPARSEMED_FLICKER_OFFSET   2.5
#define SPARSEMED_FLICKER_LEAST    5.0
#define SPARSEMED_FLICKER_FRACTION 0.05

/* Drift: the brightness of the images has a range of 4 grey values or more, and 5 of 100 of its median. */
#define SPARSEMED_DRIFT_LEAST    4.0
#define SPARSEMED_DRIFT_FRACTION 0.05

/* Gap: more than 10 split times without a kept image, or without a frame. The latter must be 20 times the usual
 * distance of frames, too: where few cells pass, frames are rare. */
#define SPARSEMED_GAP_STEPS  10.0
#define SPARSEMED_GAP_FRAMES 20.0

/* Empty: no window has an activity above 0.0005. */
#define SPARSEMED_EMPTY_ACTIVITY 0.0005

/* Short: less frames than the kernel size, or less than 10 split points. */
#define SPARSEMED_SHORT_STEPS 10

/* Name of a flag, such as "guessed time". Static. */
const char *sparsemed_flag_name(enum sparsemed_flag flag);

/* What is told where there is no flag. */
#define SPARSEMED_CLEAN "clean"

struct sparsemed_quality {
    double figure[SPARSEMED_N_FIGURES]; /* NaN for one that is not known */
    bool enforced;                      /* thresh_cleansing would have removed too much (see cleansing.h) */
    unsigned flags;                     /* bit sparsemed_flag is set where that holds; 0: clean */
};

/* Whether a flag is set. */
static inline bool sparsemed_is_flagged(const struct sparsemed_quality *quality, enum sparsemed_flag flag) {
    return quality->flags >> flag & 1u;
}

/* Bytes that hold all flags as a text. */
#define SPARSEMED_FLAGS_SIZE 128

/* Write the flags as a text, such as "streaks, guessed time", or "clean". */
void sparsemed_flags_format(unsigned flags, char text[SPARSEMED_FLAGS_SIZE]);

/* ---- what the figures are computed from ---- */

/* Brightness of an image or frame: the median of its grey values.
 *
 * n_pixels   >= 1
 * guess      0 .. 255: the nearer it is the less time that takes, as where it is the brightness of the image before */
double sparsemed_brightness(const uint8_t *image, size_t n_pixels, double guess);

/* Frames of a window that are compared with its image, evenly spaced; the difference that counts, in grey values. */
#define SPARSEMED_ACTIVITY_FRAMES   2
#define SPARSEMED_ACTIVITY_CONTRAST 12

/* Activity of a window: pixels in the middle half of the rows that differ by SPARSEMED_ACTIVITY_CONTRAST or more from
 * the image, as a fraction, in that of some of its frames where they are most.
 *
 * frames     [n_frames][height][width], those of the window
 * image      [height][width]
 * n_frames   >= 1; height, width >= 1 */
double sparsemed_activity(const uint8_t *const *frames, size_t n_frames, const uint8_t *image, size_t height,
                          size_t width);

/* What is looked at of a window beside the profile of its image. */
struct sparsemed_impression {
    double brightness; /* sparsemed_brightness of the image */
    double activity;   /* sparsemed_activity of the window */
};

/* Offsets as the figures take them: rounded to 1/64 grey value, and to 32 where they are larger. */
#define SPARSEMED_OFFSET_STEPS 64
#define SPARSEMED_OFFSET_MOST  32
#define SPARSEMED_OFFSET_BINS  (2 * SPARSEMED_OFFSET_STEPS * SPARSEMED_OFFSET_MOST + 1)

/* How many frames have which offset. Those of some frames can be added up with those of others, member by member. */
struct sparsemed_offset_count {
    uint64_t n_flickering;                /* with an absolute offset of SPARSEMED_FLICKER_OFFSET or more */
    uint64_t bins[SPARSEMED_OFFSET_BINS]; /* bin i: offset i / SPARSEMED_OFFSET_STEPS - SPARSEMED_OFFSET_MOST */
};

/* Count an offset (sparsemed_offset). */
void sparsemed_offset_count_add(struct sparsemed_offset_count *count, double offset);

/* What is known of a background when its images have been chosen. Borrowed. */
struct sparsemed_evidence {
    const struct sparsemed_time_axis *axis;
    bool guessed_time; /* it is not from time stamps or frame numbers */
    const struct sparsemed_windows *windows;
    const struct sparsemed_parameters *parameters;
    const struct sparsemed_cleansing *cleansing;
    const struct sparsemed_attribution *attribution;
    const struct sparsemed_impression *impressions; /* [n_windows], of each window */
    const struct sparsemed_offset_count *offsets;   /* of all frames; NULL without offset correction */
};

/* Judge a background.
 *
 * quality   receives the figures and flags
 *
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sparsemed_judge(const struct sparsemed_evidence *evidence, struct sparsemed_quality *quality,
                                      struct sparsemed_error *error);

#ifdef __cplusplus
}
#endif

#endif
