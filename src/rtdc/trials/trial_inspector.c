#include "rtdc/trials/trial_inspector.h"

#include <hdf5.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "rtdc/files/retry.h"
#include "rtdc/trials/trial_question.h"

/* Files that one process looks at, so that what it may have lost of its memory does not add up. */
enum { MOST_FILES = 10000 };

/* Memory that it may take: a file that asks for more is damaged. */
static const uint64_t most_memory = (uint64_t)8 << 30;

/* The process that is at work. */
static struct {
    pid_t process; /* 0: there is none */
    int channel;   /* to it */
    int n_files;   /* that it has looked at */
} inspector = {0, -1, 0};

/* ---- in the process that looks ---- */

/* HDF5 takes more than half a MiB for every open file, and by itself gives it back to the system when more than one was
 * open: fresh memory for the next one takes longer than all else that is done with a file. */
static void keep_memory(void) {
    enum { MOST_BYTES = 16 << 20 };
    H5set_free_list_limits(MOST_BYTES, MOST_BYTES, MOST_BYTES, MOST_BYTES, MOST_BYTES, MOST_BYTES);
}

static void look_at_files(int channel) {
    static char message[SM_TRIAL_QUESTION_BYTES];
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    sm_trial_limit_memory(most_memory);
    keep_memory();
    while (SM_RETRY(recv(channel, message, sizeof message, 0)) > 0) {
        struct sm_trial_inspection told = {.outcome = SM_TRIAL_TOLD};
        struct sm_trial_question question;
        struct sm_input_options options;
        const char *path = sm_trial_question_read(message, &question, &options);
        sm_trial_look_at(question.kind, path, &options, &told.look);
        send(channel, &told, sizeof told, MSG_NOSIGNAL);
    }
    _exit(0);
}

/* ---- in the process that forks ---- */

/* End the process, and learn how it has ended. */
static int end_process(void) {
    int end = 0;
    close(inspector.channel);
    kill(inspector.process, SIGKILL); /* nothing where it has ended already */
    SM_RETRY(waitpid(inspector.process, &end, 0));
    inspector.process = 0;
    inspector.n_files = 0;
    return end;
}

/* Returns false where there is none to be had. */
static bool start_process(void) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        return false;
    }
    inspector.process = fork();
    if (inspector.process == 0) {
#ifdef __linux__
        prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
        close(ends[0]);
        look_at_files(ends[1]);
    }
    close(ends[1]);
    inspector.channel = ends[0];
    if (inspector.process < 0) {
        close(ends[0]);
        inspector.process = 0;
    }
    return inspector.process > 0;
}

/* Ask the process that there is. */
static struct sm_trial_inspection ask(const char *message, size_t n_bytes, int channel) {
    struct sm_trial_inspection told = {.outcome = SM_TRIAL_UNTRIED};
    struct sm_trial_question question;
    memcpy(&question, message, sizeof question);
    enum sm_trial_outcome outcome = SM_TRIAL_CRASHED;
    ssize_t n = 0;
    if (SM_RETRY(send(inspector.channel, message, n_bytes, MSG_NOSIGNAL)) == (ssize_t)n_bytes) {
        outcome = sm_trial_watch(inspector.process, inspector.channel, channel,
                                 sm_trial_most_seconds(question.kind, question.file_bytes));
    }
    if (outcome == SM_TRIAL_TOLD) {
        n = SM_RETRY(recv(inspector.channel, &told, sizeof told, MSG_DONTWAIT));
    }
    if (n != sizeof told) {
        int end = end_process();
        bool killed = outcome == SM_TRIAL_TOLD && WIFSIGNALED(end) && WTERMSIG(end) == SIGKILL;
        told.outcome = outcome != SM_TRIAL_TOLD ? outcome : killed ? SM_TRIAL_KILLED : SM_TRIAL_CRASHED;
    }
    return told;
}

struct sm_trial_inspection sm_trial_inspect(const char *message, size_t n_bytes, int channel) {
    struct sm_trial_inspection told = {.outcome = SM_TRIAL_UNTRIED};
    bool once_more = true;
    while (once_more && (inspector.process > 0 || start_process())) {
        bool is_new = inspector.n_files++ == 0;
        told = ask(message, n_bytes, channel);
        once_more = told.outcome == SM_TRIAL_CRASHED && !is_new;
    }
    if (inspector.process > 0 && (told.look.error.status != SPARSEMED_OK || inspector.n_files >= MOST_FILES)) {
        end_process();
    }
    return told;
}
