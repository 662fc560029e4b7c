#include "cli/on_end.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/tell.h"
#include "parallel/seconds.h"
#include "rtdc/files/retry.h"
#include "rtdc/files/surrogates.h"

extern char **environ;

static const double most_seconds = 60;

/* The record in a file without a name, at its beginning. A pipe would do, too, but for a command that does not read.
 * NULL where there is none to be had.
 *
 * problem   receives 0, or what the system says is wrong */
static FILE *write_record(json_t *record, int *problem) {
    char *text = record ? sm_json_write(record, JSON_REAL_PRECISION(6)) : NULL;
    FILE *file = text ? tmpfile() : NULL;
    bool written = file && fprintf(file, "%s\n", text) > 0 && fflush(file) == 0;
    written = written && lseek(fileno(file), 0, SEEK_SET) == 0;
    *problem = written ? 0 : text ? errno : ENOMEM;
    free(text);
    if (file && !written) {
        fclose(file);
        file = NULL;
    }
    return file;
}

/* Start the shell. Not by fork, which MPI does not get along with. Returns 0, or what the system says is wrong. */
static int start(const char *command, int input, pid_t *process) {
    char *words[] = {"sh", "-c", strdup(command), NULL};
    posix_spawn_file_actions_t streams;
    posix_spawnattr_t group; /* of its own, with all that the command starts */
    int problem = words[2] ? posix_spawn_file_actions_init(&streams) : ENOMEM;
    if (problem == 0) {
        posix_spawnattr_init(&group);
        posix_spawnattr_setflags(&group, POSIX_SPAWN_SETPGROUP);
        posix_spawn_file_actions_adddup2(&streams, input, STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&streams, STDERR_FILENO, STDOUT_FILENO);
        problem = posix_spawn(process, "/bin/sh", &streams, &group, words, environ);
        posix_spawn_file_actions_destroy(&streams);
        posix_spawnattr_destroy(&group);
    }
    free(words[2]);
    return problem;
}

/* Wait for the end. Returns false where it had to be killed, with all that it has started: what is left of a pipeline
 * would hold standard error open, and mpirun waits for that. */
static bool await_end(pid_t process, int *end) {
    const struct timespec moment = {.tv_nsec = 20000000};
    const double begin = sm_seconds_now();
    while (SM_RETRY(waitpid(process, end, WNOHANG)) == 0) {
        if (sm_seconds_now() - begin > most_seconds) {
            kill(-process, SIGKILL);
            SM_RETRY(waitpid(process, end, 0));
            return false;
        }
        nanosleep(&moment, NULL);
    }
    return true;
}

void sm_on_end(const char *command, json_t *record) {
    int end = 0, problem;
    pid_t process;
    FILE *file = write_record(record, &problem);
    problem = file ? start(command, fileno(file), &process) : problem;
    json_decref(record);
    if (problem != 0) {
        sm_tell(stderr, "sparsemed: --on-end: the command could not be started: %s", strerror(problem));
    } else if (!await_end(process, &end)) {
        sm_tell(stderr, "sparsemed: --on-end: the command takes more than %.0f s, and was ended", most_seconds);
    } else if (end != 0) {
        sm_tell(stderr, "sparsemed: --on-end: the command has failed, with status %d",
                WIFEXITED(end) ? WEXITSTATUS(end) : 128 + WTERMSIG(end));
    }
    if (file) {
        fclose(file);
    }
}
