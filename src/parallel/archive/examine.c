#include "parallel/archive/examine.h"

#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

#include "rtdc/files/path.h"
#include "rtdc/files/reach.h"
#include "rtdc/files/surrogates.h"
#include "rtdc/files/temporary.h"
#include "rtdc/files/used_files.h"
#include "rtdc/trials/existing.h"
#include "rtdc/trials/trial.h"

enum { MOST_LOST = 2 };

/* Whether the files that the journal tells of beside the input are as they were. What was missing then, and may be
 * found elsewhere now, is not. */
static bool are_as_before(const char *other_files, const struct sm_moved_files *moved) {
    struct sm_used_files before = {0};
    json_t *array = *other_files ? sm_json_read(other_files) : NULL;
    bool same = sm_used_files_from_json(&before, array);
    for (size_t i = 0; i < before.n && same; i++) {
        const struct sm_used_file *file = &before.list[i];
        same = sm_file_state_equal(sm_file_state_of(file->path), sm_file_state_from(&file->state)) &&
               !(moved && file->state.st_size == 0 && sm_moved_files_have(moved, file->path));
    }
    sm_used_files_free(&before);
    json_decref(array);
    return same;
}

/* Whether the output is the very file that the journal tells of.
 *
 * there   what the system tells of it; NULL: it is not there */
static bool is_untouched(const struct sm_question *question, const struct stat *there) {
    return there && question->output.size > 0 && sm_file_state_equal(sm_file_state_from(there), question->output);
}

/* What the job would make, for a comparison with what is there. This looks at the input. */
static struct sm_specification expect(const struct sm_survey *survey, const struct sm_question *question,
                                      const char *input, const char *output) {
    const struct sm_job *job = survey->job;
    struct sparsemed_parameters parameters = job->parameters;
    parameters.offset_correction = question->offset;
    const struct sm_origin origin = sm_input_origin_of(input, &job->input_options, question->n_frames);
    return sm_specify(&origin, output, &parameters, job->copy, job->frame_images);
}

static bool is_done(const struct sm_survey *survey, const struct sm_question *question, const char *input,
                    const char *output) {
    const struct sm_specification expected = expect(survey, question, input, output);
    return sm_existing_is_done(&expected);
}

/* Find out whether what is there is an output of the measurement. */
static enum sparsemed_status look_whose(const struct sm_survey *survey, const struct sm_question *question,
                                        const char *input, const char *output, bool *ours,
                                        struct sparsemed_error *error) {
    const struct sm_specification expected = expect(survey, question, input, output);
    return sm_existing_belongs(&expected, ours, error);
}

static enum sm_trial_kind trial_kind(const struct sm_survey *survey, bool in_place) {
    return survey->job->copy || in_place ? SM_TRIAL_IN_PLACE : SM_TRIAL_INPUT;
}

static double trial_split_time(const struct sm_survey *survey) {
    return survey->steps ? survey->job->parameters.split_time : 0;
}

/* Find out whether it can be done, and what it is. */
static enum sparsemed_status try_out(const struct sm_survey *survey, const char *input, bool in_place,
                                     struct sm_finding *finding, char found_files[SM_OTHERS_BYTES],
                                     struct sparsemed_error *error) {
    return sm_trial_learn(trial_kind(survey, in_place), input, &survey->job->input_options, trial_split_time(survey),
                          &finding->facts, found_files, error);
}

/* What is known already is mostly not tried out, and what took jobs down had better not be for nothing. */
void sm_examine_ahead(const struct sm_survey *survey, const struct sm_question *question, const char *input,
                      const char *output) {
    if (!question->known && question->n_lost == 0) {
        sm_trial_ahead(trial_kind(survey, strcmp(input, output) == 0), input, &survey->job->input_options,
                       trial_split_time(survey));
    }
}

/* Whether a measurement was under way when jobs died, is as it was then, and not to be tried once more. */
static bool took_jobs_down(const struct sm_survey *survey, const struct sm_question *question, const char *input,
                           struct sm_finding *finding, struct sparsemed_error *error) {
    bool was_lost = question->n_lost > 0 && sm_file_state_equal(finding->input, question->lost);
    finding->late = question->late && (was_lost || sm_file_state_equal(finding->input, question->input));
    finding->suspect = was_lost && !finding->late;
    if (was_lost && question->n_lost >= MOST_LOST && !survey->retry_failed) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: took the job down twice; see --retry-failed", input);
        return true;
    }
    return false;
}

/* Note what the system tells of the input; nothing where it is not there. */
static bool note_input(const char *input, struct sm_finding *finding, struct stat *state) {
    bool has_input = stat(input, state) == 0;
    if (has_input) {
        finding->input = sm_file_state_from(state);
    }
    return has_input;
}

/* Find out what is to be known of a measurement.
 *
 * out   what the system tells of the output; NULL: it is not there */
static void look(const struct sm_survey *survey, const struct sm_question *question, const char *other_files,
                 const char *input, const char *output, const struct stat *out, struct sm_finding *finding,
                 char found_files[SM_OTHERS_BYTES], struct sparsemed_error *error) {
    struct stat in;
    bool is_new = !out && !question->known && question->n_lost == 0; /* then the trial tells what the input is */
    bool has_input = !is_new && note_input(input, finding, &in);
    bool in_place = has_input && out && in.st_dev == out->st_dev && in.st_ino == out->st_ino;
    bool untouched = is_untouched(question, out);
    bool as_before = question->known && !survey->job->force && sm_file_state_equal(finding->input, question->input) &&
                     are_as_before(other_files, survey->job->input_options.reach.moved);
    if (as_before && !question->done && !question->may_pass && !survey->retry_failed) {
        finding->verdict = SM_FAILED_BEFORE;
    } else if (as_before && question->done && (untouched || is_done(survey, question, input, output))) {
        finding->verdict = SM_DONE_BEFORE; /* also where the output was copied since */
        finding->facts.n_frames = question->n_frames;
    } else if (took_jobs_down(survey, question, input, finding, error) ||
               try_out(survey, input, in_place, finding, found_files, error) != SPARSEMED_OK) {
        finding->verdict = SM_UNUSABLE;
        finding->status = error->status;
    } else if (untouched || question->output.size == 0) {
        finding->ours = untouched;
    } else if (look_whose(survey, question, input, output, &finding->ours, error) != SPARSEMED_OK) {
        finding->verdict = SM_UNUSABLE;
        finding->status = error->status;
    }
    if (is_new && finding->verdict == SM_TO_DO) {
        finding->input = finding->facts.state;
    } else if (is_new) {
        note_input(input, finding, &in);
    }
}

void sm_examine(const struct sm_survey *survey, const struct sm_question *question, const char *other_files,
                const char *input, const char *output, struct sm_finding *finding, char found_files[SM_OTHERS_BYTES],
                struct sparsemed_error *error) {
    struct stat out;
    bool has_output = stat(output, &out) == 0;
    *finding = (struct sm_finding){.verdict = SM_TO_DO};
    *found_files = '\0';
    sm_reach_begin(&survey->job->input_options.reach, output, NULL, NULL); /* of an output that is looked at */
    look(survey, question, other_files, input, output, has_output ? &out : NULL, finding, found_files, error);
    sm_reach_end(NULL);
    if (survey->clear && finding->verdict != SM_TO_DO) { /* else who works on it does so */
        sm_temporary_clear(output, has_output);
    }
}
