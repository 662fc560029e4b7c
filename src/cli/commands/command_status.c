#include <errno.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/json_file.h"
#include "cli/tables/redraw.h"
#include "cli/tables/status_table.h"
#include "parallel/headway.h"
#include "parallel/journal/journal.h"
#include "parallel/seconds.h"
#include "parallel/stop.h"
#include "parallel/terminal.h"
#include "rtdc/files/path.h"
#include "rtdc/files/retry.h"

/* Seconds between two looks at jobs, and between two drawings where each stays. */
static const double look_interval = 2, doubt_interval = 0.25, line_interval = 30;

static enum sparsemed_status check_command_line(struct sm_options *options, struct sparsemed_error *error) {
    if (options->n_paths != 1 || !*options->paths[0]) {
        return sparsemed_fail(error, SPARSEMED_USAGE,
                              "status takes one FOLDER, or JOURNAL; usage: sparsemed status "
                              "[OPTION]... FOLDER");
    }
    return SPARSEMED_OK;
}

/* ---- where to look ---- */

/* Whether a file is a journal, as far as its first byte tells; an empty one is, too. */
static bool is_journal(const char *path) {
    int descriptor;
    char first = '{';
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    bool is_file = sm_path_open(path, &descriptor, &ignored) == SPARSEMED_OK;
    if (is_file) {
        is_file = SM_RETRY(pread(descriptor, &first, 1, 0)) >= 0;
        close(descriptor);
    }
    return is_file && (first == '{' || first == '\n');
}

/* The journal of a folder, or one that is named. NULL after a failure; to be released with free. */
static char *find_journal(const char *path, struct sparsemed_error *error) {
    struct stat info;
    if (stat(path, &info) != 0) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: cannot be read: %s", path, strerror(errno));
        return NULL;
    }
    if (!S_ISDIR(info.st_mode) && !is_journal(path)) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: is neither a folder nor a journal", path);
        return NULL;
    }
    char *absolute = realpath(path, NULL); /* a job has its heartbeat beside the journal itself, not beside a link */
    char *journal = absolute && S_ISDIR(info.st_mode) ? sm_path_join(absolute, SM_JOURNAL_NAME) : NULL;
    if (!absolute || (S_ISDIR(info.st_mode) && !journal)) {
        sparsemed_fail_memory(error, "naming the journal");
    }
    if (!journal) {
        return absolute;
    }
    free(absolute);
    return journal;
}

/* ---- looking ---- */

/* What is seen so far. On the first rank. */
struct watch {
    const struct sm_options *options;
    char *journal;
    struct sm_stop *stop;
    struct sm_sightings sightings;
    struct sm_history history;
    struct sm_overview overview; /* of these */
};

/* Wait. Returns false where a request to stop has come. */
static bool pause_for(const struct watch *watch, double seconds) {
    const struct timespec moment = {.tv_nsec = 50000000};
    const double begin = sm_seconds_now();
    while (sm_seconds_now() - begin < seconds && !sm_stop_asked(watch->stop)) {
        sm_headway("");
        nanosleep(&moment, NULL);
    }
    return !sm_stop_asked(watch->stop);
}

static enum sparsemed_status fail_stopped(struct sparsemed_error *error) {
    return sparsemed_fail(error, SPARSEMED_STOPPED, "stopped before all jobs had ended");
}

/* Look at the heartbeats, and for as long as it is doubtful whether jobs live. */
static enum sparsemed_status look_at_jobs(struct watch *watch, struct sparsemed_error *error) {
    while (sm_sightings_look(watch->journal, &watch->sightings, error) == SPARSEMED_OK &&
           sm_sightings_count(&watch->sightings, SM_DOUBTFUL) > 0) {
        if (!pause_for(watch, doubt_interval)) {
            return fail_stopped(error);
        }
    }
    return error->status;
}

/* Look at everything: at the heartbeats first, than which the journals must not be older. */
static enum sparsemed_status look(struct watch *watch, struct sparsemed_error *error) {
    sm_headway_begin("looking at the jobs of", watch->journal);
    sm_overview_free(&watch->overview);
    if (look_at_jobs(watch, error) != SPARSEMED_OK ||
        sm_history_follow(watch->journal, &watch->history, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (watch->sightings.n == 0 && json_object_size(watch->history.places) == 0) {
        return sparsemed_fail(error, SPARSEMED_INPUT,
                              "%s: there is no such journal, and no job of batch is at work there; name the folder of "
                              "the outputs, or the journal",
                              watch->journal);
    }
    return sm_overview_make(&watch->history, &watch->sightings, &watch->overview, error);
}

/* ---- telling ---- */

static enum sparsemed_status tell(const struct watch *watch, bool first, struct sparsemed_error *error) {
    const struct sm_status_told told = {watch->journal, &watch->sightings, &watch->overview};
    FILE *stream = sm_options_text_stream(watch->options);
    char *text = NULL;
    size_t size;
    FILE *page = watch->options->quiet ? NULL : open_memstream(&text, &size);
    sm_headway_tell();
    sm_stop_end_calls();
    if (page) {
        sm_status_tell(page, &told);
    }
    if (page && fclose(page) == 0 && watch->options->watch) {
        sm_redraw(stream, text, first);
    } else if (text) {
        fputs(text, stream);
    }
    if (!watch->options->quiet && !text) {
        sparsemed_fail_memory(error, "telling what jobs are at");
    }
    free(text);
    sm_headway("");
    return error->status;
}

/* Look and tell, once or until all jobs have ended, or are taken for dead. */
static enum sparsemed_status watch_jobs(struct watch *watch, struct sparsemed_error *error) {
    FILE *stream = sm_options_text_stream(watch->options);
    const double interval = sm_terminal_redraws(fileno(stream)) ? 0 : line_interval;
    double told_at = 0;
    bool first = true, ends = false;
    while (!ends && look(watch, error) == SPARSEMED_OK) {
        ends = !watch->options->watch || !sm_sightings_go_on(&watch->sightings) || ferror(stream);
        if (first || ends || sm_seconds_now() - told_at >= interval) {
            tell(watch, first, error);
            told_at = sm_seconds_now();
            first = false;
        }
        if (!ends && !pause_for(watch, look_interval)) {
            return fail_stopped(error);
        }
    }
    return error->status;
}

static bool tell_status(const struct sm_options *options, bool first, struct sparsemed_error *error) {
    struct sm_stop stop;
    struct watch watch = {.options = options, .stop = &stop, .history = {.stop = &stop}};
    if (sm_stop_open(MPI_COMM_WORLD, 0, &stop, error) == SPARSEMED_OK && first) {
        watch.journal = find_journal(options->paths[0], error);
        if (watch.journal && watch_jobs(&watch, error) == SPARSEMED_OK && options->json_path) {
            const struct sm_status_told told = {watch.journal, &watch.sightings, &watch.overview};
            sm_headway_tell();
            sm_json_file_write(options->json_path, sm_status_value(&told), error);
        }
    }
    sm_stop_wait_for_all(&stop);
    sm_stop_close(&stop);
    sm_overview_free(&watch.overview);
    sm_history_free(&watch.history);
    sm_sightings_free(&watch.sightings);
    free(watch.journal);
    return false;
}

const struct sm_command sm_command_status = {
    .name = "status",
    .summary = "tell what jobs of batch are at",
    .usage = "Usage: sparsemed status [OPTION]... FOLDER|JOURNAL\n"
             "\n"
             "Tell what the jobs of sparsemed batch on an archive are at, from any terminal that\n"
             "sees its files: done, at work and since when, waiting, rate and time left, stragglers,\n"
             "failures by reason, and jobs that have died. Nothing is written.\n"
             "\n"
             "  FOLDER   of the outputs, or of the measurements with --in-place: where the journal is\n"
             "  JOURNAL  of batch, where --journal named another one; those of shards are read with it\n",
    .sections = {SM_OF_STATUS, SM_OF_TELLING},
    .exit_status = "Exit status: 0 told, 2 usage, 3 the folder or a journal cannot be read, 4 the record\n"
                   "could not be written, 70 internal error, 75 stopped by a signal.\n",
    .check = check_command_line,
    .work = tell_status,
};
