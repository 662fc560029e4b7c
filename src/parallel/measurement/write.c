/* Writing: the first rank makes the skeleton of the output, all ranks fill its datasets collectively and read back what
 * they wrote, and the first rank gives it its final name. */
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "parallel/measurement/rounds.h"
#include "parallel/vote.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/old_background.h"

/* ---- writing and reading back ---- */

/* Transfer a block between the values of the column and the dataset. */
static herr_t transfer(const struct sm_column *column, const struct sm_block *block, hid_t dataset, hid_t transfer_list,
                       bool write) {
    hsize_t origin[3] = {block->first}, extent[3];
    memcpy(extent, column->extent, sizeof extent);
    extent[0] = block->n ? block->n : 1;
    hid_t memory_space = H5Screate_simple(column->n_dimensions, extent, NULL);
    hid_t file_space = H5Dget_space(dataset);
    if (block->n) {
        H5Sselect_hyperslab(file_space, H5S_SELECT_SET, origin, NULL, extent, NULL);
    } else {
        H5Sselect_none(file_space);
        H5Sselect_none(memory_space);
    }
    herr_t outcome = write ? H5Dwrite(dataset, column->type, memory_space, file_space, transfer_list, column->values)
                           : H5Dread(dataset, column->type, memory_space, file_space, transfer_list, column->values);
    sm_hdf5_release(file_space);
    sm_hdf5_release(memory_space);
    return outcome;
}

/* Write one column, round by round. Collective; a rank without values takes part with an empty selection. */
static enum sparsemed_status write_column(struct sm_rounds *rounds, int which, hid_t file, hid_t transfer_list,
                                          struct sparsemed_error *error) {
    const struct sm_run *run = rounds->run;
    struct sm_column *column = &rounds->columns[which];
    hid_t dataset = H5Dopen2(file, column->path, H5P_DEFAULT);
    if (dataset < 0) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "%s: %s cannot be opened", run->job->output, column->path);
    }
    for (uint64_t round = 0; round < column->n_rounds; round++) {
        sm_rounds_fill(rounds, which, round, error);
        sm_attend(run, error);
        if (sm_vote(run->comm, error) != SPARSEMED_OK) {
            break;
        }
        struct sm_block *block = &column->blocks[round];
        block->checksum = libdeflate_crc32(0, column->values, block->n * column->element_bytes);
        if (transfer(column, block, dataset, transfer_list, true) < 0) {
            sm_fail_hdf5(error, SPARSEMED_OUTPUT, "%s: %s could not be written; is the disk full?", run->job->output,
                         column->path);
        }
    }
    sm_hdf5_release(dataset);
    return sm_vote(run->comm, error);
}

/* Open the output for all ranks; one alone does without MPI-IO, which costs some milliseconds a file.
 *
 * transfer_list   receives how datasets are to be written */
static hid_t open_collectively(const char *path, MPI_Comm comm, int n_ranks, hid_t *transfer_list) {
    *transfer_list = H5Pcreate(H5P_DATASET_XFER);
    if (n_ranks == 1) {
        return H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    }
    H5Pset_dxpl_mpio(*transfer_list, H5FD_MPIO_COLLECTIVE);
    MPI_Info hints;
    MPI_Info_create(&hints);
    MPI_Info_set(hints, "romio_ds_write", "disable"); /* data sieving would rewrite the neighbours' bytes */
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_mpio(access, comm, hints);
    H5Pset_coll_metadata_write(access, true); /* without it many chunks are beyond HDF5 1.10 */
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, access);
    sm_hdf5_release(access);
    MPI_Info_free(&hints);
    return file;
}

static enum sparsemed_status write_collectively(struct sm_rounds *rounds, const char *path,
                                                struct sparsemed_error *error) {
    const struct sm_run *run = rounds->run;
    const char *output = run->job->output;
    hid_t transfer_list, file = open_collectively(path, run->comm, run->n_ranks, &transfer_list);
    if (file < 0 || !sm_old_background_free_space(file)) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "%s: cannot be opened for writing", output);
    }
    if (sm_vote(run->comm, error) == SPARSEMED_OK) {
        for (int i = 0; i < SM_N_COLUMNS && error->status == SPARSEMED_OK; i++) {
            if (rounds->columns[i].n_rounds > 0) {
                write_column(rounds, i, file, transfer_list, error);
            }
        }
    }
    sm_hdf5_release(transfer_list);
    if (file >= 0 && H5Fclose(file) < 0 && error->status == SPARSEMED_OK) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "%s: could not be written; is the disk full?", output);
    }
    return sm_vote(run->comm, error);
}

/* ---- reading back ---- */

/* The checksum of a block in the file. Returns false where it cannot be read. Local. */
static bool read_features(const struct sm_column *column, const struct sm_block *block, hid_t dataset,
                          uint32_t *checksum) {
    bool read = transfer(column, block, dataset, H5P_DEFAULT, false) >= 0;
    *checksum = libdeflate_crc32(0, column->values, block->n * column->element_bytes);
    return read;
}

/* The same for images, which are decoded as those of an input are: that is faster than what HDF5 does. */
static bool read_images(const struct sm_column *column, const struct sm_block *block, struct sm_stack *stack,
                        uint32_t *checksum) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    *checksum = 0;
    for (uint64_t i = 0; i < block->n; i += stack->slab_frames) {
        if (sm_stack_read(stack, (block->first + i) / stack->slab_frames, column->values, &ignored) != SPARSEMED_OK) {
            return false;
        }
        *checksum = libdeflate_crc32(*checksum, column->values,
                                     sm_min(stack->slab_frames, block->n - i) * column->element_bytes);
    }
    return true;
}

static enum sparsemed_status verify_column(const struct sm_rounds *rounds, int which, hid_t file,
                                           struct sparsemed_error *error) {
    const struct sm_run *run = rounds->run;
    const struct sm_column *column = &rounds->columns[which];
    bool images = which == SM_IMAGES;
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    struct sm_stack stack = {0};
    hid_t dataset = H5Dopen2(file, column->path, H5P_DEFAULT);
    bool same = dataset >= 0;
    if (same && images) {
        same = sm_stack_open_dataset(dataset, run->job->output, column->path, &stack, &ignored) == SPARSEMED_OK &&
               stack.slab_frames == rounds->chunk_images && stack.height * stack.width == column->element_bytes;
    }
    for (uint64_t round = 0; round < column->n_rounds && same && sm_attend(run, error) == SPARSEMED_OK; round++) {
        const struct sm_block *block = &column->blocks[round];
        uint32_t checksum;
        same =
            images ? read_images(column, block, &stack, &checksum) : read_features(column, block, dataset, &checksum);
        same = same && checksum == block->checksum;
    }
    sm_stack_close(&stack);
    sm_hdf5_release(dataset);
    if (!same) {
        sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: %s does not read back as it was written; is the disk full?",
                       run->job->output, column->path);
    }
    return error->status;
}

/* Read back what this rank wrote: not every failed write is reported. Local. */
static enum sparsemed_status verify(const struct sm_rounds *rounds, const char *path, struct sparsemed_error *error) {
    hid_t file;
    if (sm_hdf5_open(path, &file, error) != SPARSEMED_OK) {
        error->status = SPARSEMED_OUTPUT;
        return SPARSEMED_OUTPUT;
    }
    for (int i = 0; i < SM_N_COLUMNS && error->status == SPARSEMED_OK; i++) {
        if (rounds->columns[i].n_rounds > 0) {
            verify_column(rounds, i, file, error);
        }
    }
    H5Fclose(file);
    return error->status;
}

/* ---- the whole ---- */

static void describe(const struct sm_run *run, struct sm_output *output) {
    *output = (struct sm_output){
        .way = run->plan.way,
        .input_path = run->job->input,
        .input_options = &run->job->input_options,
        .path = run->plan.output,
        .n_frames = run->input.stack.n_frames,
        .n_images = run->n_kept,
        .height = run->input.stack.height,
        .width = run->input.stack.width,
        .offset = run->plan.offset,
        .zstd_level = run->job->zstd_level,
        .attribution = &run->attribution,
    };
    memcpy(output->ppid, run->report->ppid, sizeof output->ppid);
}

/* A measurement that is written to while it is read gives a background of neither state. */
static enum sparsemed_status check_unchanged(const struct sm_run *run, struct sparsemed_error *error) {
    const char *changed = sm_input_changed(&run->input);
    if (changed) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: changed while it was read; try again when it is complete",
                              changed);
    }
    return SPARSEMED_OK;
}

/* The values have been read back; now all that leads to them. */
static enum sparsemed_status check_whole(const struct sm_run *run, const char *path, struct sparsemed_error *error) {
    const struct sm_existing expected = sm_expect_output(run);
    if (!sm_existing_is_whole(&expected, path)) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: is not what was written; is the disk full?",
                              run->job->output);
    }
    return SPARSEMED_OK;
}

/* On the first rank: make the skeleton. All ranks learn where the map is. */
static enum sparsemed_status make_skeleton(struct sm_run *run, const char *path, struct sm_output *output,
                                           struct sparsemed_error *error) {
    describe(run, output);
    if (run->rank == 0) {
        sm_output_create(run->input.file, path, output, error);
    }
    if (sm_vote(run->comm, error) == SPARSEMED_OK) {
        MPI_Bcast(output->map_path, sizeof output->map_path, MPI_CHAR, 0, run->comm);
        MPI_Bcast(&output->map_is_there, 1, MPI_C_BOOL, 0, run->comm);
    }
    return error->status;
}

/* Make the whole output under its temporary name. */
static enum sparsemed_status make(struct sm_run *run, const char *path, struct sparsemed_error *error) {
    struct sm_output output;
    struct sm_rounds rounds = {0};
    if (sm_copy_original(run, path, error) == SPARSEMED_OK &&
        make_skeleton(run, path, &output, error) == SPARSEMED_OK &&
        sm_rounds_open(&rounds, run, &output, error) == SPARSEMED_OK &&
        write_collectively(&rounds, path, error) == SPARSEMED_OK) {
        verify(&rounds, path, error);
    }
    sm_rounds_close(&rounds);
    return sm_vote(run->comm, error);
}

enum sparsemed_status sm_write(struct sm_run *run, struct sparsemed_error *error) {
    double begin = MPI_Wtime();
    char *path = sm_temporary_path(run->plan.output);
    if (!path) {
        sparsemed_fail_memory(error, "naming the output");
    }
    if (sm_vote(run->comm, error) == SPARSEMED_OK && make(run, path, error) == SPARSEMED_OK &&
        sm_write_provenance(run, path, MPI_Wtime() - begin, error) == SPARSEMED_OK && run->rank == 0 &&
        check_whole(run, path, error) == SPARSEMED_OK && check_unchanged(run, error) == SPARSEMED_OK) {
        sm_temporary_keep(&run->temporary, run->plan.replace, error);
    }
    free(path);
    return sm_vote(run->comm, error);
}
