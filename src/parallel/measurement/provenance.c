#include "parallel/measurement/provenance.h"

#include <assert.h>
#include <inttypes.h>
#include <libdeflate.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zstd.h>

#include "parallel/vote.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/text.h"
#include "rtdc/identifier.h"
#include "rtdc/layout.h"
#include "rtdc/outputs/log_lines.h"

enum { LOG_NAME_SIZE = 64 };

/* ---- what is told ---- */

static void put_libraries(FILE *log) {
    char mpi[MPI_MAX_LIBRARY_VERSION_STRING], text[512];
    unsigned major, minor, release;
    int length;
    MPI_Get_library_version(mpi, &length);
    mpi[strcspn(mpi, ",\n")] = '\0';
    H5get_libversion(&major, &minor, &release);
    snprintf(text, sizeof text, "HDF5 %u.%u.%u, %.200s, zstd %s, libdeflate %s", major, minor, release, mpi,
             ZSTD_versionString(), LIBDEFLATE_VERSION_STRING);
    sm_log_put(log, "libraries", text);
}

/* Hosts in the order of their first ranks, with the number of ranks each.
 *
 * hosts   [n_ranks][MPI_MAX_PROCESSOR_NAME] */
static void put_hosts(FILE *log, char *hosts, int n_ranks) {
    char *text = NULL;
    size_t size;
    FILE *list = open_memstream(&text, &size);
    for (int i = 0; list && i < n_ranks; i++) {
        const char *host = hosts + (size_t)i * MPI_MAX_PROCESSOR_NAME;
        int n = 0;
        for (int j = 0; j < n_ranks && *host; j++) {
            char *other = hosts + (size_t)j * MPI_MAX_PROCESSOR_NAME;
            if (strcmp(other, host) == 0) {
                n++;
                *other = j > i ? '\0' : *other; /* counted */
            }
        }
        if (n > 0) {
            fprintf(list, "%s%s (%d)", i == 0 ? "" : ", ", host, n);
        }
    }
    if (list && fclose(list) == 0) {
        sm_log_put(log, "hosts", text);
    }
    free(text);
}

static void put_environment(FILE *log) {
    static const struct {
        const char *key, *variable;
    } told[] = {{"slurm job", "SLURM_JOB_ID"},
                {"slurm array job", "SLURM_ARRAY_JOB_ID"},
                {"slurm array task", "SLURM_ARRAY_TASK_ID"}};
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        const char *value = getenv(told[i].variable);
        if (value) {
            sm_log_put(log, told[i].key, value);
        }
    }
}

static void put_slice(FILE *log, const struct sm_slice *slice) {
    char frames[SM_SLICE_TEXT_SIZE], text[2 * SM_SLICE_TEXT_SIZE];
    sm_slice_format(slice, frames);
    snprintf(text, sizeof text, "%s of %" PRIu64 " frames", frames, slice->n_there);
    sm_log_put(log, "slice", text);
}

static void put_input(FILE *log, const struct sm_input *input) {
    const struct sm_input_options *options = input->input_options;
    char *identifier = input->file >= 0 ? sm_measurement_identifier(input->file) : NULL;
    const struct stat *state = &input->files.list[0].state;
    sm_log_put(log, "input", input->real_path);
    sm_log_put_number(log, "input size", (uint64_t)state->st_size);
    sm_log_put_time(log, "input modified", state->st_mtime);
    if (identifier) {
        sm_log_put(log, "input identifier", identifier);
    }
    if (options->dataset) {
        sm_log_put(log, "dataset", options->dataset);
    }
    if (sm_input_is_sliced(options)) {
        put_slice(log, &input->slice);
    }
    if (options->time) {
        sm_log_put(log, "time", options->time);
    }
    free(identifier);
}

/* The split points whose images were removed, runs of them as FIRST-LAST. */
static void put_removed(FILE *log, const bool *used, uint64_t n_steps) {
    char *text = NULL;
    size_t size;
    FILE *list = open_memstream(&text, &size);
    for (uint64_t i = 0; list && i < n_steps; i++) {
        uint64_t first = i;
        while (i < n_steps && !used[i]) {
            i++;
        }
        if (i > first) {
            fprintf(list, "%s%" PRIu64, ftell(list) > 0 ? " " : "", first);
        }
        if (i > first + 1) {
            fprintf(list, "-%" PRIu64, i - 1);
        }
    }
    if (list && fclose(list) == 0) {
        sm_log_put(log, "steps removed", text);
    }
    free(text);
}

static void put_results(FILE *log, const struct sm_report *report, const struct sparsemed_cleansing *cleansing,
                        double write_seconds) {
    char text[256];
    snprintf(text, sizeof text, "%" PRIu64 " of %zu x %zu pixels", report->n_frames, report->height, report->width);
    sm_log_put(log, "frames", text);
    sm_log_put_number(log, "steps", report->n_steps);
    sm_log_put_number(log, "steps kept", report->n_kept);
    put_removed(log, cleansing->used, report->n_steps);
    snprintf(text, sizeof text, "plan %.3f, stream %.3f, cleanse %.3f, write %.3f", report->seconds.plan,
             report->seconds.stream, report->seconds.cleanse, write_seconds);
    sm_log_put(log, "seconds", text);
    for (int i = 0; i < report->n_warnings; i++) {
        sm_log_put(log, "warning", report->warnings[i]);
    }
}

static void put_quality(FILE *log, const struct sm_quality *quality) {
    const struct sparsemed_quality *judged = &quality->judged;
    char text[SPARSEMED_FLAGS_SIZE], key[64];
    sparsemed_flags_format(judged->flags, text);
    sm_log_put(log, "quality", text);
    sm_log_put(log, "quality.time_source", sm_time_source(quality->timing));
    sm_log_put(log, "quality.enforced", judged->enforced ? "yes" : "no");
    for (enum sparsemed_figure i = 0; i < SPARSEMED_N_FIGURES; i++) {
        bool known = isfinite(judged->figure[i]);
        snprintf(key, sizeof key, "quality.%s", sparsemed_figure_name(i));
        snprintf(text, sizeof text, known ? "%.6g %s" : "unknown", judged->figure[i], sparsemed_figure_unit(i));
        sm_log_put(log, key, text);
    }
}

/* Seconds of the stream phase, a number a rank. */
static void put_rank_seconds(FILE *log, const char *key, const double *seconds, int n_ranks) {
    char *text = NULL;
    size_t size;
    FILE *list = open_memstream(&text, &size);
    for (int i = 0; list && i < n_ranks; i++) {
        fprintf(list, "%s%.3f", i > 0 ? " " : "", seconds[i]);
    }
    if (list && fclose(list) == 0) {
        sm_log_put(log, key, text);
    }
    free(text);
}

/* ---- the log as a whole ---- */

/* What is told beside the job and its report. */
struct facts {
    const struct sm_input *input;
    const struct sparsemed_cleansing *cleansing;
    char *hosts; /* [n_ranks][MPI_MAX_PROCESSOR_NAME] */
    double write_seconds;
    time_t now;
};

static char *compose(const struct sm_team *team, const struct facts *facts) {
    char *text = NULL;
    size_t size;
    FILE *log = open_memstream(&text, &size);
    if (!log) {
        return NULL;
    }
    sm_log_put(log, "software", SM_SOFTWARE);
    sm_log_put(log, "pipeline", team->report->ppid);
    sm_log_put(log, "pipeline generation", SPARSEMED_PPID_GENERATION);
    sm_log_put(log, "images", sm_images_words[team->job->frame_images]);
    if (team->job->command) {
        sm_log_put(log, "command", team->job->command);
    }
    sm_log_put_time(log, "written", facts->now);
    sm_log_put_number(log, "ranks", (uint64_t)team->n_ranks);
    put_hosts(log, facts->hosts, team->n_ranks);
    put_libraries(log);
    put_environment(log);
    put_input(log, facts->input);
    put_results(log, team->report, facts->cleansing, facts->write_seconds);
    put_quality(log, &team->report->quality);
    put_rank_seconds(log, "seconds worked", team->report->worked, team->n_ranks);
    put_rank_seconds(log, "seconds waited", team->report->waited, team->n_ranks);
    if (fclose(log) != 0) {
        free(text);
        return NULL;
    }
    text[size > 0 ? size - 1 : 0] = '\0'; /* the last line break */
    return text;
}

/* Add a log to a file, under a name that is new.
 *
 * name   receives it */
static enum sparsemed_status add_log(hid_t file, const char *text, time_t now, int zstd_level, char name[LOG_NAME_SIZE],
                                     struct sparsemed_error *error) {
    char stamp[SM_LOG_TIME_SIZE];
    hid_t logs = sm_hdf5_require_group(file, SM_GROUP_LOGS);
    sm_log_format_time(now, "sparsemed-%Y%m%dT%H%M%SZ", stamp);
    strcpy(name, stamp);
    for (int i = 2; logs >= 0 && H5Lexists(logs, name, H5P_DEFAULT) > 0; i++) {
        snprintf(name, LOG_NAME_SIZE, "%s-%d", stamp, i);
    }
    if (logs < 0) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "the group " SM_GROUP_LOGS " could not be made");
    } else {
        sm_text_write(logs, name, text, zstd_level, error);
    }
    sm_hdf5_release(logs);
    return error->status;
}

/* Whether the file has the log. */
static bool has_log(const struct sm_workpiece *workpiece, const char *name, const char *text) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    char *found = NULL;
    hid_t file = sm_hdf5_open_workpiece(workpiece, H5F_ACC_RDONLY);
    if (file < 0) {
        return false;
    }
    hid_t logs = H5Gopen2(file, SM_GROUP_LOGS, H5P_DEFAULT);
    bool has = logs >= 0 && sm_text_read(logs, name, &found, &ignored) == SPARSEMED_OK && strcmp(found, text) == 0;
    free(found);
    sm_hdf5_release(logs);
    H5Fclose(file);
    return has;
}

/* On the first rank. */
static enum sparsemed_status write_log(const struct sm_team *team, const struct facts *facts,
                                       const struct sm_workpiece *workpiece, struct sparsemed_error *error) {
    char *text = compose(team, facts);
    char name[LOG_NAME_SIZE];
    hid_t file = sm_hdf5_open_workpiece(workpiece, H5F_ACC_RDWR);
    if (!text) {
        sparsemed_fail_memory(error, "writing the log");
    } else if (file < 0) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "cannot be opened for its log");
    } else {
        add_log(file, text, facts->now, team->job->zstd_level, name, error);
    }
    if (file >= 0 && H5Fclose(file) < 0 && error->status == SPARSEMED_OK) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "the log could not be written; is the disk full?");
    }
    if (error->status == SPARSEMED_OK && !has_log(workpiece, name, text)) {
        sparsemed_fail(error, SPARSEMED_OUTPUT, "the log does not read back as it was written; is the disk full?");
    }
    free(text);
    return error->status == SPARSEMED_OK ? SPARSEMED_OK : sparsemed_fail_where(error, "%s", team->job->output);
}

enum sparsemed_status sm_provenance_write(const struct sm_team *team, const struct sm_input *input,
                                          const struct sparsemed_cleansing *cleansing,
                                          const struct sm_workpiece *workpiece, double write_seconds,
                                          struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    char own[MPI_MAX_PROCESSOR_NAME] = "";
    int length;
    char *hosts = team->rank == 0 ? calloc((size_t)team->n_ranks, sizeof own) : NULL;
    MPI_Get_processor_name(own, &length);
    if (team->rank == 0 && !hosts) {
        sparsemed_fail_memory(error, "writing the log");
    }
    if (sm_vote(team->comm, error) == SPARSEMED_OK) {
        MPI_Gather(own, sizeof own, MPI_CHAR, hosts, sizeof own, MPI_CHAR, 0, team->comm);
        if (team->rank == 0) {
            const struct facts facts = {input, cleansing, hosts, write_seconds, time(NULL)};
            write_log(team, &facts, workpiece, error);
        }
    }
    free(hosts);
    return sm_vote(team->comm, error);
}
