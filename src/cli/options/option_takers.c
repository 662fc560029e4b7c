#include "cli/options/option_takers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "rtdc/filters/filters.h"
#include "rtdc/inspection/verification.h"

/* ---- the background ---- */

enum sparsemed_status sm_take_kernel_size(const struct sm_value *value, struct sm_options *options,
                                          struct sparsemed_error *error) {
    options->parameter_given = true;
    return sm_read_integer(value, &options->job.parameters.kernel_size, error);
}

enum sparsemed_status sm_take_split_time(const struct sm_value *value, struct sm_options *options,
                                         struct sparsemed_error *error) {
    options->parameter_given = true;
    return sm_read_number(value, &options->job.parameters.split_time, error);
}

enum sparsemed_status sm_take_thresh_cleansing(const struct sm_value *value, struct sm_options *options,
                                               struct sparsemed_error *error) {
    options->parameter_given = true;
    return sm_read_number(value, &options->job.parameters.thresh_cleansing, error);
}

enum sparsemed_status sm_take_frac_cleansing(const struct sm_value *value, struct sm_options *options,
                                             struct sparsemed_error *error) {
    options->parameter_given = true;
    return sm_read_number(value, &options->job.parameters.frac_cleansing, error);
}

enum sparsemed_status sm_take_offset_correction(const struct sm_value *value, struct sm_options *options,
                                                struct sparsemed_error *error) {
    static const char *const words[] = {"off", "on", "auto", NULL};
    struct sparsemed_error failure = SPARSEMED_NO_ERROR;
    int index;
    options->parameter_given = true;
    if (sm_read_word(value, words, &index, &failure) != SPARSEMED_OK) { /* elsewhere -o is the output */
        return sparsemed_fail(error, failure.status, "%s; -o does not name the output", failure.message);
    }
    options->job.parameters.offset_correction = index == 1;
    options->job.offset_auto = index == 2;
    return SPARSEMED_OK;
}

enum sparsemed_status sm_take_ppid(const struct sm_value *value, struct sm_options *options,
                                   struct sparsemed_error *error) {
    options->ppid_given = true;
    return sparsemed_ppid_parse(value->text, &options->job.parameters, error);
}

/* ---- the output ---- */

enum sparsemed_status sm_take_compression(const struct sm_value *value, struct sm_options *options,
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

enum sparsemed_status sm_take_images(const struct sm_value *value, struct sm_options *options,
                                     struct sparsemed_error *error) {
    int index;
    if (sm_read_word(value, sm_images_words, &index, error) == SPARSEMED_OK) {
        options->job.frame_images = index;
    }
    return error->status;
}

void sm_set_force(struct sm_options *options) {
    options->job.force = true;
}

enum sparsemed_status sm_take_json(const struct sm_value *value, struct sm_options *options,
                                   struct sparsemed_error *error) {
    options->json_path = value->text;
    return error->status;
}

enum sparsemed_status sm_take_mark(const struct sm_value *value, struct sm_options *options,
                                   struct sparsemed_error *error) {
    return sm_read_text(value, "name", &options->mark, error);
}

enum sparsemed_status sm_take_progress(const struct sm_value *value, struct sm_options *options,
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

enum sparsemed_status sm_take_stall_limit(const struct sm_value *value, struct sm_options *options,
                                          struct sparsemed_error *error) {
    return take_limit(value, &options->stall_limit, error);
}

/* ---- what a measurement may take ---- */

enum sparsemed_status sm_take_timeout(const struct sm_value *value, struct sm_options *options,
                                      struct sparsemed_error *error) {
    return take_limit(value, &options->timeout, error);
}

enum sparsemed_status sm_take_max_memory(const struct sm_value *value, struct sm_options *options,
                                         struct sparsemed_error *error) {
    return sm_read_bytes(value, &options->job.max_memory, error);
}

/* ---- telling ---- */

void sm_set_quiet(struct sm_options *options) {
    options->quiet = true;
}

void sm_set_verbose(struct sm_options *options) {
    options->verbose = true;
}

void sm_set_help(struct sm_options *options) {
    options->help = true;
}

void sm_set_in_place(struct sm_options *options) {
    options->in_place = true;
}

void sm_set_copy(struct sm_options *options) {
    options->job.copy = true;
}

enum sparsemed_status sm_take_frames(const struct sm_value *value, struct sm_options *options,
                                     struct sparsemed_error *error) {
    return sm_slice_parse(value->text, &options->job.input_options.slice)
               ? SPARSEMED_OK
               : sparsemed_fail(error, SPARSEMED_USAGE,
                                "--frames takes FIRST:END or FIRST:END:STEP with a step of 1 or more, not \"%s\"",
                                value->text);
}

/* ---- frames that are no measurement ---- */

enum sparsemed_status sm_take_dataset(const struct sm_value *value, struct sm_options *options,
                                      struct sparsemed_error *error) {
    return sm_read_text(value, "path", &options->job.input_options.dataset, error);
}

enum sparsemed_status sm_take_time(const struct sm_value *value, struct sm_options *options,
                                   struct sparsemed_error *error) {
    return sm_read_text(value, "path", &options->job.input_options.time, error);
}

enum sparsemed_status sm_take_frame_rate(const struct sm_value *value, struct sm_options *options,
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

enum sparsemed_status sm_take_basin_root(const struct sm_value *value, struct sm_options *options,
                                         struct sparsemed_error *error) {
    struct sm_reach *reach = &options->job.input_options.reach;
    if (take_folder(value, options->roots, reach->n_roots, error) == SPARSEMED_OK) {
        reach->roots[reach->n_roots] = options->roots[reach->n_roots];
        reach->n_roots++;
    }
    return error->status;
}

enum sparsemed_status sm_take_search_path(const struct sm_value *value, struct sm_options *options,
                                          struct sparsemed_error *error) {
    if (take_folder(value, options->search_paths, options->n_search_paths, error) == SPARSEMED_OK) {
        options->n_search_paths++;
    }
    return error->status;
}

void sm_set_follow_links(struct sm_options *options) {
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

enum sparsemed_status sm_take_include(const struct sm_value *value, struct sm_options *options,
                                      struct sparsemed_error *error) {
    return take_pattern(value, options->globs.included, &options->globs.n_included, error);
}

enum sparsemed_status sm_take_exclude(const struct sm_value *value, struct sm_options *options,
                                      struct sparsemed_error *error) {
    return take_pattern(value, options->globs.excluded, &options->globs.n_excluded, error);
}

enum sparsemed_status sm_take_only_if(const struct sm_value *value, struct sm_options *options,
                                      struct sparsemed_error *error) {
    return sm_conditions_add(&options->conditions, value->text, error) == SPARSEMED_OK
               ? SPARSEMED_OK
               : sparsemed_fail_where(error, "--only-if");
}

/* ---- outputs that are there ---- */

enum sparsemed_status sm_take_recompute(const struct sm_value *value, struct sm_options *options,
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

void sm_set_watch(struct sm_options *options) {
    options->watch = true;
}

/* ---- the archive ---- */

enum sparsemed_status sm_take_ranks(const struct sm_value *value, struct sm_options *options,
                                    struct sparsemed_error *error) {
    int64_t *n_ranks = &options->n_ranks;
    if (sm_read_integer(value, n_ranks, error) == SPARSEMED_OK && (*n_ranks < 1 || *n_ranks > INT32_MAX)) {
        sparsemed_fail(error, SPARSEMED_USAGE, "--ranks takes a number from 1 on, not \"%s\"", value->text);
    }
    return error->status;
}

enum sparsemed_status sm_take_output_dir(const struct sm_value *value, struct sm_options *options,
                                         struct sparsemed_error *error) {
    return sm_read_text(value, "name", &options->output_dir, error);
}

enum sparsemed_status sm_take_manifest(const struct sm_value *value, struct sm_options *options,
                                       struct sparsemed_error *error) {
    options->manifest = value->text;
    return error->status;
}

enum sparsemed_status sm_take_shard(const struct sm_value *value, struct sm_options *options,
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

enum sparsemed_status sm_take_journal(const struct sm_value *value, struct sm_options *options,
                                      struct sparsemed_error *error) {
    return sm_read_text(value, "name", &options->journal, error);
}

void sm_set_retry_failed(struct sm_options *options) {
    options->retry_failed = true;
}

enum sparsemed_status sm_take_retries(const struct sm_value *value, struct sm_options *options,
                                      struct sparsemed_error *error) {
    int64_t *n = &options->n_retries;
    if (sm_read_integer(value, n, error) == SPARSEMED_OK && (*n < 0 || *n > 1000)) {
        sparsemed_fail(error, SPARSEMED_USAGE, "--retries takes a number from 0 to 1000, not \"%s\"", value->text);
    }
    return error->status;
}

enum sparsemed_status sm_take_on_end(const struct sm_value *value, struct sm_options *options,
                                     struct sparsemed_error *error) {
    return sm_read_text(value, "command", &options->on_end, error);
}

enum sparsemed_status sm_take_grace(const struct sm_value *value, struct sm_options *options,
                                    struct sparsemed_error *error) {
    if (sm_read_number(value, &options->grace, error) == SPARSEMED_OK && !(options->grace >= 0)) {
        sparsemed_fail(error, SPARSEMED_USAGE, "--grace takes seconds, 0 or more, not \"%s\"", value->text);
    }
    return error->status;
}

/* ---- the report ---- */

enum sparsemed_status sm_take_report(const struct sm_value *value, struct sm_options *options,
                                     struct sparsemed_error *error) {
    return sm_read_text(value, "name", &options->report_path, error);
}

enum sparsemed_status sm_take_tsv(const struct sm_value *value, struct sm_options *options,
                                  struct sparsemed_error *error) {
    return sm_read_text(value, "name", &options->tsv_path, error);
}

enum sparsemed_status sm_take_multiqc(const struct sm_value *value, struct sm_options *options,
                                      struct sparsemed_error *error) {
    return sm_read_text(value, "name", &options->multiqc_path, error);
}
