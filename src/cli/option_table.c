#include "cli/option_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "rtdc/filters/filters.h"
#include "rtdc/inspection/verification.h"

/* ---- the background ---- */

static enum sparsemed_status take_kernel_size(const struct sm_value *value, struct sm_options *options,
                                              struct sparsemed_error *error) {
    options->parameter_given = true;
    return sm_read_integer(value, &options->job.parameters.kernel_size, error);
}

static enum sparsemed_status take_split_time(const struct sm_value *value, struct sm_options *options,
                                             struct sparsemed_error *error) {
    options->parameter_given = true;
    return sm_read_number(value, &options->job.parameters.split_time, error);
}

static enum sparsemed_status take_thresh_cleansing(const struct sm_value *value, struct sm_options *options,
                                                   struct sparsemed_error *error) {
    options->parameter_given = true;
    return sm_read_number(value, &options->job.parameters.thresh_cleansing, error);
}

static enum sparsemed_status take_frac_cleansing(const struct sm_value *value, struct sm_options *options,
                                                 struct sparsemed_error *error) {
    options->parameter_given = true;
    return sm_read_number(value, &options->job.parameters.frac_cleansing, error);
}

static enum sparsemed_status take_offset_correction(const struct sm_value *value, struct sm_options *options,
                                                    struct sparsemed_error *error) {
    static const char *const words[] = {"off", "on", "auto", NULL};
    int index;
    options->parameter_given = true;
    if (sm_read_word(value, words, &index, error) == SPARSEMED_OK) {
        options->job.parameters.offset_correction = index == 1;
        options->job.offset_auto = index == 2;
    }
    return error->status;
}

static enum sparsemed_status take_ppid(const struct sm_value *value, struct sm_options *options,
                                       struct sparsemed_error *error) {
    options->ppid_given = true;
    return sparsemed_ppid_parse(value->text, &options->job.parameters, error);
}

/* ---- the output ---- */

static enum sparsemed_status take_compression(const struct sm_value *value, struct sm_options *options,
                                              struct sparsemed_error *error) {
    static const char prefix[] = "zstd-";
    const char *digit = value->text + strlen(prefix);
    if (strcmp(value->text, "none") == 0) {
        options->job.zstd_level = SM_ZSTD_NONE;
    } else if (strncmp(value->text, prefix, strlen(prefix)) == 0 && digit[0] >= '0' + SM_ZSTD_LEAST &&
               digit[0] <= '0' + SM_ZSTD_MOST && !digit[1]) {
        options->job.zstd_level = digit[0] - '0';
    } else {
        sparsemed_fail(error, SPARSEMED_USAGE, "--compression takes zstd-%d to zstd-%d or none, not \"%s\"",
                       SM_ZSTD_LEAST, SM_ZSTD_MOST, value->text);
    }
    return error->status;
}

static enum sparsemed_status take_images(const struct sm_value *value, struct sm_options *options,
                                         struct sparsemed_error *error) {
    int index;
    if (sm_read_word(value, sm_images_words, &index, error) == SPARSEMED_OK) {
        options->job.frame_images = index;
    }
    return error->status;
}

static void set_force(struct sm_options *options) {
    options->job.force = true;
}

static enum sparsemed_status take_json(const struct sm_value *value, struct sm_options *options,
                                       struct sparsemed_error *error) {
    options->json_path = value->text;
    return error->status;
}

static enum sparsemed_status take_mark(const struct sm_value *value, struct sm_options *options,
                                       struct sparsemed_error *error) {
    return sm_read_text(value, "name", &options->mark, error);
}

static enum sparsemed_status take_progress(const struct sm_value *value, struct sm_options *options,
                                           struct sparsemed_error *error) {
    static const char *const words[] = {
        [SM_PROGRESS_AUTO] = "auto",
        [SM_PROGRESS_BAR] = "bar",
        [SM_PROGRESS_LINES] = "lines",
        [SM_PROGRESS_NONE] = "none",
        NULL,
    };
    int index;
    if (sm_read_word(value, words, &index, error) == SPARSEMED_OK) {
        options->job.progress = (enum sm_progress_style)index;
    }
    return error->status;
}

static enum sparsemed_status take_limit(const struct sm_value *value, double *limit, struct sparsemed_error *error) {
    if (sm_read_number(value, limit, error) == SPARSEMED_OK && !(*limit == 0 || *limit >= 1)) {
        sparsemed_fail(error, SPARSEMED_USAGE, "--%s takes seconds, 1 or more, or 0 for none, not \"%s\"",
                       value->option, value->text);
    }
    return error->status;
}

static enum sparsemed_status take_stall_limit(const struct sm_value *value, struct sm_options *options,
                                              struct sparsemed_error *error) {
    return take_limit(value, &options->stall_limit, error);
}

/* ---- what a measurement may take ---- */

static enum sparsemed_status take_timeout(const struct sm_value *value, struct sm_options *options,
                                          struct sparsemed_error *error) {
    return take_limit(value, &options->timeout, error);
}

static enum sparsemed_status take_max_memory(const struct sm_value *value, struct sm_options *options,
                                             struct sparsemed_error *error) {
    return sm_read_bytes(value, &options->job.max_memory, error);
}

/* ---- telling ---- */

static void set_quiet(struct sm_options *options) {
    options->quiet = true;
}

static void set_verbose(struct sm_options *options) {
    options->verbose = true;
}

static void set_help(struct sm_options *options) {
    options->help = true;
}

static void set_in_place(struct sm_options *options) {
    options->in_place = true;
}

static void set_copy(struct sm_options *options) {
    options->job.copy = true;
}

static enum sparsemed_status take_frames(const struct sm_value *value, struct sm_options *options,
                                         struct sparsemed_error *error) {
    return sm_slice_parse(value->text, &options->job.input_options.slice)
               ? SPARSEMED_OK
               : sparsemed_fail(error, SPARSEMED_USAGE,
                                "--frames takes FIRST:END or FIRST:END:STEP with a step of 1 or more, not \"%s\"",
                                value->text);
}

/* ---- frames that are no measurement ---- */

static enum sparsemed_status take_dataset(const struct sm_value *value, struct sm_options *options,
                                          struct sparsemed_error *error) {
    return sm_read_text(value, "path", &options->job.input_options.dataset, error);
}

static enum sparsemed_status take_time(const struct sm_value *value, struct sm_options *options,
                                       struct sparsemed_error *error) {
    return sm_read_text(value, "path", &options->job.input_options.time, error);
}

static enum sparsemed_status take_frame_rate(const struct sm_value *value, struct sm_options *options,
                                             struct sparsemed_error *error) {
    double *rate = &options->job.input_options.frame_rate;
    if (sm_read_number(value, rate, error) == SPARSEMED_OK && !(*rate > 0 && isfinite(*rate))) {
        sparsemed_fail(error, SPARSEMED_USAGE, "the frame rate must be above 0 frames a second, not %s", value->text);
    }
    return error->status;
}

/* ---- what a measurement leads to ---- */

/* Append a folder, without links.
 *
 * folders   [SM_MAX_ROOTS], of which n are there */
static enum sparsemed_status take_folder(const struct sm_value *value, char **folders, size_t n,
                                         struct sparsemed_error *error) {
    struct stat info;
    if (n == SM_MAX_ROOTS) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "there are more than %d --%s", SM_MAX_ROOTS, value->option);
    }
    folders[n] = realpath(value->text, NULL);
    return folders[n] && stat(folders[n], &info) == 0 && S_ISDIR(info.st_mode)
               ? SPARSEMED_OK
               : sparsemed_fail(error, SPARSEMED_USAGE, "--%s takes a folder, not \"%s\"", value->option, value->text);
}

static enum sparsemed_status take_basin_root(const struct sm_value *value, struct sm_options *options,
                                             struct sparsemed_error *error) {
    struct sm_reach *reach = &options->job.input_options.reach;
    if (take_folder(value, options->roots, reach->n_roots, error) == SPARSEMED_OK) {
        reach->roots[reach->n_roots] = options->roots[reach->n_roots];
        reach->n_roots++;
    }
    return error->status;
}

static enum sparsemed_status take_search_path(const struct sm_value *value, struct sm_options *options,
                                              struct sparsemed_error *error) {
    if (take_folder(value, options->search_paths, options->n_search_paths, error) == SPARSEMED_OK) {
        options->n_search_paths++;
    }
    return error->status;
}

static void set_follow_links(struct sm_options *options) {
    options->job.input_options.reach.follow_links = true;
}

/* ---- which measurements ---- */

static enum sparsemed_status take_pattern(const struct sm_value *value, const char **patterns, size_t *n,
                                          struct sparsemed_error *error) {
    if (*n == SM_MAX_GLOBS) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "there are more than %d --%s", SM_MAX_GLOBS, value->option);
    }
    return sm_read_text(value, "pattern", &patterns[(*n)++], error);
}

static enum sparsemed_status take_include(const struct sm_value *value, struct sm_options *options,
                                          struct sparsemed_error *error) {
    return take_pattern(value, options->globs.included, &options->globs.n_included, error);
}

static enum sparsemed_status take_exclude(const struct sm_value *value, struct sm_options *options,
                                          struct sparsemed_error *error) {
    return take_pattern(value, options->globs.excluded, &options->globs.n_excluded, error);
}

static enum sparsemed_status take_only_if(const struct sm_value *value, struct sm_options *options,
                                          struct sparsemed_error *error) {
    return sm_conditions_add(&options->conditions, value->text, error) == SPARSEMED_OK
               ? SPARSEMED_OK
               : sparsemed_fail_where(error, "--only-if");
}

/* ---- outputs that are there ---- */

static enum sparsemed_status take_recompute(const struct sm_value *value, struct sm_options *options,
                                            struct sparsemed_error *error) {
    int64_t n = 0;
    if (strcmp(value->text, "all") == 0) {
        options->n_recompute = SM_RECOMPUTE_ALL;
    } else if (sm_read_integer(value, &n, error) == SPARSEMED_OK && n >= 0) {
        options->n_recompute = (uint64_t)n;
    } else {
        *error = SPARSEMED_NO_ERROR;
        sparsemed_fail(error, SPARSEMED_USAGE, "--recompute takes a number, 0 or more, or all, not \"%s\"",
                       value->text);
    }
    return error->status;
}

/* ---- jobs that are at work ---- */

static void set_watch(struct sm_options *options) {
    options->watch = true;
}

/* ---- the archive ---- */

static enum sparsemed_status take_ranks(const struct sm_value *value, struct sm_options *options,
                                        struct sparsemed_error *error) {
    int64_t *n_ranks = &options->n_ranks;
    if (sm_read_integer(value, n_ranks, error) == SPARSEMED_OK && (*n_ranks < 1 || *n_ranks > INT32_MAX)) {
        sparsemed_fail(error, SPARSEMED_USAGE, "--ranks takes a number from 1 on, not \"%s\"", value->text);
    }
    return error->status;
}

static enum sparsemed_status take_output_dir(const struct sm_value *value, struct sm_options *options,
                                             struct sparsemed_error *error) {
    return sm_read_text(value, "name", &options->output_dir, error);
}

static enum sparsemed_status take_manifest(const struct sm_value *value, struct sm_options *options,
                                           struct sparsemed_error *error) {
    options->manifest = value->text;
    return error->status;
}

static enum sparsemed_status take_shard(const struct sm_value *value, struct sm_options *options,
                                        struct sparsemed_error *error) {
    long long shard, n_shards;
    int length = 0;
    if (sscanf(value->text, "%9lld/%9lld%n", &shard, &n_shards, &length) != 2 || value->text[length] || shard < 1 ||
        shard > n_shards) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "--shard takes I/N with I from 1 to N, not \"%s\"", value->text);
    }
    options->shard = shard;
    options->n_shards = n_shards;
    return SPARSEMED_OK;
}

static enum sparsemed_status take_journal(const struct sm_value *value, struct sm_options *options,
                                          struct sparsemed_error *error) {
    return sm_read_text(value, "name", &options->journal, error);
}

static void set_retry_failed(struct sm_options *options) {
    options->retry_failed = true;
}

static enum sparsemed_status take_retries(const struct sm_value *value, struct sm_options *options,
                                          struct sparsemed_error *error) {
    int64_t *n = &options->n_retries;
    if (sm_read_integer(value, n, error) == SPARSEMED_OK && (*n < 0 || *n > 1000)) {
        sparsemed_fail(error, SPARSEMED_USAGE, "--retries takes a number from 0 to 1000, not \"%s\"", value->text);
    }
    return error->status;
}

static enum sparsemed_status take_on_end(const struct sm_value *value, struct sm_options *options,
                                         struct sparsemed_error *error) {
    return sm_read_text(value, "command", &options->on_end, error);
}

static enum sparsemed_status take_grace(const struct sm_value *value, struct sm_options *options,
                                        struct sparsemed_error *error) {
    if (sm_read_number(value, &options->grace, error) == SPARSEMED_OK && !(options->grace >= 0)) {
        sparsemed_fail(error, SPARSEMED_USAGE, "--grace takes seconds, 0 or more, not \"%s\"", value->text);
    }
    return error->status;
}

/* ---- the report ---- */

static enum sparsemed_status take_report(const struct sm_value *value, struct sm_options *options,
                                         struct sparsemed_error *error) {
    return sm_read_text(value, "name", &options->report_path, error);
}

static enum sparsemed_status take_tsv(const struct sm_value *value, struct sm_options *options,
                                      struct sparsemed_error *error) {
    return sm_read_text(value, "name", &options->tsv_path, error);
}

static enum sparsemed_status take_multiqc(const struct sm_value *value, struct sm_options *options,
                                          struct sparsemed_error *error) {
    return sm_read_text(value, "name", &options->multiqc_path, error);
}

/* ---- all of them ---- */

const char *const sm_section_headings[SM_N_SECTIONS] = {
    [SM_OF_BACKGROUND] = "The background:",
    [SM_OF_OUTPUT] = "The output:",
    [SM_OF_LIMITS] = "What a measurement may take:",
    [SM_OF_FRAMES] = "Frames that are no measurement:",
    [SM_OF_REACH] = "What a measurement may lead to:",
    [SM_OF_NAMES] = "Which files:",
    [SM_OF_ARCHIVE] = "The archive:",
    [SM_OF_REPORT] = "The report:",
    [SM_OF_TELLING] = "The job:",
};

/* The order is also that of the message on an option that a command does not have. */
const struct sm_option sm_option_table[] = {
    {SM_OF_BACKGROUND, 'k', "kernel-size", "FRAMES",
     "frames a median is taken over, 1 to 2147483647\n"
     "(200)",
     .take = take_kernel_size},
    {SM_OF_BACKGROUND, 's', "split-time", "SECONDS", "time between background images, above 0 (1)",
     .take = take_split_time},
    {SM_OF_BACKGROUND, 't', "thresh-cleansing", "VALUE",
     "cleansing threshold, 0 or more; 0 keeps the fixed\n"
     "fraction of -f (0)",
     .take = take_thresh_cleansing},
    {SM_OF_BACKGROUND, 'f', "frac-cleansing", "VALUE",
     "fraction of the images to keep, above 0 and up to 1;\n"
     "1 disables cleansing (0.8)",
     .take = take_frac_cleansing},
    {SM_OF_BACKGROUND, 'o', "offset-correction", "WHEN",
     "brightness offset of every frame: on, off, or auto\n"
     "(on where the first 1000 frames flicker) (on)",
     .take = take_offset_correction},
    {SM_OF_BACKGROUND, 0, "ppid", "PPID",
     "all five at once, such as\n"
     "sparsemed:k=200^s=1^t=0^f=0.8^o=1",
     .take = take_ppid},

    {SM_OF_OUTPUT, 'c', "compression", "HOW", "zstd-1 to zstd-9, or none (zstd-5)", .take = take_compression},
    {SM_OF_OUTPUT, 0, "images", "HOW",
     "shared: frames share background images; frames: every\n"
     "frame has one in events, as dcnum looks for it (shared)",
     .take = take_images},
    {SM_OF_OUTPUT, 0, "force", NULL, "compute anew, and replace an existing output", .set = set_force},
    {SM_OF_OUTPUT, 0, "json", "FILE", "write a record of the job; - is standard output", .take = take_json},
    {SM_OF_OUTPUT, 0, "mark", "FILE",
     "write the exit status there, last of all, by which a\n"
     "script knows that the job has ended",
     .take = take_mark},

    {SM_OF_LIMITS, 0, "timeout", "SECONDS",
     "give a measurement up that takes longer; batch tries it\n"
     "again last; 0: as long as it likes (0)",
     .take = take_timeout},
    {SM_OF_LIMITS, 0, "max-memory", "SIZE",
     "refuse what would take more of a rank, such as 512M or\n"
     "2G; 0: as much as it likes; default: what the node or the\n"
     "job has, divided by the ranks there",
     .take = take_max_memory},

    {SM_OF_TELLING, 0, "progress", "STYLE", "auto, bar, lines or none (auto)", .take = take_progress},
    {SM_OF_TELLING, 0, "stall-limit", "SECONDS",
     "end the job, to be run again, when a rank has made no\n"
     "headway for so long; 0: never (1800)",
     .take = take_stall_limit},
    {SM_OF_TELLING, 'q', "quiet", NULL, "tell errors only", .set = set_quiet},
    {SM_OF_TELLING, 'v', "verbose", NULL, "tell more", .set = set_verbose},
    {SM_OF_TELLING, 'h', "help", NULL, "show this text", .set = set_help},

    {SM_OF_RUN, 0, "in-place", NULL, "put the background into INPUT itself", .set = set_in_place},
    {SM_OF_RUN, 0, "copy", NULL, "make OUTPUT a complete copy of INPUT, with the background", .set = set_copy},
    {SM_OF_RUN, 0, "frames", "SLICE",
     "only the frames FIRST:END or FIRST:END:STEP, as Python\n"
     "counts them, such as 1000:2000, :500, -500: or ::10",
     .take = take_frames},

    {SM_OF_FRAMES, 0, "dataset", "PATH", "the frames are this dataset of INPUT, an HDF5 file", .take = take_dataset},
    {SM_OF_FRAMES, 0, "time", "PATH",
     "time stamps in seconds: a dataset of INPUT, or another\n"
     "NumPy array where INPUT is one",
     .take = take_time},
    {SM_OF_FRAMES, 0, "frame-rate", "HZ", "frames a second, where INPUT tells none", .take = take_frame_rate},

    {SM_OF_REACH, 0, "basin-root", "DIR",
     "nothing outside this folder is opened for a measurement,\n"
     "whatever leads there; can be given more than once",
     .take = take_basin_root},
    {SM_OF_REACH, 0, "search-path", "DIR",
     "what a basin does not find is looked for by its name\n"
     "below this folder; identifiers must agree; can be repeated",
     .take = take_search_path},
    {SM_OF_REACH, 0, "follow-links", NULL,
     "links, virtual datasets and external storage may lead out\n"
     "of the folder of the measurement, as basins may",
     .set = set_follow_links},

    {SM_OF_BATCH, 0, "retries", "N",
     "try a measurement so often again whose failure may pass,\n"
     "as of a disk that is full, after growing pauses (2)",
     .take = take_retries},
    {SM_OF_BATCH, 0, "on-end", "COMMAND",
     "run this by the shell when the job is over, with the\n"
     "record of --json on its standard input",
     .take = take_on_end},

    {SM_OF_PLAN, 0, "ranks", "N", "ranks to plan for; default: those that it runs on", .take = take_ranks},

    {SM_OF_AUDIT, 0, "json", "FILE", "write a record of all; - is standard output", .take = take_json},
    {SM_OF_AUDIT, 0, "tsv", "FILE",
     "write a row a measurement, tabulators between cells; - is\n"
     "standard output",
     .take = take_tsv},

    {SM_OF_COMPARE, 0, "json", "FILE", "write a record of all; - is standard output", .take = take_json},

    {SM_OF_VERIFY, 0, "recompute", "N",
     "compute N images and offsets of each anew, or all of\n"
     "them, and compare (0)",
     .take = take_recompute},
    {SM_OF_VERIFY, 0, "journal", "FILE",
     "note there what is good, and do not look at it again\n"
     "where it has not changed: a job that was stopped goes on",
     .take = take_journal},
    {SM_OF_VERIFY, 0, "json", "FILE", "write a record of all; - is standard output", .take = take_json},

    {SM_OF_RELINK, 0, "json", "FILE", "write a record of all; - is standard output", .take = take_json},

    {SM_OF_STATUS, 0, "watch", NULL, "tell again and again, until all jobs have ended", .set = set_watch},
    {SM_OF_STATUS, 0, "json", "FILE", "write a record of all; - is standard output", .take = take_json},

    {SM_OF_NAMES, 0, "include", "GLOB",
     "only what has such a path below SOURCE, or such a name\n"
     "where GLOB has no slash; outputs of this program and of\n"
     "ChipStream are left out otherwise; can be repeated",
     .take = take_include},
    {SM_OF_NAMES, 0, "exclude", "GLOB", "nothing that has such a path or name; can be repeated", .take = take_exclude},

    {SM_OF_CONDITIONS, 0, "only-if", "CONDITION",
     "only what its headers tell this of, as audit shows it:\n"
     "no-background, generation<11, region=channel,\n"
     "frames>=1000, newer-than=2024-05-31 ...; can be repeated",
     .take = take_only_if},
    {SM_OF_SELECTION, 0, "manifest", "FILE",
     "more measurements, one a line: a path, mirrored as it is\n"
     "written, or INPUT, a tabulator and OUTPUT; - is standard\n"
     "input",
     .take = take_manifest},

    {SM_OF_ARCHIVE, 0, "output-dir", "DIR",
     "make outputs under DIR, where the folders of SOURCE are\n"
     "mirrored: <stem>_bg.rtdc",
     .take = take_output_dir},
    {SM_OF_ARCHIVE, 0, "in-place", NULL, "put each output in the place of its input", .set = set_in_place},
    {SM_OF_ARCHIVE, 0, "copy", NULL,
     "make each output a complete copy of its input, under its\n"
     "name",
     .set = set_copy},
    {SM_OF_ARCHIVE, 0, "shard", "I/N",
     "every N-th measurement only, from number I on: for N jobs\n"
     "that share the archive",
     .take = take_shard},
    {SM_OF_ARCHIVE, 0, "journal", "FILE",
     "what was done; default: sparsemed-journal.jsonl in DIR, or\n"
     "in the folder that holds all sources",
     .take = take_journal},
    {SM_OF_ARCHIVE, 0, "retry-failed", NULL, "try again what has failed before and has not changed",
     .set = set_retry_failed},
    {SM_OF_ARCHIVE, 0, "grace", "SECONDS",
     "time that measurements under way have to end after a\n"
     "signal to stop (0)",
     .take = take_grace},

    {SM_OF_REPORT, 'o', "output", "FILE",
     "the page: HTML; of several measurements the worst have\n"
     "pages of their own in <stem of FILE>_pages beside it",
     .take = take_report},
    {SM_OF_REPORT, 0, "tsv", "FILE", "a row a measurement, tabulators between cells", .take = take_tsv},
    {SM_OF_REPORT, 0, "multiqc", "FILE", "custom content for MultiQC: JSON, such as x_mqc.json", .take = take_multiqc},

    {0},
};
_Static_assert(sizeof sm_option_table / sizeof *sm_option_table <= SM_MAX_OPTIONS + 1, "SM_MAX_OPTIONS is too small");
