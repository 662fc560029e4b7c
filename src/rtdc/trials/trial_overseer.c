#include "rtdc/trials/trial_overseer.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rtdc/files/retry.h"
#include "rtdc/trials/trial_inspector.h"

/* Have an inspector work until it ends. Returns what it has died of, if a question is left; SM_TRIAL_TOLD if there is
 * none, SM_TRIAL_UNTRIED where no inspector could be started. */
static enum sm_trial_outcome employ(int channel, struct sm_trial_desk *desk) {
    int alive[2], end = 0; /* a pipe that is closed with it */
    if (pipe2(alive, O_CLOEXEC) != 0) {
        return SM_TRIAL_UNTRIED;
    }
    pid_t inspector = sm_trial_fork();
    if (inspector == 0) {
        sm_trial_inspect(channel, desk);
    }
    close(alive[1]);
    enum sm_trial_outcome outcome =
        inspector > 0 ? sm_trial_watch(inspector, alive[0], channel, &desk->work) : SM_TRIAL_UNTRIED;
    close(alive[0]);
    if (inspector > 0) {
        SM_RETRY(waitpid(inspector, &end, 0));
    }
    sm_trial_work_end(&desk->work);
    if (outcome == SM_TRIAL_TOLD && !desk->is_answered) {
        outcome = WIFSIGNALED(end) && WTERMSIG(end) == SIGKILL ? SM_TRIAL_KILLED : SM_TRIAL_CRASHED;
    }
    return outcome;
}

/* Answer in the place of an inspector. */
static void answer_for(int channel, struct sm_trial_desk *desk, enum sm_trial_outcome outcome) {
    struct sm_trial_question question;
    memcpy(&question, desk->question, sizeof question);
    struct sm_trial_inspection told = {.outcome = outcome, .number = question.number};
    desk->is_cut_off = !sm_trial_send_answer(channel, &told, offsetof(struct sm_trial_inspection, look));
    desk->is_answered = true;
}

void sm_trial_oversee(int channel) {
    struct sm_trial_desk *desk = mmap(NULL, sizeof *desk, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct pollfd job = {.fd = channel, .events = POLLIN};
    bool goes_on = desk != MAP_FAILED;
    if (goes_on) {
        desk->is_answered = true;
    }
    while (goes_on && !desk->is_cut_off && SM_RETRY(poll(&job, 1, desk->is_answered ? -1 : 0)) >= 0 &&
           !(job.revents & (POLLHUP | POLLERR))) {
        enum sm_trial_outcome outcome = employ(channel, desk);
        goes_on = outcome != SM_TRIAL_UNTRIED;
        /* Where a later file than the first has crashed it, an earlier one may have been the reason: the question stays
         * for the next inspector. Where there is none to be had, the file counts as one that crashes. */
        bool once_more = outcome == SM_TRIAL_CRASHED && desk->n_looked_at > 1;
        if (!desk->is_answered && !once_more) {
            answer_for(channel, desk, goes_on ? outcome : SM_TRIAL_CRASHED);
        }
    }
}
