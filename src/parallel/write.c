/* Writing: the first rank makes the skeleton of the output, all ranks fill its datasets collectively and read back what
 * they wrote, and the first rank gives it its final name.
 *
 * Datasets are filled in rounds, so that memory does not grow with the measurement. */
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "parallel/exchange.h"
#include "parallel/run.h"
#include "parallel/vote.h"
#include "rtdc/hdf5.h"
#include "rtdc/superseded.h"
#include "sparsemed/offset.h"

enum {
    ROUND_BYTES = 1 << 20,               /* of images, a rank; but at least one chunk */
    ROUND_FRAMES = 32 * SM_FEATURE_CHUNK /* of the other features, times the ranks; whole chunks, as one must not be
                                            written twice */
};

/* What this rank writes in one round: elements along the first dimension of the dataset. */
struct block {
    uint64_t first, n;
    uint32_t checksum; /* of the values, to recognize them when they are read back */
};

/* A dataset of the output. */
struct column {
    const char *path;
    hid_t type; /* in memory */
    int n_dimensions;
    hsize_t extent[3]; /* of one element: [1], [2] */
    size_t element_bytes;
    uint64_t n_rounds;
    struct block *blocks; /* [n_rounds] */
};

enum { IMAGES, MAP, OFFSETS, N_COLUMNS };

struct writer {
    struct sm_run *run;
    struct column columns[N_COLUMNS];
    size_t chunk_images;   /* images in a chunk */
    uint64_t round_chunks; /* chunks of images in a round, a rank */
    uint64_t *bounds;      /* [n_ranks + 1], kept images of each rank in a round */
    uint8_t *images;       /* values of a round */
    int64_t *map;
    double *offsets;
};

static uint64_t least(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

static uint64_t divide_up(uint64_t n, uint64_t by) {
    return (n + by - 1) / by;
}

/* ---- the values of a round ---- */

/* Each rank gets whole chunks of images: a chunk that two ranks write would be compressed twice. */
static enum sm_status fill_images(struct writer *writer, uint64_t round, struct block *block, struct sm_error *error) {
    struct sm_run *run = writer->run;
    uint64_t n_ranks = (uint64_t)run->n_ranks;
    uint64_t first_chunk = round * n_ranks * writer->round_chunks;
    uint64_t n_chunks = divide_up(run->n_kept, writer->chunk_images) - first_chunk;
    n_chunks = least(n_chunks, n_ranks * writer->round_chunks);
    uint64_t each = divide_up(n_chunks, n_ranks);
    for (uint64_t rank = 0; rank <= n_ranks; rank++) {
        uint64_t chunk = first_chunk + least(rank * each, n_chunks);
        writer->bounds[rank] = least(chunk * writer->chunk_images, run->n_kept);
    }
    block->first = writer->bounds[run->rank];
    block->n = writer->bounds[run->rank + 1] - block->first;
    return sm_exchange_images(run, writer->bounds, writer->images, error);
}

static uint64_t round_frames(const struct sm_run *run) {
    return (uint64_t)ROUND_FRAMES * (uint64_t)run->n_ranks;
}

/* The frames of this rank's share in a round of frames. */
static void own_block(const struct sm_run *run, uint64_t round, struct block *block) {
    uint64_t first, n = sm_own_frames(run, &first);
    uint64_t begin = round * round_frames(run), end = begin + round_frames(run);
    uint64_t own_end = least(first + n, end);
    block->first = first > begin ? first : begin;
    block->n = own_end > block->first ? own_end - block->first : 0;
}

static void fill_map(struct writer *writer, uint64_t round, struct block *block) {
    own_block(writer->run, round, block);
    sm_attribution_map(&writer->run->attribution, block->first, block->n, writer->map);
}

static void fill_offsets(struct writer *writer, uint64_t round, struct block *block) {
    const struct sm_run *run = writer->run;
    uint64_t first_own;
    sm_own_frames(run, &first_own);
    fill_map(writer, round, block);
    for (uint64_t j = 0; j < block->n; j++) {
        uint32_t frame_sum = run->frame_sum[block->first + j - first_own];
        uint32_t image_sum = run->kept_sum[writer->map[j]];
        writer->offsets[j] = sm_offset(frame_sum, image_sum, run->input.stack.height, run->input.stack.width);
    }
}

/* Prepare a round of a column. Collective. Returns the values. */
static const void *fill(struct writer *writer, int which, uint64_t round, struct sm_error *error) {
    struct block *block = &writer->columns[which].blocks[round];
    switch (which) {
    case IMAGES:
        fill_images(writer, round, block, error);
        return writer->images;
    case MAP:
        fill_map(writer, round, block);
        return writer->map;
    default:
        fill_offsets(writer, round, block);
        return writer->offsets;
    }
}

static uint32_t checksum(const struct column *column, const struct block *block, const void *values) {
    return libdeflate_crc32(0, values, block->n * column->element_bytes);
}

/* ---- writing and reading back ---- */

/* Transfer a block between memory and the dataset. */
static herr_t transfer(const struct column *column, const struct block *block, hid_t dataset, hid_t transfer_list,
                       bool write, void *values) {
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
    herr_t outcome = write ? H5Dwrite(dataset, column->type, memory_space, file_space, transfer_list, values)
                           : H5Dread(dataset, column->type, memory_space, file_space, transfer_list, values);
    sm_hdf5_release(file_space);
    sm_hdf5_release(memory_space);
    return outcome;
}

/* Write one column, round by round. Collective; a rank without values takes part with an empty selection. */
static enum sm_status write_column(struct writer *writer, int which, hid_t file, hid_t transfer_list,
                                   struct sm_error *error) {
    MPI_Comm comm = writer->run->comm;
    struct column *column = &writer->columns[which];
    hid_t dataset = H5Dopen2(file, column->path, H5P_DEFAULT);
    if (dataset < 0) {
        sm_fail_hdf5(error, SM_OUTPUT, "%s: %s cannot be opened", writer->run->job->output, column->path);
    }
    for (uint64_t round = 0; round < column->n_rounds && sm_vote(comm, error) == SM_OK; round++) {
        const void *values = fill(writer, which, round, error);
        sm_attend(writer->run, error);
        if (sm_vote(comm, error) != SM_OK) {
            break;
        }
        struct block *block = &column->blocks[round];
        block->checksum = checksum(column, block, values);
        if (transfer(column, block, dataset, transfer_list, true, (void *)values) < 0) {
            sm_fail_hdf5(error, SM_OUTPUT, "%s: %s could not be written; is the disk full?", writer->run->job->output,
                         column->path);
        }
    }
    sm_hdf5_release(dataset);
    return sm_vote(comm, error);
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

static enum sm_status write_collectively(struct writer *writer, const char *path, struct sm_error *error) {
    const char *output = writer->run->job->output;
    hid_t transfer_list, file = open_collectively(path, writer->run->comm, writer->run->n_ranks, &transfer_list);
    if (file < 0 || !sm_superseded_free(file)) {
        sm_fail_hdf5(error, SM_OUTPUT, "%s: cannot be opened for writing", output);
    }
    if (sm_vote(writer->run->comm, error) == SM_OK) {
        for (int i = 0; i < N_COLUMNS && error->status == SM_OK; i++) {
            if (writer->columns[i].n_rounds > 0) {
                write_column(writer, i, file, transfer_list, error);
            }
        }
    }
    sm_hdf5_release(transfer_list);
    if (file >= 0 && H5Fclose(file) < 0 && error->status == SM_OK) {
        sm_fail_hdf5(error, SM_OUTPUT, "%s: could not be written; is the disk full?", output);
    }
    return sm_vote(writer->run->comm, error);
}

/* Read back what this rank wrote: not every failed write is reported. Local. */
static enum sm_status verify(struct writer *writer, const char *path, struct sm_error *error) {
    void *const values[N_COLUMNS] = {writer->images, writer->map, writer->offsets};
    const char *output = writer->run->job->output;
    hid_t file;
    if (sm_hdf5_open(path, &file, error) != SM_OK) {
        error->status = SM_OUTPUT;
        return SM_OUTPUT;
    }
    for (int i = 0; i < N_COLUMNS && error->status == SM_OK; i++) {
        const struct column *column = &writer->columns[i];
        hid_t dataset = column->n_rounds > 0 ? H5Dopen2(file, column->path, H5P_DEFAULT) : H5I_INVALID_HID;
        for (uint64_t round = 0; round < column->n_rounds && error->status == SM_OK; round++) {
            const struct block *block = &column->blocks[round];
            if (transfer(column, block, dataset, H5P_DEFAULT, false, values[i]) < 0 ||
                checksum(column, block, values[i]) != block->checksum) {
                sm_fail(error, SM_OUTPUT, "%s: %s does not read back as it was written; is the disk full?", output,
                        column->path);
            }
            sm_attend(writer->run, error);
        }
        sm_hdf5_release(dataset);
    }
    H5Fclose(file);
    return error->status;
}

/* ---- the whole ---- */

static void describe(const struct sm_run *run, struct sm_output *output) {
    *output = (struct sm_output){
        .way = run->plan.way,
        .input_path = run->job->input,
        .reading = &run->job->reading,
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

static void plan_columns(struct writer *writer, const struct sm_output *output) {
    size_t image_bytes = output->height * output->width;
    writer->chunk_images = sm_output_chunk_images(output->height, output->width);
    uint64_t fitting = ROUND_BYTES / (writer->chunk_images * image_bytes);
    uint64_t n_chunks = divide_up(output->n_images, writer->chunk_images);
    uint64_t n_ranks = (uint64_t)writer->run->n_ranks;
    writer->round_chunks = least(fitting ? fitting : 1, divide_up(n_chunks, n_ranks));
    uint64_t frame_rounds = divide_up(output->n_frames, round_frames(writer->run));
    writer->columns[IMAGES] = (struct column){
        .path = SM_IMAGE_GROUP "/" SM_IMAGE_NAME,
        .type = H5T_NATIVE_UINT8,
        .n_dimensions = 3,
        .extent = {0, output->height, output->width},
        .element_bytes = image_bytes,
        .n_rounds = divide_up(n_chunks, n_ranks * writer->round_chunks),
    };
    writer->columns[MAP] = (struct column){
        .path = output->map_path,
        .type = H5T_NATIVE_INT64,
        .n_dimensions = 1,
        .element_bytes = sizeof(int64_t),
        .n_rounds = output->map_is_there ? 0 : frame_rounds,
    };
    writer->columns[OFFSETS] = (struct column){
        .path = SM_OFFSET_PATH,
        .type = H5T_NATIVE_DOUBLE,
        .n_dimensions = 1,
        .element_bytes = sizeof(double),
        .n_rounds = output->offset ? frame_rounds : 0,
    };
}

static enum sm_status writer_open(struct writer *writer, struct sm_run *run, const struct sm_output *output,
                                  struct sm_error *error) {
    *writer = (struct writer){.run = run};
    plan_columns(writer, output);
    uint64_t first, n_frames = least(sm_own_frames(run, &first), round_frames(run));
    uint64_t round_images = least(writer->round_chunks * writer->chunk_images, output->n_images);
    writer->bounds = malloc(((size_t)run->n_ranks + 1) * sizeof *writer->bounds);
    writer->images = malloc(round_images * output->height * output->width);
    writer->map = malloc(n_frames * sizeof *writer->map + 1);
    writer->offsets = malloc(n_frames * sizeof *writer->offsets + 1);
    bool complete = writer->bounds && writer->images && writer->map && writer->offsets;
    for (int i = 0; i < N_COLUMNS; i++) {
        struct column *column = &writer->columns[i];
        column->blocks = calloc(column->n_rounds + 1, sizeof *column->blocks);
        complete = complete && column->blocks;
    }
    return complete ? SM_OK : sm_fail_memory(error, "preparing to write");
}

static void writer_close(struct writer *writer) {
    for (int i = 0; i < N_COLUMNS; i++) {
        free(writer->columns[i].blocks);
    }
    free(writer->offsets);
    free(writer->map);
    free(writer->images);
    free(writer->bounds);
}

/* A measurement that is written to while it is read gives a background of neither state. */
static enum sm_status check_unchanged(const struct sm_run *run, struct sm_error *error) {
    const char *changed = sm_input_changed(&run->input);
    if (changed) {
        return sm_fail(error, SM_INPUT, "%s: changed while it was read; try again when it is complete", changed);
    }
    return SM_OK;
}

/* On the first rank: make the skeleton. All ranks learn where the map is. */
static enum sm_status make_skeleton(struct sm_run *run, const char *path, struct sm_output *output,
                                    struct sm_error *error) {
    describe(run, output);
    if (run->rank == 0) {
        sm_output_create(run->input.file, path, output, error);
    }
    if (sm_vote(run->comm, error) == SM_OK) {
        MPI_Bcast(output->map_path, sizeof output->map_path, MPI_CHAR, 0, run->comm);
        MPI_Bcast(&output->map_is_there, 1, MPI_C_BOOL, 0, run->comm);
    }
    return error->status;
}

/* Make the whole output under its temporary name. */
static enum sm_status make(struct sm_run *run, const char *path, struct sm_error *error) {
    struct sm_output output;
    struct writer writer = {0};
    if (sm_copy_original(run, path, error) == SM_OK && make_skeleton(run, path, &output, error) == SM_OK) {
        writer_open(&writer, run, &output, error);
        if (sm_vote(run->comm, error) == SM_OK && write_collectively(&writer, path, error) == SM_OK) {
            verify(&writer, path, error);
        }
    }
    writer_close(&writer);
    return sm_vote(run->comm, error);
}

enum sm_status sm_write(struct sm_run *run, struct sm_error *error) {
    double begin = MPI_Wtime();
    char *path = sm_temporary_path(run->plan.output);
    if (!path) {
        sm_fail_memory(error, "naming the output");
    }
    if (sm_vote(run->comm, error) == SM_OK && make(run, path, error) == SM_OK &&
        sm_write_provenance(run, path, MPI_Wtime() - begin, error) == SM_OK && run->rank == 0 &&
        check_unchanged(run, error) == SM_OK) {
        sm_temporary_keep(&run->temporary, run->plan.replace, error);
    }
    free(path);
    return sm_vote(run->comm, error);
}
