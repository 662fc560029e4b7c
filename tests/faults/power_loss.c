/* What a loss of power leaves of a job, and what the next one makes of that. The changes that a job has made are
 * carried out again up to each of them, in turn, but for some of those that were not flushed to disk yet: all or none;
 * those of what is in files, or of their names; and random ones, of which some are cut short.
 *
 * Usage: power_loss SCENE TRACE N_RANDOM SEED COMMAND [ARGUMENT]...
 *
 *   SCENE      folder as in scene.h, absolute, with "before" and "clean"
 *   TRACE      as record_changes.c has written it
 *   N_RANDOM   how many random choices are made for each point; SEED for them
 *   COMMAND    the job, which is carried out once more on what is left
 *
 * Each file must be there as it was before or as a clean job makes it; a journal may lack the last record; the job
 * makes good of whatever is left; and when it has ended, nothing is lost. Tells how many different states there were,
 * and has lines in the files "passed" and "failed" of the scene. */
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/commands.h"
#include "faults/scene.h"
#include "faults/trace.h"
#include "parallel/start.h"

enum { MOST_CALLS = 20000, MOST_FILES = 4096, MOST_NAMES = 256, MOST_ARGUMENTS = 32, MOST_STATES = 1 << 16 };

struct call {
    const struct trace_entry *entry;
    char *path, *to;
    const char *data;
    int file;    /* number of the file that it is about, or that the name leads to; -1: one from before */
    int flushed; /* number of the call that flushes it; MOST_CALLS: none does */
};

static struct call calls[MOST_CALLS];
static int n_calls, n_files;

enum choice { ALL, NONE, NAMES, CONTENTS, RANDOM };

static const char *const choice_names[] = {"all", "none", "names", "contents", "random"};

/* ---- the trace ---- */

static void die(const char *what) {
    perror(what);
    exit(2);
}

static char *load(const char *path, size_t *n_bytes) {
    FILE *stream = fopen(path, "rb");
    if (!stream || fseek(stream, 0, SEEK_END) != 0) {
        die(path);
    }
    *n_bytes = (size_t)ftell(stream);
    rewind(stream);
    char *bytes = malloc(*n_bytes + 1);
    if (!bytes || fread(bytes, 1, *n_bytes, stream) != *n_bytes) {
        die(path);
    }
    fclose(stream);
    return bytes;
}

static bool is_of_content(const struct call *call) {
    return call->entry->kind == TRACE_WRITE || call->entry->kind == TRACE_TRUNCATE;
}

static bool is_of_names(const struct call *call) {
    enum trace_kind kind = (enum trace_kind)call->entry->kind;
    return !is_of_content(call) && kind != TRACE_SYNC_FILE && kind != TRACE_SYNC_FOLDER;
}

/* Whether a name is in a folder, which is "." or "" for the one of the job. */
static bool is_in(const char *name, const char *folder) {
    const char *slash = strrchr(name, '/');
    size_t length = strcmp(folder, ".") == 0 ? 0 : strlen(folder);
    length -= length >= 2 && strcmp(folder + length - 2, "/.") == 0 ? 2 : 0;
    return slash ? (size_t)(slash - name) == length && strncmp(name, folder, length) == 0 : length == 0;
}

/* The number of the file that a name leads to before a call; -1: one from before, or none. */
static int file_of_name(const char *name, int before) {
    for (int i = before - 1; i >= 0; i--) {
        enum trace_kind kind = (enum trace_kind)calls[i].entry->kind;
        bool is_to = (kind == TRACE_RENAME || kind == TRACE_LINK) && strcmp(calls[i].to, name) == 0;
        if (is_to || (kind == TRACE_MAKE_FILE && strcmp(calls[i].path, name) == 0)) {
            return calls[i].file;
        }
    }
    return -1;
}

static int file_of_inode(uint64_t inode, int before) {
    for (int i = before - 1; i >= 0; i--) {
        if (calls[i].entry->kind == TRACE_MAKE_FILE && calls[i].entry->file == inode) {
            return calls[i].file;
        }
    }
    return -1;
}

static int when_flushed(const struct call *call, int after) {
    for (int i = after + 1; i < n_calls; i++) {
        enum trace_kind kind = (enum trace_kind)calls[i].entry->kind;
        if (is_of_content(call) ? kind == TRACE_SYNC_FILE && calls[i].file == call->file
                                : kind == TRACE_SYNC_FOLDER && is_in(call->path, calls[i].path)) {
            return i;
        }
    }
    return MOST_CALLS;
}

static void read_trace(const char *path) {
    size_t n_bytes;
    char *bytes = load(path, &n_bytes), *at = bytes;
    while (at < bytes + n_bytes && n_calls < MOST_CALLS) {
        struct call *call = &calls[n_calls];
        struct trace_entry *entry = malloc(sizeof *entry);
        memcpy(entry, at, sizeof *entry);
        call->entry = entry;
        call->path = strndup(at + sizeof *entry, entry->path_length);
        call->to = strndup(at + sizeof *entry + entry->path_length, entry->to_length);
        call->data = at + sizeof *entry + entry->path_length + entry->to_length;
        at = (char *)call->data + entry->n_bytes;
        bool has_name = entry->kind == TRACE_RENAME || entry->kind == TRACE_LINK;
        call->file = entry->kind == TRACE_MAKE_FILE ? n_files++
                     : has_name                     ? file_of_name(call->path, n_calls)
                                                    : file_of_inode(entry->file, n_calls);
        n_calls++;
    }
    for (int i = 0; i < n_calls; i++) {
        calls[i].flushed = when_flushed(&calls[i], i);
    }
}

/* ---- a state ---- */

struct name {
    const char *path;
    int file; /* -1: a folder */
};

struct state {
    bool kept[MOST_CALLS], cut[MOST_CALLS];
    struct name names[MOST_NAMES];
    int n_names;
    uint64_t sum;
};

static struct state state;

/* Choose what is kept of the calls before a point. */
static void choose(int point, enum choice choice) {
    for (int i = 0; i < point; i++) {
        bool safe = calls[i].flushed < point;
        bool chosen = choice == ALL || (choice == NAMES && is_of_names(&calls[i])) ||
                      (choice == CONTENTS && is_of_content(&calls[i])) || (choice == RANDOM && rand() % 2);
        state.kept[i] = safe || chosen;
        state.cut[i] = !safe && choice == RANDOM && rand() % 4 == 0;
    }
}

static void forget(const char *path) {
    for (int i = 0; i < state.n_names; i++) {
        if (strcmp(state.names[i].path, path) == 0) {
            state.names[i] = state.names[--state.n_names];
            return;
        }
    }
}

static void enter(const char *path, int file) {
    forget(path);
    state.names[state.n_names++] = (struct name){path, file};
}

static void apply_to_names(const char *work, const struct call *call) {
    char path[8192];
    snprintf(path, sizeof path, "%s/%s", work, call->entry->kind == TRACE_RENAME ? call->to : call->path);
    switch (call->entry->kind) {
    case TRACE_MAKE_FILE:
        enter(call->path, call->file);
        break;
    case TRACE_MAKE_FOLDER:
        mkdir(path, 0777);
        break;
    case TRACE_LINK:
        enter(call->to, call->file);
        break;
    case TRACE_RENAME:
        forget(call->path);
        enter(call->to, call->file);
        break;
    case TRACE_UNLINK:
        forget(call->path);
        break;
    default:
        break;
    }
}

static void add_to_sum(const void *data, size_t n_bytes) {
    for (size_t i = 0; i < n_bytes; i++) {
        state.sum = (state.sum ^ ((const unsigned char *)data)[i]) * 1099511628211u;
    }
}

/* Write what is kept of a file. Nothing where its folder is lost. */
static void write_file(const char *work, const struct name *name, int point) {
    char path[8192];
    snprintf(path, sizeof path, "%s/%s", work, name->path);
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    add_to_sum(path, strlen(path));
    for (int i = 0; i < point && descriptor >= 0; i++) {
        const struct trace_entry *entry = calls[i].entry;
        size_t n_bytes = entry->n_bytes / (state.cut[i] ? 2 : 1);
        if (!state.kept[i] || !is_of_content(&calls[i]) || calls[i].file != name->file) {
            continue;
        }
        add_to_sum(&i, sizeof i);
        add_to_sum(&n_bytes, sizeof n_bytes);
        if (entry->kind == TRACE_TRUNCATE ? ftruncate(descriptor, (off_t)entry->at) != 0
                                          : pwrite(descriptor, calls[i].data, n_bytes, (off_t)entry->at) < 0) {
            die(path);
        }
    }
    if (descriptor >= 0) {
        close(descriptor);
    }
}

/* Lay what is left in the work folder. */
static void lay(const char *scene, int point) {
    char work[4096];
    snprintf(work, sizeof work, "%s/work", scene);
    scene_fill(scene, "work", NULL);
    scene_fill(scene, "work", "before");
    state.n_names = 0;
    state.sum = 14695981039346656037u;
    for (int i = 0; i < point; i++) {
        if (is_of_names(&calls[i]) && state.kept[i]) {
            apply_to_names(work, &calls[i]);
        }
    }
    for (int i = 0; i < state.n_names; i++) {
        write_file(work, &state.names[i], point);
    }
}

/* ---- judging ---- */

/* How many measurements have a record of what came of them in a part of a journal. */
static int count_records(const char *text, size_t n_bytes) {
    static const char mark[] = "\"finished\"";
    int n = 0;
    for (const char *at = memmem(text, n_bytes, mark, strlen(mark)); at;
         at = memmem(at + 1, n_bytes - (size_t)(at + 1 - text), mark, strlen(mark))) {
        n++;
    }
    return n;
}

/* How many records the journal lacks. */
static int count_lost_records(const char *scene, int point) {
    int n_written = 0, journal = -1, n_there = 0;
    char path[8192] = "";
    for (int i = 0; i < point; i++) {
        if (calls[i].entry->kind == TRACE_MAKE_FILE && strstr(calls[i].path, ".jsonl")) {
            journal = calls[i].file;
            snprintf(path, sizeof path, "%s/work/%s", scene, calls[i].path);
        } else if (calls[i].entry->kind == TRACE_WRITE && calls[i].file == journal && journal >= 0) {
            n_written += count_records(calls[i].data, calls[i].entry->n_bytes);
        }
    }
    if (*path && access(path, F_OK) == 0) {
        size_t n_bytes;
        char *text = load(path, &n_bytes);
        n_there = count_records(text, n_bytes);
        free(text);
    }
    return n_written - n_there;
}

/* Whether it was there before, with as much written to the journal, and not only at the end. */
static bool is_known(const char *scene, int point) {
    static uint64_t sums[MOST_STATES];
    static int n_sums;
    const int demands[] = {point == n_calls, count_lost_records(scene, point)};
    add_to_sum(demands, sizeof demands);
    for (int i = 0; i < n_sums; i++) {
        if (sums[i] == state.sum) {
            return true;
        }
    }
    if (n_sums < MOST_STATES) {
        sums[n_sums++] = state.sum;
    }
    return false;
}

static void check(const char *scene, bool holds, const char *where, const char *wrong) {
    char path[8192];
    snprintf(path, sizeof path, "%s/%s", scene, holds ? "passed" : "failed");
    FILE *stream = fopen(path, "a");
    fprintf(stream, "%s: %s\n", where, wrong);
    fclose(stream);
    if (!holds) {
        printf("FAILED: %s: %s: %s\n", strrchr(scene, '/') + 1, where, wrong);
        fflush(stdout);
    }
}

/* Carry out the command, with what it says on standard error in a file of the scene. */
static int carry_out(const char *scene, int argc, char **argv) {
    char path[4096], *arguments[MOST_ARGUMENTS + 1] = {NULL};
    memcpy(arguments, argv, (size_t)argc * sizeof *arguments);
    snprintf(path, sizeof path, "%s/words", scene);
    int words = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666), before = dup(STDERR_FILENO);
    dup2(words, STDERR_FILENO);
    optind = 0; /* getopt begins anew */
    int status =
        sm_command_carry_out(strcmp(*argv, "batch") == 0 ? &sm_command_batch : &sm_command_run, argc, arguments);
    dup2(before, STDERR_FILENO);
    close(before);
    close(words);
    return status;
}

static void judge(const char *scene, int point, enum choice choice, int argc, char **argv) {
    char where[256];
    struct scene_outcome outcome = scene_judge(scene);
    snprintf(where, sizeof where, "power is lost after %d of %d calls, %s of what was not flushed are kept", point,
             n_calls, choice_names[choice]);
    check(scene, !*outcome.wrong, where, outcome.wrong);
    check(scene, point < n_calls || outcome.is_clean, where, "the job had ended, and its output is not there");
    int n_lost = count_lost_records(scene, point);
    check(scene, n_lost <= (point < n_calls), where, "the journal lacks records");
    int status = carry_out(scene, argc, argv);
    check(scene, status == 0 && scene_judge(scene).is_clean, where, "the same command does not make it good");
}

int main(int argc, char **argv) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    char work[4096];
    if (argc < 6 || argc - 5 > MOST_ARGUMENTS) {
        return 2;
    }
    const char *scene = argv[1];
    int n_random = atoi(argv[3]), n_states = 0;
    read_trace(argv[2]);
    srand((unsigned)atoi(argv[4]));
    snprintf(work, sizeof work, "%s/work", scene);
    if (chdir(work) != 0 || sm_parallel_start(&argc, &argv, &error) != SPARSEMED_OK) {
        return 2;
    }
    for (int point = 0; point <= n_calls; point++) {
        for (int i = 0; i < RANDOM + n_random; i++) {
            enum choice choice = i < RANDOM ? (enum choice)i : RANDOM;
            choose(point, choice);
            lay(scene, point);
            if (!is_known(scene, point)) {
                n_states++;
                judge(scene, point, choice, argc - 5, argv + 5);
            }
        }
    }
    int status = n_calls > 0 ? 0 : 1;
    sm_parallel_end(status);
    printf("%d calls, %d states\n", n_calls, n_states);
    return status;
}
