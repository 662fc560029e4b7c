/* Several kinds of processes take part. The job asks. The forker, which it starts before MPI, lives as long as the job
 * does; for every question the forker forks a trial, which reads the file, writes into a pipe how that went, and ends.
 * Where nothing comes out of the pipe, the trial has crashed, or had to be killed. Files that are only looked at go to
 * inspectors (trial_inspection.c). */
#include "rtdc/trials/trial.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/trials/trial_forker.h"
#include "rtdc/trials/trial_moved.h"
#include "rtdc/trials/trial_processes.h"

enum sparsemed_status sm_trial_tell_moved(const struct sm_moved_files *files, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    char *message = malloc(SM_TRIAL_MOVED_BYTES);
    if (!message) {
        return sparsemed_fail_memory(error, "listing files");
    }
    for (size_t done = 0; done < files->n_bytes;) {
        size_t n_bytes = sm_trial_moved_write(files, &done, message);
        if (sm_trial_send(SM_TRIAL_FORKER, message, n_bytes, 0) < 0) {
            sm_trial_end(); /* without it no file is tried out */
            break;
        }
    }
    free(message);
    return SPARSEMED_OK;
}

enum sparsemed_status sm_trial_learn(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                                     double split_time, struct sm_facts *facts, char others[SM_OTHERS_BYTES],
                                     struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    const struct sm_trial_question question = sm_trial_question_of(kind, path, split_time);
    struct sm_trial_answer answer = {.outcome = SM_TRIAL_UNTRIED};
    if (sm_trial_ask(SM_TRIAL_FORKER, &question, path, options, 0, error)) {
        enum sm_trial_outcome heard =
            sm_trial_hear(SM_TRIAL_FORKER, &question, path, &answer, sizeof answer, sizeof answer, error);
        answer.outcome = heard == SM_TRIAL_TOLD ? answer.outcome : heard;
    }
    if (error->status == SPARSEMED_OK) {
        sm_trial_report(answer.outcome, &answer.result.error, path, error);
    }
    if (answer.outcome == SM_TRIAL_UNTRIED && error->status == SPARSEMED_OK && facts) {
        sm_trial_read(kind, path, options, split_time, facts, answer.result.others, error);
    } else if (facts) {
        *facts = answer.result.facts;
    }
    if (others) {
        strcpy(others, answer.result.others);
    }
    return error->status;
}

enum sparsemed_status sm_trial(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                               struct sparsemed_error *error) {
    return sm_trial_learn(kind, path, options, 0, NULL, NULL, error);
}
