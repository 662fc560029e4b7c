/* Carries out a command of the program again and again, and lets one call after the other fail, until nothing has
 * failed. What the job has come to is judged each time: its exit status, its message, the files; and whether the same
 * command makes good of what was left.
 *
 * Usage: each_fault SCENE RANK KIND[=ERROR] ON FIRST ENDED COMMAND [ARGUMENT]...
 *
 *   SCENE     folder as in scene.h, absolute; "before" is there. Files "number", "words" and "told" come beside it, and
 *             "passed" and "failed" with a line for every check
 *   RANK      the rank on which calls fail
 *   KIND, ON  as in failing_calls.h; ON is "once" or "on"
 *   FIRST     number of the first call to fail, from 1 on; with 0 a clean job is carried out, and makes up "clean"
 *   ENDED     exit status of an earlier each_fault that its job took along while the call before FIRST failed,
 *             and which is judged first; or "-"
 *
 * The environment variable FAILING_TOLD must be "told" of the scene. Exit status: 0 done; RESPITE to be started again,
 * as something stays open in HDF5; anything else is that of a job that has ended its process. */
#include <ctype.h>
#include <fcntl.h>
#include <getopt.h>
#include <hdf5.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "faults/failing_calls.h"
#include "faults/scene.h"
#include "parallel/start.h"

enum {
    RESPITE = 99,
    TEXT_SIZE = 16384,
    MOST_ARGUMENTS = 32,
    LIMIT = 120 /* seconds; what takes longer hangs, also on a busy machine */
};

/* What is tried, and what has come of it so far. */
struct trial {
    const char *scene;
    struct failing_plan plan;
    int target; /* rank */
    int rank;
    int argc;
    char **argv;
    char told[TEXT_SIZE], words[TEXT_SIZE];
    int status;
};

/* ---- small things ---- */

static void path_of(char path[4096], const struct trial *trial, const char *name) {
    snprintf(path, 4096, "%s/%s", trial->scene, name);
}

static void read_text(const struct trial *trial, const char *name, char text[TEXT_SIZE]) {
    char path[4096];
    path_of(path, trial, name);
    FILE *stream = fopen(path, "r");
    text[stream ? fread(text, 1, TEXT_SIZE - 1, stream) : 0] = '\0';
    if (stream) {
        fclose(stream);
    }
}

static void write_text(const struct trial *trial, const char *name, const char *mode, const char *text) {
    char path[4096];
    path_of(path, trial, name);
    FILE *stream = fopen(path, mode);
    fputs(text, stream);
    fclose(stream);
}

static bool is_batch(const struct trial *trial) {
    return strcmp(trial->argv[0], "batch") == 0;
}

static bool is_in_place(const struct trial *trial) {
    for (int i = 0; i < trial->argc; i++) {
        if (strcmp(trial->argv[i], "--in-place") == 0) {
            return true;
        }
    }
    return false;
}

static void check(const struct trial *trial, bool holds, const char *wrong, const char *which) {
    if (holds) {
        write_text(trial, "passed", "a", ".\n");
        return;
    }
    char text[3 * TEXT_SIZE];
    snprintf(text, sizeof text, "FAILED: %s, %s %s, call %ld on rank %d (%.500s): status %d: %s%s\n%.2000s",
             strrchr(trial->scene, '/') + 1, trial->plan.kind, trial->plan.persists ? "on" : "once", trial->plan.first,
             trial->target, trial->told, trial->status, wrong, which, trial->words);
    fputs(text, stdout);
    fflush(stdout);
    write_text(trial, "failed", "a", text);
}

/* ---- one job ---- */

/* Carry out the command on all ranks, with what it says on standard error in a file. */
static int carry_out(const struct trial *trial) {
    char path[4096], *arguments[MOST_ARGUMENTS + 1] = {NULL};
    const struct sm_command *command = is_batch(trial) ? &sm_command_batch : &sm_command_run;
    memcpy(arguments, trial->argv, (size_t)trial->argc * sizeof *arguments);
    path_of(path, trial, "words");
    int words = open(path, O_WRONLY | O_CREAT | O_APPEND, 0666), before = dup(STDERR_FILENO);
    MPI_Barrier(MPI_COMM_WORLD);
    dup2(words, STDERR_FILENO);
    if (trial->rank == trial->target && trial->plan.first > 0) {
        failing_calls_arm(&trial->plan);
    }
    alarm(LIMIT);
    optind = 0; /* getopt begins anew */
    int status = sm_command_carry_out(command, trial->argc, arguments);
    alarm(0);
    failing_calls_disarm();
    dup2(before, STDERR_FILENO);
    close(before);
    close(words);
    MPI_Barrier(MPI_COMM_WORLD);
    return status;
}

/* Carry out the command without any failure. */
static int carry_out_again(const struct trial *trial) {
    struct trial again = *trial;
    again.plan.first = 0;
    return carry_out(&again);
}

/* ---- judging ---- */

/* The name of the file that a call has failed on, as messages have it: that of the output for its temporary file. */
static const char *name_of_file(const struct trial *trial, char name[TEXT_SIZE]) {
    const char *path = strchr(strchr(trial->told, ' ') + 1, ' ') + 1, *slash = strrchr(path, '/');
    snprintf(name, TEXT_SIZE, "%s", slash ? slash + 1 : path);
    name[strcspn(name, "\n")] = '\0';
    char *part = strstr(name, ".sparsemed-part");
    if (part && *name == '.') {
        *part = '\0';
        memmove(name, name + 1, strlen(name));
    }
    return name;
}

static bool calls(const struct trial *trial, const char *call) {
    return strncmp(trial->told, call, strlen(call)) == 0;
}

/* Whether the status is one that the failure may have. */
static bool is_status(const struct trial *trial, const char *file) {
    int status = trial->status;
    bool of_file = status == SPARSEMED_INPUT || status == SPARSEMED_OUTPUT;
    if (strcmp(trial->plan.kind, "memory") == 0) { /* what HDF5 or a library makes of it is told by them */
        return of_file || status == SPARSEMED_INTERNAL ||
               (is_batch(trial) && (status == 1 || status == SPARSEMED_STOPPED));
    }
    if (is_batch(trial)) {
        return of_file || status == 1;
    }
    if (trial->plan.persists || is_in_place(trial) || calls(trial, "realpath")) { /* others fail, or of both files */
        return of_file;
    }
    return status == (strcmp(file, "in.rtdc") == 0 ? SPARSEMED_INPUT : SPARSEMED_OUTPUT);
}

static int count_messages(const char *words) {
    int n = strncmp(words, "sparsemed: ", strlen("sparsemed: ")) == 0;
    for (const char *at = strstr(words, "\nsparsemed: "); at; at = strstr(at + 1, "\nsparsemed: ")) {
        n++;
    }
    return n;
}

/* What the words must have. */
static const char *sought_word(const struct trial *trial, const char *file) {
    if (strcmp(trial->plan.kind, "memory") == 0 && trial->status == SPARSEMED_INTERNAL) {
        return "memory";
    }
    bool is_named = strstr(file, ".rtdc") || strstr(file, ".jsonl");
    return trial->plan.persists || !is_named || calls(trial, "fts_read") ? "" : file;
}

/* Judge what a job has told. */
static void judge_words(const struct trial *trial) {
    char name[TEXT_SIZE];
    const char *file = name_of_file(trial, name), *sought = sought_word(trial, file);
    check(trial, is_status(trial, file), "the status", "");
    int n = count_messages(trial->words);
    /* Of several ranks that fail together one may find that it cannot remove the file, and another remove it. */
    bool may_be_more = is_batch(trial) || trial->plan.persists;
    check(trial, n == 1 || (n > 1 && may_be_more), "not one message", "");
    check(trial, strstr(trial->words, sought), "no word of ", sought);
}

/* Judge on the first rank. Returns whether the command must be tried once more. */
static bool judge(const struct trial *trial) {
    struct scene_outcome outcome = scene_judge(trial->scene);
    check(trial, !*outcome.wrong, outcome.wrong, "");
    bool must_go_on =
        strcmp(trial->plan.kind, "EINTR") == 0 && !trial->plan.persists && strstr(trial->told, " program ");
    check(trial, !must_go_on || trial->status == 0, "an interrupted call is not made again", "");
    if (trial->status == 0) {
        check(trial, outcome.is_clean, "not all is made", "");
        return false;
    }
    judge_words(trial);
    bool may_stay = calls(trial, "unlink") || trial->plan.persists;
    check(trial, outcome.n_left == 0 || (may_stay && strstr(trial->words, ".sparsemed-part")), "something is left", "");
    check(trial, outcome.is_as_before || outcome.n_left > 0 || is_batch(trial), "not all is as before", "");
    return !outcome.is_as_before;
}

/* Judge what a job has left, and try the command once more where that tells more. Collective. */
static void conclude(struct trial *trial) {
    int again = 0;
    if (trial->rank == 0) {
        read_text(trial, "words", trial->words);
        again = judge(trial);
    }
    MPI_Bcast(&again, 1, MPI_INT, 0, MPI_COMM_WORLD);
    if (again) {
        int status = carry_out_again(trial);
        if (trial->rank == 0) {
            read_text(trial, "words", trial->words);
            check(trial, status == 0 && scene_judge(trial->scene).is_clean, "the same command does not make it good",
                  "");
        }
    }
}

/* ---- the whole ---- */

/* Let one call fail. Returns whether it did. Collective. */
static bool try_call(struct trial *trial) {
    if (trial->rank == 0) {
        char number[32];
        snprintf(number, sizeof number, "%ld\n", trial->plan.first);
        write_text(trial, "number", "w", number);
        write_text(trial, "words", "w", "");
        write_text(trial, "told", "w", "");
        scene_fill(trial->scene, "work", "before");
    }
    trial->status = carry_out(trial);
    read_text(trial, "told", trial->told);
    if (*trial->told || trial->plan.first > 1) {
        conclude(trial);
    }
    return *trial->told;
}

static int make_clean(const struct trial *trial) {
    if (trial->rank == 0) {
        scene_fill(trial->scene, "work", "before");
    }
    int status = carry_out_again(trial);
    if (trial->rank == 0) {
        scene_fill(trial->scene, "clean", "work");
    }
    MPI_Barrier(MPI_COMM_WORLD);
    return status;
}

static bool is_spoilt(void) {
    int spoilt = H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL) > 0;
    MPI_Allreduce(MPI_IN_PLACE, &spoilt, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    return spoilt;
}

static int try_all(struct trial *trial, const char *ended) {
    if (trial->plan.first == 0) {
        return make_clean(trial);
    }
    if (isdigit((unsigned char)*ended)) {
        trial->plan.first--;
        trial->status = atoi(ended);
        read_text(trial, "told", trial->told);
        conclude(trial);
        trial->plan.first++;
    }
    while (try_call(trial)) {
        if (is_spoilt()) {
            return RESPITE;
        }
        trial->plan.first++;
    }
    return 0;
}

int main(int argc, char **argv) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    char work[4096];
    if (argc < 8 || argc - 7 > MOST_ARGUMENTS) {
        return 2;
    }
    struct trial trial = {
        .scene = argv[1],
        .plan = {.kind = strtok(argv[3], "="), .first = atol(argv[5]), .persists = strcmp(argv[4], "on") == 0},
        .target = atoi(argv[2]),
        .argc = argc - 7,
        .argv = argv + 7,
    };
    const char *number = strtok(NULL, "=");
    trial.plan.error = number ? atoi(number) : 0;
    path_of(work, &trial, "work");
    trial.plan.folder = work;
    if (chdir(work) != 0 || sm_parallel_start(&argc, &argv, &error) != SPARSEMED_OK) {
        return 2;
    }
    MPI_Comm_rank(MPI_COMM_WORLD, &trial.rank);
    int status = try_all(&trial, argv[6]);
    sm_parallel_end(status);
    return status;
}
