/* What dcnum knows a finished run of its own by: root attributes that say what was read, and which background was
 * computed of it. Where these are what it is about to do, it takes the background that is there and skips that step.
 * It hands on to its result only what lies in the events of its input itself; so the attributes go together with
 * events/image_bg, an image a frame, and events/image, and never without. */
#ifndef RTDC_OUTPUTS_PIPELINE_CLAIMS_H
#define RTDC_OUTPUTS_PIPELINE_CLAIMS_H

#include <hdf5.h>
#include <stdbool.h>

#include "rtdc/outputs/specification.h"

/* Why an output does not claim to be a run of dcnum. */
enum sm_unclaimed {
    SM_IS_CLAIMED,
    SM_SHARED_IMAGES,    /* background images lie where dcnum does not look for them */
    SM_OTHER_TIMES,      /* dcnum would read other time stamps, and compute another background */
    SM_NO_FRAMES,        /* the frames are not in the file */
    SM_FRAMES_ELSEWHERE, /* a link leads to the frames, or their dataset to other files */
    SM_NO_PIXEL_SIZE     /* by which dcnum knows what was read */
};

/* What can be claimed of a file that has, or gets, this background.
 *
 * file     open
 * wanted   the background, and the file that it is of */
enum sm_unclaimed sm_pipeline_claims_judge(hid_t file, const struct sm_specification *wanted);

/* Why not, for people: "the file has no images". Static. */
const char *sm_pipeline_claims_reason(enum sm_unclaimed unclaimed);

/* Whether an attribute of the root is one that is written or removed here. */
bool sm_pipeline_claims_has(const char *attribute);

/* Remove the claims to a background. Returns false on failure. */
bool sm_pipeline_claims_remove(hid_t file);

/* Claim what can be claimed. The hash of an earlier run goes then: with it dcnum would take the features of that run,
 * too, which rest on another background. Returns false on failure.
 *
 * unclaimed   receives why nothing was claimed */
bool sm_pipeline_claims_write(hid_t file, const struct sm_specification *wanted, enum sm_unclaimed *unclaimed);

/* Whether a file claims what can be claimed of it, or nothing where nothing can. */
bool sm_pipeline_claims_hold(hid_t file, const struct sm_specification *wanted);

#endif
