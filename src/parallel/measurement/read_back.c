#include "parallel/measurement/read_back.h"

#include <libdeflate.h>
#include <stdlib.h>

#include "core/numbers.h"
#include "parallel/headway.h"
#include "rtdc/hdf5/chunk_sums.h"
#include "rtdc/hdf5/hdf5.h"

/* A column that is read back. */
struct reading {
    const struct sm_rounds *rounds;
    const struct sm_column *column;
    hid_t dataset;
    struct sm_stack stack;     /* of images */
    struct sm_chunk_room room; /* of one that this rank has encoded */
};

/* Open the dataset; images must be frames to who reads them. Returns false where that fails. */
static bool open_column(struct reading *reading) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    const struct sm_rounds *rounds = reading->rounds;
    const struct sm_column *column = reading->column;
    if (reading->dataset < 0 || column != &rounds->columns[SM_IMAGES]) {
        return reading->dataset >= 0;
    }
    struct sm_stack *stack = &reading->stack;
    return sm_stack_open_dataset(reading->dataset, rounds->team->job->output, column->path, stack, &ignored) ==
               SPARSEMED_OK &&
           stack->slab_frames == rounds->chunk_images && stack->height * stack->width == column->element_bytes;
}

/* The checksum of a block in the file, as this and the next two tell it. They return false where it cannot be read. */
static bool read_features(struct reading *reading, const struct sm_block *block, uint32_t *checksum) {
    const struct sm_column *column = reading->column;
    bool read = sm_column_read(column, block, reading->dataset) >= 0;
    *checksum = libdeflate_crc32(0, column->values, block->n * column->element_bytes);
    return read;
}

/* Images that HDF5 has encoded are decoded as those of an input are: that is faster than what HDF5 does. */
static bool read_images(struct reading *reading, const struct sm_block *block, uint32_t *checksum) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    const struct sm_column *column = reading->column;
    struct sm_stack *stack = &reading->stack;
    *checksum = 0;
    for (uint64_t i = 0; i < block->n; i += stack->slab_frames) {
        sm_headway("reading images back");
        if (sm_stack_read(stack, (block->first + i) / stack->slab_frames, column->values, &ignored) != SPARSEMED_OK) {
            return false;
        }
        *checksum = libdeflate_crc32(*checksum, column->values,
                                     sm_min(stack->slab_frames, block->n - i) * column->element_bytes);
    }
    return true;
}

/* Those that this rank has encoded need not be. */
static bool read_encoded(struct reading *reading, const struct sm_block *block, uint32_t *checksum) {
    *checksum = 0;
    for (uint64_t i = 0; i < block->n; i += reading->rounds->chunk_images) {
        sm_headway("reading images back");
        if (!sm_chunk_sum_add(reading->dataset, block->first + i, &reading->room, checksum)) {
            return false;
        }
    }
    return true;
}

static bool read_block(struct reading *reading, const struct sm_block *block, uint32_t *checksum) {
    if (reading->column != &reading->rounds->columns[SM_IMAGES]) {
        return read_features(reading, block, checksum);
    }
    return (reading->rounds->encoder ? read_encoded : read_images)(reading, block, checksum);
}

static enum sparsemed_status verify_column(const struct sm_rounds *rounds, int which, hid_t file,
                                           struct sparsemed_error *error) {
    const struct sm_team *team = rounds->team;
    const struct sm_column *column = &rounds->columns[which];
    struct reading reading = {.rounds = rounds, .column = column, .dataset = H5Dopen2(file, column->path, H5P_DEFAULT)};
    bool same = open_column(&reading);
    for (uint64_t round = 0; round < column->n_rounds && same && sm_team_poll(team, error) == SPARSEMED_OK; round++) {
        uint32_t checksum;
        same = read_block(&reading, &column->blocks[round], &checksum) && checksum == column->blocks[round].checksum;
    }
    free(reading.room.bytes);
    sm_stack_close(&reading.stack);
    sm_hdf5_release(reading.dataset);
    if (!same) {
        sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: %s does not read back as it was written; is the disk full?",
                       team->job->output, column->path);
    }
    return error->status;
}

enum sparsemed_status sm_read_back(const struct sm_rounds *rounds, const struct sm_frame_images *images,
                                   const struct sm_workpiece *workpiece, struct sparsemed_error *error) {
    hid_t file = sm_hdf5_open_workpiece(workpiece, H5F_ACC_RDONLY);
    if (file < 0) {
        return sm_fail_hdf5(error, SPARSEMED_OUTPUT, "%s: is not what was written; is the disk full?",
                            rounds->team->job->output);
    }
    for (int i = 0; i < SM_N_COLUMNS && error->status == SPARSEMED_OK; i++) {
        if (rounds->columns[i].n_rounds > 0) {
            verify_column(rounds, i, file, error);
        }
    }
    if (rounds->team->job->frame_images && error->status == SPARSEMED_OK) {
        sm_frame_images_verify(rounds->team, rounds->plan, images, file, error);
    }
    H5Fclose(file);
    return error->status;
}
