#include "rtdc/outputs/pipeline_claims.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/references.h"
#include "rtdc/layout.h"

enum { DATA_SIZE = 400 }; /* any double, with all its digits */

/* Those of a background. */
static const char *const names[] = {SM_CLAIM_GENERATION, SM_CLAIM_DATA, SM_CLAIM_BACKGROUND};
enum { N_NAMES = sizeof names / sizeof *names };

/* ---- judging ---- */

/* Whether a dataset holds its values itself, as many rows of them as there are frames. */
static bool is_self_contained(hid_t dataset, uint64_t n_frames) {
    hid_t space = H5Dget_space(dataset);
    hsize_t extent[H5S_MAX_RANK] = {0};
    bool itself =
        H5Sget_simple_extent_dims(space, extent, NULL) == 3 && extent[0] == n_frames && sm_references_none(dataset);
    sm_hdf5_release(space);
    return itself;
}

static enum sm_unclaimed look_at_frames(hid_t file, uint64_t n_frames) {
    static const char path[] = SM_GROUP_EVENTS "/" SM_FEATURE_IMAGE;
    H5L_info_t group, link;
    if (!sm_hdf5_has(file, SM_GROUP_EVENTS, SM_FEATURE_IMAGE)) {
        return SM_NO_FRAMES;
    }
    if (H5Lget_info(file, SM_GROUP_EVENTS, &group, H5P_DEFAULT) < 0 || group.type != H5L_TYPE_HARD ||
        H5Lget_info(file, path, &link, H5P_DEFAULT) < 0 || link.type != H5L_TYPE_HARD) {
        return SM_FRAMES_ELSEWHERE;
    }
    hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT);
    bool itself = dataset >= 0 && is_self_contained(dataset, n_frames);
    sm_hdf5_release(dataset);
    return itself ? SM_IS_CLAIMED : SM_FRAMES_ELSEWHERE;
}

/* What was read, as dcnum writes it: eight digits behind the point, less the zeros at the end, and all frames. Returns
 * false where the pixel size is not known. */
static bool describe_data(hid_t file, char data[DATA_SIZE]) {
    double pixel_size;
    if (!sm_attribute_number(file, SM_ATTRIBUTE_PIXEL_SIZE, &pixel_size) || !isfinite(pixel_size) || pixel_size <= 0) {
        return false;
    }
    int length = snprintf(data, DATA_SIZE, "hdf:p=%.8f", pixel_size);
    while (data[length - 1] == '0') {
        length--;
    }
    strcpy(data + length, "^i=0");
    return true;
}

enum sm_unclaimed sm_pipeline_claims_judge(hid_t file, const struct sm_specification *wanted) {
    char data[DATA_SIZE];
    if (!wanted->frame_images) {
        return SM_SHARED_IMAGES;
    }
    if (wanted->origin.options->time || wanted->origin.options->frame_rate > 0) {
        return SM_OTHER_TIMES;
    }
    enum sm_unclaimed unclaimed = look_at_frames(file, wanted->n_frames);
    return unclaimed == SM_IS_CLAIMED && !describe_data(file, data) ? SM_NO_PIXEL_SIZE : unclaimed;
}

const char *sm_pipeline_claims_reason(enum sm_unclaimed unclaimed) {
    static const char *const reasons[] = {
        [SM_IS_CLAIMED] = "",
        [SM_SHARED_IMAGES] = "frames share background images",
        [SM_OTHER_TIMES] = "it would read other time stamps",
        [SM_NO_FRAMES] = "the images are not in the same file",
        [SM_FRAMES_ELSEWHERE] = "the images are behind a link or in other files",
        [SM_NO_PIXEL_SIZE] = "the pixel size (" SM_ATTRIBUTE_PIXEL_SIZE ") is not known",
    };
    return reasons[unclaimed];
}

/* ---- the attributes ---- */

bool sm_pipeline_claims_has(const char *attribute) {
    bool has = strcmp(attribute, SM_CLAIM_HASH) == 0;
    for (int i = 0; i < N_NAMES; i++) {
        has = has || strcmp(attribute, names[i]) == 0;
    }
    return has;
}

static bool remove_attribute(hid_t file, const char *name) {
    return H5Aexists(file, name) <= 0 || H5Adelete(file, name) >= 0;
}

bool sm_pipeline_claims_remove(hid_t file) {
    bool removed = true;
    for (int i = 0; i < N_NAMES; i++) {
        removed = removed && remove_attribute(file, names[i]);
    }
    return removed;
}

bool sm_pipeline_claims_write(hid_t file, const struct sm_specification *wanted, enum sm_unclaimed *unclaimed) {
    char data[DATA_SIZE];
    *unclaimed = sm_pipeline_claims_judge(file, wanted);
    return *unclaimed != SM_IS_CLAIMED ||
           (describe_data(file, data) && remove_attribute(file, SM_CLAIM_HASH) &&
            sm_attribute_write_text(file, SM_CLAIM_GENERATION, SPARSEMED_PPID_GENERATION) &&
            sm_attribute_write_text(file, SM_CLAIM_DATA, data) &&
            sm_attribute_write_text(file, SM_CLAIM_BACKGROUND, wanted->ppid));
}

static bool is_text(hid_t file, const char *name, const char *expected) {
    char *text = sm_attribute_text(file, name, NULL);
    bool same = text && strcmp(text, expected) == 0;
    free(text);
    return same;
}

bool sm_pipeline_claims_hold(hid_t file, const struct sm_specification *wanted) {
    char data[DATA_SIZE];
    if (sm_pipeline_claims_judge(file, wanted) != SM_IS_CLAIMED) {
        return H5Aexists(file, SM_CLAIM_BACKGROUND) <= 0; /* none that anybody could read, in a damaged file */
    }
    return describe_data(file, data) && is_text(file, SM_CLAIM_GENERATION, SPARSEMED_PPID_GENERATION) &&
           is_text(file, SM_CLAIM_DATA, data) && is_text(file, SM_CLAIM_BACKGROUND, wanted->ppid) &&
           H5Aexists(file, SM_CLAIM_HASH) == 0;
}
