/* All talk goes through pairs of sockets that keep messages whole. Where the job ends, for whatever reason, its ends
 * close, and all its processes leave. */
#include "rtdc/trials/trial_processes.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rtdc/files/retry.h"
#include "rtdc/trials/trial_forker.h"

/* How long the job waits before it looks again whether to go on, and how much longer than a trial may take: the forker
 * itself may be stopped, or wait for the end of a process that a disk holds up. */
enum { SLICE = 20 /* milliseconds */, MORE_SECONDS = 30 };

static int channels[SM_TRIAL_ASKED] = {-1, -1, -1, -1, -1, -1}; /* to who is asked */
static pid_t forkers[SM_TRIAL_FORKERS];

static bool (*is_stopped)(void *data);
static void *is_stopped_data;

/* ---- beginning and end ---- */

static void close_one(int *end) {
    if (*end >= 0) {
        close(*end);
    }
    *end = -1;
}

static void close_all(int ends[SM_TRIAL_ASKED]) {
    for (int i = 0; i < SM_TRIAL_ASKED; i++) {
        close_one(&ends[i]);
    }
}

/* In a forker. The first one has the inspectors, too.
 *
 * ends   of all who are asked */
_Noreturn static void serve(int number, int ends[SM_TRIAL_ASKED]) {
    close_all(channels); /* or they would stay open when the job has closed them */
    for (int i = 0; i < SM_TRIAL_ASKED; i++) {
        if (i != number && (number > 0 || i < SM_TRIAL_FIRST_INSPECTOR)) {
            close_one(&ends[i]);
        }
    }
    sm_trial_serve(ends[number], ends + SM_TRIAL_FIRST_INSPECTOR, number == 0 ? SM_TRIAL_INSPECTORS : 0);
    _exit(0);
}

void sm_trial_start(void) {
    int theirs[SM_TRIAL_ASKED];
    bool started = true;
    for (int i = 0; i < SM_TRIAL_ASKED; i++) {
        int ends[2] = {-1, -1};
        started = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0 && started;
        channels[i] = ends[0];
        theirs[i] = ends[1];
    }
    for (int i = 0; i < SM_TRIAL_FORKERS && started; i++) {
        forkers[i] = fork();
        if (forkers[i] == 0) {
            serve(i, theirs);
        }
        started = forkers[i] > 0;
    }
    close_all(theirs);
    if (!started) {
        sm_trial_end();
    }
}

pid_t sm_trial_forker(int whom) {
    return forkers[whom];
}

void sm_trial_give_up(int whom) {
    close_one(&channels[whom]);
    if (whom < SM_TRIAL_FORKERS && forkers[whom] > 0) {
        kill(forkers[whom], SIGKILL); /* it may be stopped */
        waitpid(forkers[whom], NULL, 0);
        forkers[whom] = 0;
    }
}

void sm_trial_end(void) {
    for (int i = 0; i < SM_TRIAL_ASKED; i++) {
        sm_trial_give_up(i);
    }
}

void sm_trial_listen(bool (*stopped)(void *data), void *data) {
    is_stopped = stopped;
    is_stopped_data = data;
}

/* ---- asking ---- */

ssize_t sm_trial_send(int whom, const void *message, size_t n_bytes, int flags) {
    if (channels[whom] < 0) {
        errno = ENOTCONN;
        return -1;
    }
    return SM_RETRY(send(channels[whom], message, n_bytes, flags | MSG_NOSIGNAL));
}

bool sm_trial_ask(int whom, const struct sm_trial_question *question, const char *path,
                  const struct sm_input_options *options, int flags, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    if (channels[whom] < 0 || strlen(path) >= PATH_MAX) {
        return false;
    }
    char *message;
    size_t n_bytes = sm_trial_question_write(question, path, options, &message);
    ssize_t sent = message ? sm_trial_send(whom, message, n_bytes, flags) : -1;
    if (!message && n_bytes <= SM_TRIAL_QUESTION_BYTES) {
        sparsemed_fail_memory(error, "trying out a file");
    } else if (!message || (sent < 0 && errno == EMSGSIZE)) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: the names of its dataset and times, or of folders, are too long",
                       path);
    }
    free(message);
    return sent >= 0;
}

enum sm_trial_outcome sm_trial_hear(int whom, const struct sm_trial_question *question, const char *path, void *answer,
                                    size_t size, size_t least, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct pollfd event = {.fd = channels[whom], .events = POLLIN};
    double left =
        1000 * (sm_trial_most_seconds(question->kind, question->file_bytes) + MORE_SECONDS); /* milliseconds */
    if (channels[whom] < 0) {
        return SM_TRIAL_UNTRIED;
    }
    for (; poll(&event, 1, SLICE) <= 0; left -= SLICE) {
        bool stopped = is_stopped && is_stopped(is_stopped_data);
        if (stopped) {
            sm_trial_end(); /* what is under way ends, too */
            sparsemed_fail(error, SPARSEMED_STOPPED, "%s: was stopped before it was done; to be run again", path);
            return SM_TRIAL_UNTRIED;
        }
        if (left < 0) {
            sm_trial_give_up(whom);
            return SM_TRIAL_ENDLESS;
        }
    }
    return recv(channels[whom], answer, size, MSG_DONTWAIT) >= (ssize_t)least ? SM_TRIAL_TOLD : SM_TRIAL_UNTRIED;
}

enum sparsemed_status sm_trial_report(enum sm_trial_outcome outcome, const struct sparsemed_error *told,
                                      const char *path, struct sparsemed_error *error) {
    switch (outcome) {
    case SM_TRIAL_TOLD:
        *error = *told;
        return error->status;
    case SM_TRIAL_CRASHED:
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: is damaged: HDF5 crashes on it", path);
    case SM_TRIAL_KILLED:
        return sparsemed_fail(error, SPARSEMED_INPUT,
                              "%s: the process that tried it out was killed; is there memory enough for it?", path);
    case SM_TRIAL_ENDLESS:
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: is damaged: HDF5 does not come to an end with it", path);
    case SM_TRIAL_IDLE:
        return sparsemed_fail(error, SPARSEMED_INPUT,
                              "%s: leads to something that does not answer, such as a pipe or a device", path);
    default:
        return SPARSEMED_OK;
    }
}
