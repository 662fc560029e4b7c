#include "rtdc/trials/trial_inspector.h"

#include <hdf5.h>
#include <poll.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rtdc/files/retry.h"

/* Files that one process looks at. */
enum { MOST_FILES = 10000 };

enum { MOST_IDLE = 1000 /* milliseconds */ };

/* Memory that it may take: a file that asks for more is damaged. */
static const uint64_t most_memory = (uint64_t)8 << 30;

/* HDF5 takes more than half a MiB for every open file, and by itself gives it back to the system when more than one was
 * open: fresh memory for the next one takes longer than all else that is done with a file. */
static void keep_memory(void) {
    enum { MOST_BYTES = 16 << 20 };
    H5set_free_list_limits(MOST_BYTES, MOST_BYTES, MOST_BYTES, MOST_BYTES, MOST_BYTES, MOST_BYTES);
}

/* Take the next question. Returns false where there is none. */
static bool take_question(int channel, struct sm_trial_desk *desk) {
    struct pollfd event = {.fd = channel, .events = POLLIN};
    if (SM_RETRY(poll(&event, 1, MOST_IDLE)) <= 0) {
        return false;
    }
    desk->is_answered = false; /* before it is taken, or it might get lost */
    return SM_RETRY(recv(channel, desk->question, sizeof desk->question, 0)) > 0;
}

/* Returns whether the file could be opened. */
static bool answer_question(int channel, struct sm_trial_desk *desk) {
    struct sm_trial_question question;
    struct sm_input_options options;
    const char *path = sm_trial_question_read(desk->question, &question, &options);
    struct sm_trial_inspection told = {.outcome = SM_TRIAL_TOLD, .number = question.number};
    desk->n_looked_at++;
    sm_trial_work_begin(&desk->work, sm_trial_most_seconds(question.kind, question.file_bytes));
    sm_trial_look_at(question.kind, path, &options, &told.look);
    sm_trial_work_end(&desk->work);
    size_t n_bytes = offsetof(struct sm_trial_inspection, look) + sm_trial_look_bytes(question.kind);
    desk->is_cut_off = !sm_trial_send_answer(channel, &told, n_bytes);
    desk->is_answered = true;
    return !desk->is_cut_off && told.look.error.status == SPARSEMED_OK;
}

void sm_trial_inspect(int channel, struct sm_trial_desk *desk) {
    bool goes_on = true;
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    sm_trial_limit_memory(most_memory);
    keep_memory();
    desk->n_looked_at = 0;
    while (goes_on && (!desk->is_answered || take_question(channel, desk))) {
        goes_on = answer_question(channel, desk) && desk->n_looked_at < MOST_FILES;
    }
    _exit(0);
}
