/* What becomes of the output path: looked at before any work, and made ready for writing. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parallel/measurement/run.h"
#include "parallel/vote.h"
#include "rtdc/files/clone.h"
#include "rtdc/files/path.h"

/* Bytes between two reports of progress. */
enum { COPY_BYTES = 8 << 20 };

/* ---- before any work, on the first rank ---- */

/* Follow a link to the file itself, beside which the temporary file is made. */
static enum sparsemed_status resolve(struct sm_run *run, const struct stat *existing, struct sparsemed_error *error) {
    const char *output = run->job->output;
    if (strlen(output) >= PATH_MAX) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: cannot be written: File name too long", output);
    }
    if (!existing || !S_ISLNK(existing->st_mode)) {
        strcpy(run->plan.output, output);
        return SPARSEMED_OK;
    }
    if (!realpath(output, run->plan.output)) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: is a link that leads nowhere; name another output", output);
    }
    return SPARSEMED_OK;
}

struct sm_existing sm_expect_output(const struct sm_run *run) {
    struct sm_existing output = {
        .path = run->plan.output,
        .input_path = run->job->input,
        .input_options = &run->job->input_options,
        .n_frames = run->input.stack.n_frames,
        .offset = run->plan.offset,
    };
    memcpy(output.ppid, run->report->ppid, sizeof output.ppid);
    return output;
}

/* What an existing file is in the way of, or good for. */
static enum sparsemed_status judge(struct sm_run *run, const struct stat *existing, struct sparsemed_error *error) {
    const struct sm_job *job = run->job;
    bool in_place = sm_path_same(job->input, job->output);
    const struct sm_existing output = sm_expect_output(run);
    if (in_place && !sm_input_is_measurement(&job->input_options, job->input)) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT,
                              "%s: is the input itself, and no measurement; name another output", job->output);
    }
    if (!in_place && sm_input_uses(&run->input, job->output)) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT,
                              "%s: the input has its images or times from there; name another output", job->output);
    }
    if (!job->force && sm_input_is_older(&run->input, run->plan.output) && sm_existing_is_done(&output)) {
        run->plan.unchanged = true;
        return SPARSEMED_OK;
    }
    if (!job->force && !in_place) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: exists and is something else; --force replaces it",
                              job->output);
    }
    if (existing->st_nlink > 1) {
        sm_warn(run->report, "the file has %u more names (hard links); they keep what it holds now",
                (unsigned)existing->st_nlink - 1);
    }
    run->plan.replace = true;
    run->plan.way = in_place || sm_existing_belongs(&output) ? SM_UPDATED_OUTPUT : SM_NEW_OUTPUT;
    return SPARSEMED_OK;
}

enum sparsemed_status sm_claim_output(struct sm_run *run, struct sparsemed_error *error) {
    const struct sm_job *job = run->job;
    struct stat existing;
    bool exists = lstat(job->output, &existing) == 0;
    if (resolve(run, exists ? &existing : NULL, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (exists && (stat(job->output, &existing) != 0 || !S_ISREG(existing.st_mode))) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: is %s; name a file to make", job->output,
                              S_ISDIR(existing.st_mode) ? "a folder" : "no file");
    }
    if (exists && (judge(run, &existing, error) != SPARSEMED_OK || run->plan.unchanged)) {
        return error->status;
    }
    return sm_temporary_open(run->plan.output, job->input, &run->temporary, error);
}

/* ---- before writing, on all ranks ---- */

/* Copy this rank's part of the file. Local but for the progress. */
static enum sparsemed_status copy_part(struct sm_run *run, const char *temporary, uint64_t n_bytes,
                                       struct sm_progress *progress, struct sparsemed_error *error) {
    uint64_t n_ranks = (uint64_t)run->n_ranks, rank = (uint64_t)run->rank, each = n_bytes / n_ranks + 1;
    uint64_t begin = rank * each, end = begin + each;
    end = end < n_bytes ? end : n_bytes;
    while (begin < end && error->status == SPARSEMED_OK) {
        uint64_t next = end - begin < COPY_BYTES ? end : begin + COPY_BYTES;
        sm_clone_range(run->plan.output, temporary, begin, next, error);
        sm_progress_add(progress, next - begin);
        sm_attend(run, error);
        begin = next;
    }
    return error->status;
}

/* On the first rank: an empty temporary file, or one that shares the blocks of the original. Tells how many bytes are
 * still to be copied. */
static enum sparsemed_status start_copy(struct sm_run *run, uint64_t *n_bytes, struct sparsemed_error *error) {
    struct stat original;
    *n_bytes = 0;
    if (stat(run->plan.output, &original) != 0) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: cannot be copied: %s", run->job->output, strerror(errno));
    }
    fchmod(run->temporary.descriptor, S_IRUSR | S_IWUSR); /* the original may be closed to others */
    if (!sm_clone_share(run->plan.output, run->temporary.descriptor)) {
        *n_bytes = (uint64_t)original.st_size;
    }
    return SPARSEMED_OK;
}

enum sparsemed_status sm_copy_original(struct sm_run *run, const char *temporary, struct sparsemed_error *error) {
    if (run->plan.way == SM_NEW_OUTPUT) {
        return SPARSEMED_OK;
    }
    uint64_t n_bytes = 0;
    if (run->rank == 0) {
        start_copy(run, &n_bytes, error);
    }
    if (sm_vote(run->comm, error) != SPARSEMED_OK) {
        return error->status;
    }
    MPI_Bcast(&n_bytes, 1, MPI_UINT64_T, 0, run->comm);
    if (n_bytes > 0) {
        struct sm_progress progress;
        sm_progress_start(&progress, run->comm, run->job->progress, SM_PROGRESS_BYTES, n_bytes);
        copy_part(run, temporary, n_bytes, &progress, error);
        sm_progress_finish(&progress);
    }
    return sm_vote(run->comm, error);
}
