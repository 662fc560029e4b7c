#include "rtdc/trials/trial_watch.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

/* Time of a trial, which is a matter of milliseconds: so much, and more for a large file with many frames; and where it
 * waits for what is no disk, and does nothing meanwhile, as it does with a pipe, much less. */
enum { MOST_SECONDS = 60, BYTES_A_SECOND = 1 << 27, MOST_IDLE_SECONDS = 3 };

/* How long the forker waits before it looks again whether to go on. */
enum { SLICE = 20 /* milliseconds */ };

pid_t sm_trial_fork(void) {
    pid_t process = fork();
#ifdef __linux__
    if (process == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    }
#endif
    return process;
}

uint64_t sm_trial_limit_memory(uint64_t allowed) {
    unsigned long n_pages = 0;
    FILE *taken = fopen("/proc/self/statm", "r");
    bool known = taken && fscanf(taken, "%lu", &n_pages) == 1;
    if (taken) {
        fclose(taken);
    }
    rlim_t all = (rlim_t)(n_pages * (uint64_t)sysconf(_SC_PAGESIZE) + allowed);
    return known && setrlimit(RLIMIT_AS, &(struct rlimit){all, all}) == 0 ? allowed : 0;
}

static double seconds_now(clockid_t clock) {
    struct timespec time = {0};
    clock_gettime(clock, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

double sm_trial_most_seconds(enum sm_trial_kind kind, uint64_t file_bytes) {
    const double quarter = 0.25, hours = 240;
    bool reads_frames = kind == SM_TRIAL_VERIFY || kind == SM_TRIAL_COMPARE;
    double seconds = MOST_SECONDS + (double)(file_bytes / BYTES_A_SECOND);
    return seconds * (kind == SM_TRIAL_HEADERS ? quarter : reads_frames ? hours : 1);
}

void sm_trial_work_begin(struct sm_trial_work *work, double most) {
    work->most = most;
    work->n_begun++;
    work->under_way = true;
}

void sm_trial_work_end(struct sm_trial_work *work) {
    work->under_way = false;
}

/* Whether a process waits for something that may never come. One that waits for a disk, or for a file system that is
 * far away, is in another state. Where the system does not tell, no process is. */
static bool is_asleep(pid_t process) {
    char name[64], text[256] = "";
    snprintf(name, sizeof name, "/proc/%ld/stat", (long)process);
    int descriptor = open(name, O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0) {
        ssize_t n = read(descriptor, text, sizeof text - 1);
        text[n > 0 ? n : 0] = '\0';
        close(descriptor);
    }
    const char *state = strrchr(text, ')'); /* the name of the program is in parentheses */
    return state && state[1] && state[2] == 'S';
}

enum sm_trial_outcome sm_trial_watch(pid_t trial, int result, int channel, const struct sm_trial_work *work) {
    clockid_t clock;
    bool has_clock = clock_getcpuclockid(trial, &clock) == 0;
    double begin = seconds_now(CLOCK_MONOTONIC), busy = begin, used = 0;
    unsigned n_begun = work->n_begun;
    for (;;) {
        struct pollfd events[] = {{.fd = result, .events = POLLIN}, {.fd = channel}};
        int n = poll(events, 2, SLICE);
        if (n > 0 && events[1].revents) {
            kill(trial, SIGKILL);
            _exit(0);
        }
        if (n > 0 && events[0].revents) {
            return SM_TRIAL_TOLD;
        }
        double now = seconds_now(CLOCK_MONOTONIC), used_now = has_clock ? seconds_now(clock) : now;
        if (!work->under_way || work->n_begun != n_begun) {
            n_begun = work->n_begun;
            begin = busy = now;
        }
        if (used_now > used || !is_asleep(trial)) {
            used = used_now;
            busy = now;
        }
        if (now - begin > work->most || now - busy > MOST_IDLE_SECONDS) {
            kill(trial, SIGKILL);
            return now - begin > work->most ? SM_TRIAL_ENDLESS : SM_TRIAL_IDLE;
        }
    }
}
