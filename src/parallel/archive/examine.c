#include "parallel/archive/examine.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/files/path.h"
#include "rtdc/files/surrogates.h"
#include "rtdc/files/temporary.h"
#include "rtdc/hdf5/filters.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/input.h"
#include "rtdc/outputs/existing.h"
#include "rtdc/outputs/trial.h"
#include "sparsemed/windows.h"

enum { MOST_LOST = 2 };

/* Whether the files that the journal tells of beside the input are as they were. */
static bool are_as_before(const char *other_files) {
    bool same = true;
    json_t *files = *other_files ? sm_json_read(other_files) : NULL;
    for (size_t i = 0; i < json_array_size(files) && same; i++) {
        const json_t *file = json_array_get(files, i);
        char *path = sm_json_to_bytes(json_object_get(file, "path"));
        const struct sm_file_state before = {
            .size = (uint64_t)json_integer_value(json_object_get(file, "size")),
            .modified = json_integer_value(json_object_get(file, "modified")),
        };
        same = sm_file_state_equal(sm_file_state_of(path ? path : ""), before);
        free(path);
    }
    json_decref(files);
    return same;
}

/* Whether the output is the very file that the journal tells of. */
static bool is_untouched(const struct sm_question *question, const char *output) {
    return question->output.size > 0 && sm_file_state_equal(sm_file_state_of(output), question->output);
}

/* What the job would make, for a comparison with what is there. */
static struct sm_specification expect(const struct sm_survey *survey, const struct sm_question *question,
                                      const char *input, const char *output) {
    struct sparsemed_parameters parameters = survey->job->parameters;
    parameters.offset_correction = question->offset;
    return sm_specify(input, &survey->job->input_options, output, &parameters, question->n_frames);
}

/* How a dataset of images is stored: its filters, and the extent of a chunk. */
static void describe_layout(hid_t dataset, char layout[SM_LAYOUT_SIZE]) {
    hid_t creation = H5Dget_create_plist(dataset);
    hsize_t chunk[3];
    int length = 0;
    if (H5Pget_layout(creation) != H5D_CHUNKED || H5Pget_chunk(creation, 3, chunk) != 3) {
        snprintf(layout, SM_LAYOUT_SIZE, "contiguous");
    } else {
        for (int i = 0; i < H5Pget_nfilters(creation); i++) {
            unsigned flags;
            size_t n_values = 0;
            H5Z_filter_t filter = H5Pget_filter2(creation, (unsigned)i, &flags, &n_values, NULL, 0, NULL, NULL);
            const char *name = sm_filter_name(filter);
            if (name && length < SM_LAYOUT_SIZE / 2) {
                length += snprintf(layout + length, (size_t)(SM_LAYOUT_SIZE / 2), "%s ", name);
            }
        }
        snprintf(layout + length, SM_LAYOUT_SIZE - (size_t)length, "%llux%llux%llu", (unsigned long long)chunk[0],
                 (unsigned long long)chunk[1], (unsigned long long)chunk[2]);
    }
    sm_hdf5_release(creation);
}

/* Count the split points, as the job will find them. */
static enum sparsemed_status look_at_times(const struct sm_survey *survey, struct sm_input *input,
                                           struct sm_finding *finding, struct sparsemed_error *error) {
    struct sparsemed_time_axis axis;
    size_t n_steps = 0;
    if (sm_input_timing(input, &axis, &finding->timing, error) == SPARSEMED_OK &&
        sparsemed_count_steps(&axis, survey->job->parameters.split_time, &n_steps, error) != SPARSEMED_OK) {
        sparsemed_fail_where(error, "%s", input->path);
    }
    finding->n_steps = n_steps;
    sparsemed_time_axis_free(&axis);
    return error->status;
}

static enum sparsemed_status look_at_images(const struct sm_survey *survey, const char *path, bool in_place,
                                            struct sm_finding *finding, struct sparsemed_error *error) {
    const struct sm_input_options *options = &survey->job->input_options;
    struct sm_input input = SM_NO_INPUT;
    enum sm_trial_kind kind = in_place ? SM_TRIAL_IN_PLACE : SM_TRIAL_INPUT;
    if (sm_trial(kind, path, options, error) == SPARSEMED_OK &&
        sm_input_open(path, options, &input, error) == SPARSEMED_OK) {
        finding->n_frames = input.stack.n_frames;
        finding->height = input.stack.height;
        finding->width = input.stack.width;
        finding->slab_frames = input.stack.slab_frames;
        describe_layout(input.image.dataset, finding->layout);
        if (survey->times) {
            look_at_times(survey, &input, finding, error);
        }
    }
    sm_input_close(&input);
    return error->status;
}

/* Whether a measurement was under way when jobs died, is as it was then, and not to be tried once more. */
static bool took_jobs_down(const struct sm_survey *survey, const struct sm_question *question, const char *input,
                           struct sm_finding *finding, struct sparsemed_error *error) {
    bool was_lost = question->n_lost > 0 && sm_file_state_equal(finding->input, question->lost);
    finding->suspect = was_lost;
    if (was_lost && question->n_lost >= MOST_LOST && !survey->retry_failed) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: took the job down twice; see --retry-failed", input);
        return true;
    }
    return false;
}

void sm_examine(const struct sm_survey *survey, const struct sm_question *question, const char *other_files,
                const char *input, const char *output, struct sm_finding *finding, struct sparsemed_error *error) {
    *finding = (struct sm_finding){.verdict = SM_TO_DO};
    finding->input = sm_file_state_of(input);
    if (survey->clear) {
        sm_temporary_clear(output);
    }
    const struct sm_specification expected = expect(survey, question, input, output);
    bool untouched = is_untouched(question, output);
    bool as_before = question->known && !survey->job->force && sm_file_state_equal(finding->input, question->input) &&
                     are_as_before(other_files);
    if (as_before && !question->done && !survey->retry_failed) {
        finding->verdict = SM_FAILED_BEFORE;
    } else if (as_before && question->done && (untouched || sm_existing_is_done(&expected))) {
        finding->verdict = SM_DONE_BEFORE; /* also where the output was copied since */
        finding->n_frames = question->n_frames;
    } else if (took_jobs_down(survey, question, input, finding, error) ||
               look_at_images(survey, input, sm_path_same(input, output), finding, error) != SPARSEMED_OK) {
        finding->verdict = SM_UNUSABLE;
        finding->status = error->status;
    } else {
        finding->ours = question->output.size > 0 && (untouched || sm_existing_belongs(&expected));
    }
}
