#include "parallel/measurement/claim.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/numbers.h"
#include "parallel/headway.h"
#include "parallel/vote.h"
#include "rtdc/files/clone.h"
#include "rtdc/files/path.h"
#include "rtdc/files/reach.h"
#include "rtdc/trials/existing.h"

/* Bytes between two reports of progress. */
enum { COPY_BYTES = 8 << 20 };

/* ---- before any work, on the first rank ---- */

/* Follow a link to the file itself, beside which the temporary file is made. */
static enum sparsemed_status resolve(const char *output, const struct stat *existing, struct sm_claim *claim,
                                     struct sparsemed_error *error) {
    if (strlen(output) >= PATH_MAX) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: cannot be written: File name too long", output);
    }
    if (!existing || !S_ISLNK(existing->st_mode)) {
        strcpy(claim->path, output);
        return SPARSEMED_OK;
    }
    if (!realpath(output, claim->path)) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: is a link that leads nowhere; name another output", output);
    }
    return SPARSEMED_OK;
}

/* Whether a complete copy can be made at a path. */
static enum sparsemed_status check_copy(const struct sm_input *input, const char *output,
                                        struct sparsemed_error *error) {
    const struct sm_origin origin = sm_input_origin(input);
    if (!sm_origin_is_measurement(&origin)) {
        return sparsemed_fail(error, SPARSEMED_INPUT,
                              "%s: is no measurement, and complete copies are made of these only", input->path);
    }
    char *from = sm_path_beside(input->path, "."), *to = sm_path_beside(output, ".");
    if (sm_reach_has_links() && from && to && !sm_path_same(from, to)) {
        sparsemed_fail(error, SPARSEMED_INPUT,
                       "%s: leads to other files by links, which a copy in another folder would lose; make it in the "
                       "same folder, or no copy",
                       input->path);
    }
    free(to);
    free(from);
    return error->status;
}

/* Note what the output begins as. The paths are those of existing files. */
static enum sparsemed_status begin_as(const char *original, struct sm_claim *claim, struct sparsemed_error *error) {
    claim->way = SM_UPDATED_OUTPUT;
    if (!realpath(original, claim->original)) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: cannot be copied: %s", original, strerror(errno));
    }
    return SPARSEMED_OK;
}

/* What an existing file is in the way of, or good for. */
static enum sparsemed_status judge(const struct sm_team *team, const struct sm_input *input,
                                   const struct sparsemed_parameters *parameters, const struct stat *existing,
                                   struct sm_claim *claim, struct sparsemed_error *error) {
    const struct sm_job *job = team->job;
    const struct sm_origin origin = sm_input_origin(input);
    const struct sm_specification wanted = sm_specify(&origin, claim->path, parameters, job->copy, job->frame_images);
    bool in_place = sm_path_same(job->input, job->output);
    if (in_place && !sm_origin_is_measurement(&origin)) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT,
                              "%s: is the input itself, and no measurement; name another output", job->output);
    }
    if (in_place && sm_input_is_sliced(&job->input_options)) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT,
                              "%s: is the input itself, and a slice of it has other rows; name another output",
                              job->output);
    }
    if (in_place && job->copy) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT,
                              "%s: is the input itself; name another output for the copy, or say --in-place",
                              job->output);
    }
    if (!in_place && sm_input_uses(input, job->output)) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT,
                              "%s: the input has its images or times from there; name another output", job->output);
    }
    if (!job->force && sm_input_is_older(input, claim->path) && sm_existing_is_done(&wanted)) {
        claim->unchanged = true;
        sm_temporary_clear(claim->path, true);
        return SPARSEMED_OK;
    }
    if (!job->force && !in_place) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT,
                              "%s: exists and is something else; name another output, or --force replaces it",
                              job->output);
    }
    if (existing->st_nlink > 1) {
        sm_report_warn(team->report, "the file has %u more names (hard links); they keep what it holds now",
                       (unsigned)existing->st_nlink - 1);
    }
    bool belongs = in_place;
    if (!in_place && !job->copy && sm_existing_belongs(&wanted, &belongs, error) != SPARSEMED_OK) {
        return error->status;
    }
    claim->replace = true;
    if (belongs) {
        begin_as(claim->path, claim, error);
    }
    return error->status;
}

enum sparsemed_status sm_claim_output(const struct sm_team *team, const struct sm_input *input,
                                      const struct sparsemed_parameters *parameters, struct sm_claim *claim,
                                      struct sm_temporary *temporary, struct sparsemed_error *error) {
    const char *output = team->job->output;
    struct stat existing;
    if (team->job->copy && check_copy(input, output, error) != SPARSEMED_OK) {
        return error->status;
    }
    bool exists = lstat(output, &existing) == 0;
    *claim = (struct sm_claim){.way = SM_NEW_OUTPUT};
    *temporary = SM_NO_TEMPORARY;
    if (!exists && errno == ENAMETOOLONG) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: cannot be written: %s", output, strerror(errno));
    }
    if (resolve(output, exists ? &existing : NULL, claim, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (exists && (stat(output, &existing) != 0 || !S_ISREG(existing.st_mode))) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: is %s; name a file to make", output,
                              S_ISDIR(existing.st_mode) ? "a folder" : "no file");
    }
    if (exists && (judge(team, input, parameters, &existing, claim, error) != SPARSEMED_OK || claim->unchanged)) {
        return error->status;
    }
    if (team->job->copy && begin_as(team->job->input, claim, error) != SPARSEMED_OK) {
        return error->status;
    }
    return sm_temporary_open(claim->path, team->job->input, claim->replace, temporary, error);
}

/* ---- before writing, on all ranks ---- */

/* Copy this rank's part of the file. Local but for the progress. */
static enum sparsemed_status copy_part(const struct sm_team *team, const char *from, const char *to, uint64_t n_bytes,
                                       struct sm_progress *progress, struct sparsemed_error *error) {
    uint64_t each = n_bytes / (uint64_t)team->n_ranks + 1;
    uint64_t begin = (uint64_t)team->rank * each, end = sm_min(begin + each, n_bytes);
    while (begin < end && error->status == SPARSEMED_OK) {
        uint64_t next = sm_min(begin + COPY_BYTES, end);
        sm_headway("copying the original");
        if (sm_clone_range(from, to, begin, next, error) != SPARSEMED_OK) {
            sparsemed_fail_where(error, "%s", team->job->output);
        }
        sm_progress_add(progress, next - begin);
        sm_team_poll(team, error);
        begin = next;
    }
    return error->status;
}

/* On the first rank: an empty temporary file, or one that shares the blocks of the original. Tells how many bytes are
 * still to be copied. */
static enum sparsemed_status start_copy(const struct sm_claim *claim, const struct sm_temporary *temporary,
                                        uint64_t *n_bytes, struct sparsemed_error *error) {
    struct stat original, copy;
    if (stat(claim->original, &original) != 0 || fstat(temporary->descriptor, &copy) != 0) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: cannot be copied: %s", claim->original, strerror(errno));
    }
    if (!claim->replace) { /* the original may be closed to others */
        fchmod(temporary->descriptor, S_IRUSR | S_IWUSR | (original.st_mode & copy.st_mode & 07777));
    }
    sm_headway("copying the original");
    *n_bytes = sm_clone_share(claim->original, temporary->descriptor) ? 0 : (uint64_t)original.st_size;
    return SPARSEMED_OK;
}

enum sparsemed_status sm_copy_original(const struct sm_team *team, const struct sm_claim *claim,
                                       const struct sm_temporary *temporary, const char *path,
                                       struct sparsemed_error *error) {
    if (claim->way == SM_NEW_OUTPUT) {
        return SPARSEMED_OK;
    }
    uint64_t n_bytes = 0;
    if (team->rank == 0) {
        start_copy(claim, temporary, &n_bytes, error);
    }
    if (sm_vote(team->comm, error) != SPARSEMED_OK) {
        return error->status;
    }
    MPI_Bcast(&n_bytes, 1, MPI_UINT64_T, 0, team->comm);
    if (n_bytes > 0) {
        struct sm_progress progress;
        sm_progress_start(&progress, team->comm, team->job->progress, SM_PROGRESS_BYTES, n_bytes);
        copy_part(team, claim->original, path, n_bytes, &progress, error);
        sm_headway_wait("waiting for all");
        sm_progress_finish(&progress);
    }
    return sm_vote(team->comm, error);
}
