#include "parallel/measurement/space.h"

#include <assert.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "rtdc/files/clone.h"
#include "rtdc/files/retry.h"
#include "rtdc/outputs/growth.h"

static const double mega = 1e6;

/* Bytes that the copy takes of which the output begins as. Whether blocks can be shared is found out by doing so. */
static uint64_t count_copy_bytes(const struct sm_claim *claim, const struct sm_temporary *temporary) {
    struct stat original;
    if (claim->way == SM_NEW_OUTPUT || stat(claim->original, &original) != 0) {
        return 0;
    }
    bool shares = sm_clone_share(claim->original, temporary->descriptor);
    if (shares && SM_RETRY(ftruncate(temporary->descriptor, 0)) != 0) {
        return 0; /* it has been shared already, then */
    }
    return shares ? 0 : (uint64_t)original.st_size;
}

/* Bytes that this user may still take. Returns false where the file system does not tell. */
static bool count_free_bytes(int descriptor, uint64_t *n_bytes) {
    struct statvfs system;
    if (SM_RETRY(fstatvfs(descriptor, &system)) != 0 || system.f_blocks == 0) {
        return false;
    }
    uint64_t n_blocks = geteuid() == 0 ? system.f_bfree : system.f_bavail;
    return !__builtin_mul_overflow(n_blocks, system.f_frsize, n_bytes);
}

enum sparsemed_status sm_space_check(const struct sm_team *team, const struct sm_input *input,
                                     const struct sparsemed_parameters *parameters, const struct sm_claim *claim,
                                     const struct sm_temporary *temporary, uint64_t n_steps,
                                     struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    const struct sm_job *job = team->job;
    const struct sm_stack *stack = &input->stack;
    const struct sm_origin origin = sm_input_origin(input);
    const struct sm_specification wanted = sm_specify(&origin, claim->path, parameters, job->copy, job->frame_images);
    uint64_t n_free, copy = count_copy_bytes(claim, temporary);
    uint64_t growth = sm_output_frames_growth(&wanted, stack->height, stack->width, job->zstd_level, n_steps);
    if (!count_free_bytes(temporary->descriptor, &n_free) || copy + growth <= n_free) {
        return SPARSEMED_OK;
    }
    return sparsemed_fail(
        error, SPARSEMED_OUTPUT,
        "%s: needs up to %.3f MB, %.3f MB of them for an image a frame, and the disk has %.3f MB; free "
        "some of it, or let frames share images",
        job->output, (double)(copy + growth) / mega, (double)growth / mega, (double)n_free / mega);
}
