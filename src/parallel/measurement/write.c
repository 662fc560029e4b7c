#include "parallel/measurement/write.h"

#include <assert.h>
#include <errno.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/numbers.h"
#include "parallel/headway.h"
#include "parallel/measurement/abandon.h"
#include "parallel/measurement/collective_file.h"
#include "parallel/measurement/frame_images.h"
#include "parallel/measurement/provenance.h"
#include "parallel/measurement/read_back.h"
#include "parallel/measurement/rounds.h"
#include "parallel/vote.h"
#include "parallel/watchdog.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/outputs/growth.h"
#include "rtdc/outputs/old_background.h"
#include "rtdc/trials/existing.h"

/* ---- values ---- */

/* Write the images of a round encoded, each chunk by itself. */
static bool write_encoded(const struct sm_rounds *rounds, struct sm_block *block, hid_t dataset) {
    const struct sm_column *images = &rounds->columns[SM_IMAGES];
    bool written = true;
    block->checksum = 0;
    for (uint64_t i = 0; i < block->n && written; i += rounds->chunk_images) {
        const hsize_t origin[3] = {block->first + i};
        uint8_t *chunk = (uint8_t *)images->values + i * images->element_bytes;
        uint64_t n = sm_min(rounds->chunk_images, block->n - i);
        size_t n_bytes;
        memset(chunk + n * images->element_bytes, 0, (rounds->chunk_images - n) * images->element_bytes);
        const uint8_t *bytes = sm_encode(rounds->encoder, chunk, &n_bytes);
        sm_headway("H5Dwrite_chunk");
        written = bytes && H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, origin, n_bytes, bytes) >= 0;
        block->checksum = written ? libdeflate_crc32(block->checksum, bytes, n_bytes) : 0;
    }
    return written;
}

/* Write one round of a column. Collective; a rank without values takes part with an empty selection. */
static void write_block(const struct sm_rounds *rounds, int which, uint64_t round, hid_t dataset, hid_t transfer_list,
                        struct sparsemed_error *error) {
    const struct sm_column *column = &rounds->columns[which];
    struct sm_block *block = &column->blocks[round];
    bool written;
    if (which == SM_IMAGES && rounds->encoder) {
        written = write_encoded(rounds, block, dataset);
    } else {
        block->checksum = libdeflate_crc32(0, column->values, block->n * column->element_bytes);
        written = sm_column_write(column, block, dataset, transfer_list) >= 0;
    }
    if (!written) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "%s: %s could not be written; is the disk full?",
                     rounds->team->job->output, column->path);
    }
}

/* Write one column, round by round. Collective; votes. */
static enum sparsemed_status write_column(struct sm_rounds *rounds, int which, hid_t file, hid_t transfer_list,
                                          struct sparsemed_error *error) {
    const struct sm_team *team = rounds->team;
    struct sm_column *column = &rounds->columns[which];
    hid_t dataset = H5Dopen2(file, column->path, H5P_DEFAULT);
    if (dataset < 0) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "%s: %s cannot be opened", team->job->output, column->path);
    }
    for (uint64_t round = 0; round < column->n_rounds; round++) {
        sm_rounds_fill(rounds, which, round, error);
        sm_team_poll(team, error);
        if (sm_vote(team->comm, error) != SPARSEMED_OK) {
            break;
        }
        write_block(rounds, which, round, dataset, transfer_list, error);
        sm_abandon_failed(error);
    }
    sm_hdf5_release(dataset);
    return sm_vote(team->comm, error);
}

/* Fill all datasets. Collective; votes. What fails while the file is open with MPI-IO, and is no outcome of a vote,
 * ends all ranks: others are still in the call. */
static enum sparsemed_status write_collectively(struct sm_rounds *rounds, const struct sm_workpiece *workpiece,
                                                struct sparsemed_error *error) {
    const struct sm_team *team = rounds->team;
    const char *output = team->job->output;
    struct sm_collective_file opened;
    if (sm_collective_file_prepare(team, workpiece, &opened, error) != SPARSEMED_OK) {
        return error->status;
    }
    sm_abandon_on_failure(team, workpiece->path);
    sm_headway("H5Fopen");
    hid_t transfer_list, file = sm_collective_file_open(team, &opened, &transfer_list);
    if (file < 0 || !sm_old_background_free_space(file)) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "%s: cannot be opened for writing", output);
    }
    sm_abandon_failed(error);
    for (int i = 0; i < SM_N_COLUMNS && error->status == SPARSEMED_OK; i++) {
        if (rounds->columns[i].n_rounds > 0) {
            write_column(rounds, i, file, transfer_list, error);
        }
    }
    sm_hdf5_release(transfer_list);
    sm_headway("H5Fclose");
    if (file >= 0 && H5Fclose(file) < 0) {
        struct sparsemed_error failure = *error;
        if (failure.status == SPARSEMED_OK) {
            sm_fail_hdf5(&failure, SPARSEMED_OUTPUT, "%s: could not be written; is the disk full?", output);
        }
        sm_abandon_failed(&failure);
        *error = failure;
    }
    sm_abandon_never();
    if (error->status == SPARSEMED_OK) {
        sm_collective_file_sync(team, &opened, error);
    }
    return sm_vote(team->comm, error);
}

/* ---- the whole ---- */

static struct sm_output describe(const struct sm_team *team, const struct sm_plan *plan,
                                 const struct sm_selection *selection, const struct sm_split_table *table) {
    const struct sm_job *job = team->job;
    const struct sm_origin origin = sm_input_origin(&plan->input);
    return (struct sm_output){
        .specification = sm_specify(&origin, plan->claim.path, &plan->parameters, job->copy, job->frame_images),
        .way = plan->claim.way,
        .original = plan->claim.original,
        .n_images = selection->n_kept,
        .height = plan->input.stack.height,
        .width = plan->input.stack.width,
        .zstd_level = job->zstd_level,
        .attribution = &selection->attribution,
        .splits = team->rank == 0 ? table : NULL,
    };
}

/* The first rank makes the skeleton. All ranks learn where the map is. */
static enum sparsemed_status make_skeleton(const struct sm_team *team, hid_t input,
                                           const struct sm_workpiece *workpiece, const struct sm_output *output,
                                           struct sm_output_map *map, struct sparsemed_error *error) {
    if (team->rank == 0) {
        sm_headway("making its datasets");
        sm_output_create(input, workpiece, output, map, error);
        if (output->specification.frame_images && map->unclaimed != SM_IS_CLAIMED) {
            sm_report_warn(team->report, "dcnum will compute the background once more: %s",
                           sm_pipeline_claims_reason(map->unclaimed));
        }
    }
    if (sm_vote(team->comm, error) == SPARSEMED_OK) {
        MPI_Bcast(map, sizeof *map, MPI_BYTE, 0, team->comm);
    }
    return error->status;
}

/* The first rank takes the space that the datasets may need, while all can still leave by a vote; a rank alone can do
 * so at any time. HDF5 cuts the file to its size whenever it is closed, so this comes after the skeleton. */
static enum sparsemed_status reserve(const struct sm_team *team, const struct sm_plan *plan,
                                     const struct sm_output *output, const struct sm_output_map *map,
                                     struct sparsemed_error *error) {
    if (team->rank == 0 && team->n_ranks > 1) {
        sm_headway("reserving space");
        struct stat skeleton;
        if (fstat(plan->temporary.descriptor, &skeleton) != 0) {
            sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: is lost while it is written: %s", team->job->output,
                           strerror(errno));
        } else {
            sm_temporary_reserve(&plan->temporary, (uint64_t)skeleton.st_size + sm_output_growth(output, map), error);
        }
    }
    return sm_vote(team->comm, error);
}

/* The first rank gives back what was not needed. */
static enum sparsemed_status trim(const struct sm_team *team, const struct sm_plan *plan,
                                  struct sparsemed_error *error) {
    if (team->rank == 0 && team->n_ranks > 1) {
        sm_temporary_trim(&plan->temporary, error);
    }
    return sm_vote(team->comm, error);
}

/* Let this rank see what the others have written. Local; a rank alone sees it. */
static enum sparsemed_status renew(const struct sm_team *team, struct sm_workpiece *workpiece,
                                   struct sparsemed_error *error) {
    return team->n_ranks > 1 ? sm_workpiece_open(workpiece->path, team->job->output, workpiece, error) : SPARSEMED_OK;
}

/* Fill the datasets, and read them back; images of frames come first. */
static enum sparsemed_status fill(const struct sm_team *team, const struct sm_plan *plan,
                                  struct sm_workpiece *workpiece, const struct sm_output *output,
                                  const struct sm_output_map *map, struct sm_series *series,
                                  const struct sm_selection *selection, struct sparsemed_error *error) {
    struct sm_rounds rounds = {0};
    struct sm_frame_images images = {0};
    if (team->job->frame_images &&
        sm_frame_images_write(team, plan, selection, series, workpiece, &images, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (sm_rounds_open(&rounds, team, plan, selection, map, series, error) == SPARSEMED_OK &&
        reserve(team, plan, output, map, error) == SPARSEMED_OK &&
        write_collectively(&rounds, workpiece, error) == SPARSEMED_OK && trim(team, plan, error) == SPARSEMED_OK &&
        renew(team, workpiece, error) == SPARSEMED_OK) {
        sm_headway("reading back");
        sm_read_back(&rounds, &images, workpiece, error);
    }
    sm_rounds_close(&rounds);
    return sm_vote(team->comm, error);
}

/* On the first rank, after the values have been read back: whether all that leads to them is there, and whether the
 * input stayed as it was. A measurement that is written to while it is read gives a background of neither state. */
static enum sparsemed_status check(const struct sm_team *team, const struct sm_plan *plan,
                                   const struct sm_output *output, const struct sm_output_map *map,
                                   const struct sm_workpiece *workpiece, struct sparsemed_error *error) {
    sm_headway("checking it");
    const char *changed = sm_input_changed(&plan->input);
    if (changed) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: changed while it was read; try again when it is complete",
                              changed);
    }
    if (!sm_existing_is_whole(&output->specification, workpiece)) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: is not what was written; is the disk full?",
                              team->job->output);
    }
    return sm_output_check(plan->input.file, workpiece, output, map, error);
}

/* Put on disk what a rank alone has kept in memory, and give the file its name; or leave both to who waits for that. On
 * the first rank. */
static void keep(const struct sm_team *team, struct sm_plan *plan, struct sm_workpiece *workpiece,
                 struct sparsemed_error *error) {
    const struct sm_memory_file *memory = workpiece->memory;
    bool may_wait = memory && !memory->is_on_disk && memory->size <= SM_DELIVERY_MOST;
    struct sm_delivery delivery = {plan->temporary, *workpiece, plan->claim.replace};
    delivery.workpiece.path = delivery.temporary.path;
    plan->temporary = SM_NO_TEMPORARY;
    *workpiece = SM_NO_WORKPIECE;
    if (team->job->delivery && may_wait) {
        *team->job->delivery = delivery;
        return;
    }
    sm_headway("putting it on disk");
    sm_deliver(&delivery, &team->report->output, error);
    sm_watchdog_owns(NULL);
}

/* Open the file on all ranks, once it is there as a whole. A rank alone keeps a new one in memory. */
static enum sparsemed_status open_workpiece(const struct sm_team *team, const struct sm_plan *plan, const char *path,
                                            struct sm_workpiece *workpiece, struct sparsemed_error *error) {
    if (team->rank == 0) {
        if (sm_workpiece_share(&plan->temporary, path, workpiece, error) == SPARSEMED_OK && team->n_ranks == 1 &&
            plan->claim.way == SM_NEW_OUTPUT) {
            sm_workpiece_keep_in_memory(&plan->temporary, workpiece, error);
        }
    } else {
        sm_workpiece_open(path, team->job->output, workpiece, error);
    }
    return sm_vote(team->comm, error);
}

enum sparsemed_status sm_write(const struct sm_team *team, struct sm_plan *plan, struct sm_series *series,
                               const struct sm_selection *selection, const struct sparsemed_cleansing *cleansing,
                               const struct sm_split_table *table, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    double begin = MPI_Wtime();
    const struct sm_output output = describe(team, plan, selection, table);
    struct sm_output_map map = {0};
    struct sm_workpiece workpiece = SM_NO_WORKPIECE;
    char *path = sm_temporary_path(plan->claim.path);
    if (!path) {
        sparsemed_fail_memory(error, "naming the output");
    }
    if (sm_vote(team->comm, error) == SPARSEMED_OK &&
        sm_copy_original(team, &plan->claim, &plan->temporary, path, error) == SPARSEMED_OK &&
        open_workpiece(team, plan, path, &workpiece, error) == SPARSEMED_OK &&
        make_skeleton(team, plan->input.file, &workpiece, &output, &map, error) == SPARSEMED_OK &&
        fill(team, plan, &workpiece, &output, &map, series, selection, error) == SPARSEMED_OK &&
        sm_provenance_write(team, &plan->input, cleansing, &workpiece, MPI_Wtime() - begin, error) == SPARSEMED_OK &&
        team->rank == 0 && check(team, plan, &output, &map, &workpiece, error) == SPARSEMED_OK) {
        keep(team, plan, &workpiece, error);
    }
    sm_workpiece_close(&workpiece);
    free(path);
    return sm_vote(team->comm, error);
}
