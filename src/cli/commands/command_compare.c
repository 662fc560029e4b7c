#include <inttypes.h>
#include <mpi.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/json_file.h"
#include "cli/tell.h"
#include "parallel/headway.h"
#include "parallel/inspection/compare_pairs.h"
#include "parallel/stop.h"
#include "parallel/vote.h"
#include "rtdc/files/surrogates.h"

enum { MOST_TOLD = 100 };

/* Everything that is told. */
struct told {
    const struct sm_pairs *pairs;
    const struct sm_compared_pair *results; /* [pairs->n] */
    size_t n_same, n_different, n_failed;
};

static enum sparsemed_status check_command_line(struct sm_options *options, struct sparsemed_error *error) {
    if (options->n_paths != 2 || !*options->paths[0] || !*options->paths[1]) {
        return sparsemed_fail(error, SPARSEMED_USAGE,
                              "two files or two folders are needed; usage: sparsemed compare [OPTION]... A B");
    }
    return SPARSEMED_OK;
}

static void count(struct told *told) {
    for (size_t i = 0; i < told->pairs->n; i++) {
        const struct sm_compared_pair *result = &told->results[i];
        bool same = result->status == SPARSEMED_OK && sm_comparison_is_same(&result->comparison);
        told->n_failed += result->status != SPARSEMED_OK;
        told->n_same += same;
        told->n_different += result->status == SPARSEMED_OK && !same;
    }
}

/* ---- to people ---- */

/* How two offsets differ that are not in both files. */
static const char *offsets_note(const struct sm_comparison *comparison) {
    bool a = comparison->files[0].has_offsets, b = comparison->files[1].has_offsets;
    return a == b ? "" : a ? ": bg_off in A only" : ": bg_off in B only";
}

static void tell_row(FILE *stream, const char *name, const struct sm_comparison *comparison) {
    const struct sm_compared *files = comparison->files;
    if (!comparison->comparable) {
        sm_tell(stream,
                "%11" PRIu64 " %11s %7s %9s %11s %11s %7s %7s  %s: %" PRIu64 " frames of %" PRIu64 "x%" PRIu64
                " in A, %" PRIu64 " of %" PRIu64 "x%" PRIu64 " in B",
                files[0].n_frames, "", "", "", "", "", "", "", name, files[0].n_frames, files[0].width, files[0].height,
                files[1].n_frames, files[1].width, files[1].height);
        return;
    }
    sm_tell(stream, "%11" PRIu64 " %11" PRIu64 " %7d %9.3g %11" PRIu64 " %11.3g %7" PRIu64 " %7" PRIu64 "  %s%s",
            files[0].n_frames, comparison->n_frames_different, sm_comparison_largest(comparison),
            sm_comparison_mean(comparison), comparison->n_offsets_different, comparison->largest_offset,
            files[0].n_only, files[1].n_only, name, offsets_note(comparison));
}

/* Pixels by how much they differ, of all frames. */
static void tell_histogram(FILE *stream, const struct sm_comparison *comparison) {
    fprintf(stream, "pixels by difference:");
    for (int i = 0; i < 256; i++) {
        if (comparison->histogram[i] > 0) {
            fprintf(stream, " %d: %" PRIu64, i, comparison->histogram[i]);
        }
    }
    fputc('\n', stream);
}

static void tell_failures(const struct told *told) {
    size_t n = 0;
    for (size_t i = 0; i < told->pairs->n; i++) {
        const struct sm_compared_pair *result = &told->results[i];
        if (result->status != SPARSEMED_OK && ++n <= MOST_TOLD) {
            sm_tell(stderr, "sparsemed: not compared: %s", result->reason ? result->reason : told->pairs->list[i].name);
        }
    }
    if (n > MOST_TOLD) {
        fprintf(stderr, "sparsemed: and %zu more\n", n - MOST_TOLD);
    }
}

static void tell(FILE *stream, const struct told *told, bool quiet) {
    tell_failures(told);
    if (quiet) {
        return;
    }
    fprintf(stream, "%11s %11s %7s %9s %11s %11s %7s %7s  %s\n", "frames", "different", "largest", "mean", "offsets",
            "largest", "only A", "only B", "measurement");
    for (size_t i = 0; i < told->pairs->n; i++) {
        if (told->results[i].status == SPARSEMED_OK) {
            tell_row(stream, told->pairs->list[i].name, &told->results[i].comparison);
        }
    }
    if (told->pairs->n == 1 && told->n_failed == 0 && told->results[0].comparison.comparable) {
        tell_histogram(stream, &told->results[0].comparison);
    }
    fprintf(stream, "%zu compared: %zu the same, %zu different; %zu that could not be compared\n",
            told->n_same + told->n_different, told->n_same, told->n_different, told->n_failed);
}

/* ---- to programs ---- */

static json_t *side_value(const char *path, const struct sm_compared *compared) {
    return json_pack("{so sI sI sI sI sI sb}", "path", sm_json_from_bytes(path), "frames",
                     (json_int_t)compared->n_frames, "images", (json_int_t)compared->n_images, "only",
                     (json_int_t)compared->n_only, "height", (json_int_t)compared->height, "width",
                     (json_int_t)compared->width, "offsets", compared->has_offsets);
}

static json_t *histogram_value(const struct sm_comparison *comparison) {
    json_t *value = json_array();
    for (int i = 0; i <= sm_comparison_largest(comparison); i++) {
        json_array_append_new(value, json_integer((json_int_t)comparison->histogram[i]));
    }
    return value;
}

static json_t *pair_value(const struct sm_pair *pair, const struct sm_compared_pair *result) {
    const struct sm_comparison *comparison = &result->comparison;
    json_t *value = json_object();
    json_object_set_new(value, "name", sm_json_from_bytes(pair->name));
    if (result->status != SPARSEMED_OK) {
        json_object_set_new(value, "state", json_string("not compared"));
        json_object_set_new(value, "reason", sm_json_from_bytes(result->reason ? result->reason : ""));
        return value;
    }
    json_object_set_new(value, "state", json_string(sm_comparison_is_same(comparison) ? "same" : "different"));
    json_object_set_new(value, "a", side_value(pair->paths[0], &comparison->files[0]));
    json_object_set_new(value, "b", side_value(pair->paths[1], &comparison->files[1]));
    json_object_set_new(value, "comparable", json_boolean(comparison->comparable));
    json_object_set_new(value, "frames_different", json_integer((json_int_t)comparison->n_frames_different));
    json_object_set_new(value, "largest_difference", json_integer(sm_comparison_largest(comparison)));
    json_object_set_new(value, "mean_difference", json_real(sm_comparison_mean(comparison)));
    json_object_set_new(value, "histogram", histogram_value(comparison));
    json_object_set_new(value, "offsets_different", json_integer((json_int_t)comparison->n_offsets_different));
    json_t *largest = json_real(comparison->largest_offset); /* NULL where it is infinite */
    json_object_set_new(value, "largest_offset_difference", largest ? largest : json_null());
    return value;
}

static json_t *record_of(const struct told *told) {
    json_t *value = json_object(), *files = json_array();
    json_object_set_new(value, "same", json_integer((json_int_t)told->n_same));
    json_object_set_new(value, "different", json_integer((json_int_t)told->n_different));
    json_object_set_new(value, "not_compared", json_integer((json_int_t)told->n_failed));
    for (size_t i = 0; i < told->pairs->n; i++) {
        json_array_append_new(files, pair_value(&told->pairs->list[i], &told->results[i]));
    }
    json_object_set_new(value, "files", files);
    return value;
}

/* ---- doing ---- */

static bool compare(const struct sm_options *options, bool first, struct sparsemed_error *error) {
    const char *const paths[2] = {options->paths[0], options->paths[1]};
    struct sm_pairs pairs = {0};
    struct told told = {.pairs = &pairs};
    struct sm_compared_pair *results = NULL;
    struct sm_stop stop;
    if (sm_stop_open(MPI_COMM_WORLD, 0, &stop, error) == SPARSEMED_OK && first) {
        sm_pairs_find(paths, &stop, &pairs, error);
    }
    sm_stop_wait_for_all(&stop);
    if (sm_vote(MPI_COMM_WORLD, error) == SPARSEMED_OK &&
        sm_compare_pairs(MPI_COMM_WORLD, &options->job.input_options.reach, options->job.progress, &pairs, &stop,
                         &results, error) == SPARSEMED_OK &&
        first) {
        told.results = results;
        count(&told);
        sm_headway_tell();
        sm_stop_end_calls();
        tell(sm_options_text_stream(options), &told, options->quiet);
        if (options->json_path) {
            sm_json_file_write(options->json_path, record_of(&told), error);
        }
    }
    sm_stop_close(&stop);
    sm_compared_free(results, pairs.n);
    sm_pairs_free(&pairs);
    return told.n_different + told.n_failed > 0;
}

const struct sm_command sm_command_compare = {
    .name = "compare",
    .summary = "tell how two backgrounds differ, of a measurement or an archive",
    .usage = "Usage: sparsemed compare [OPTION]... A B\n"
             "       mpirun -n RANKS sparsemed compare [OPTION]... A B\n"
             "\n"
             "Compare two backgrounds of a measurement, frame by frame, whatever way each is\n"
             "stored: the images that readers find for each frame, and the offsets.\n"
             "\n"
             "  A, B  two files, or two folders: files of the same path below are compared, where\n"
             "        a_bg.rtdc and a_dcn.rtdc count as a.rtdc\n",
    .sections = {SM_OF_COMPARE, SM_OF_REACH, SM_OF_TELLING},
    .exit_status = "Exit status: 0 all are the same, 1 some are different or could not be compared, 2\n"
                   "usage, 3 a folder cannot be read, 4 the record could not be written, 70 internal\n"
                   "error, 75 stopped by a signal, or because a rank was stuck.\n",
    .check = check_command_line,
    .work = compare,
};
