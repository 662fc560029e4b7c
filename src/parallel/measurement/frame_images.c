#include "parallel/measurement/frame_images.h"

#include <assert.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "parallel/headway.h"
#include "parallel/measurement/frame_chunks.h"
#include "parallel/messages.h"
#include "parallel/vote.h"
#include "rtdc/hdf5/chunk_sums.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/layout.h"
#include "rtdc/outputs/old_background.h"
#include "rtdc/outputs/output.h"

enum { PIECE_BYTES = 1 << 30 /* of a message */, BUNDLE_BYTES = 4 << 20, BUNDLE_ROWS = 64 };

/* ---- what a rank makes ---- */

/* What a rank makes in a round, to be written by the first one: some rows of chunks, at least one where it has any. */
struct bundle {
    size_t n_rows, n_bytes, capacity;
    struct sm_chunk_row rows[BUNDLE_ROWS]; /* whose bytes follow each other */
    uint8_t *bytes;                        /* [capacity] */
};

static enum sparsemed_status open_bundle(const struct sm_frame_chunks *chunks, struct bundle *bundle,
                                         struct sparsemed_error *error) {
    bundle->capacity = sm_encoder_most_bytes(chunks->encoder) + BUNDLE_BYTES;
    bundle->bytes = malloc(bundle->capacity);
    return bundle->bytes ? SPARSEMED_OK : sparsemed_fail_memory(error, "writing images of frames");
}

/* Make chunks of the images that are here, until there is no room for another one. Local. */
static void fill_bundle(struct sm_frame_chunks *chunks, struct bundle *bundle, struct sparsemed_error *error) {
    const size_t most = sm_encoder_most_bytes(chunks->encoder);
    struct sm_chunk_row row;
    bundle->n_rows = bundle->n_bytes = 0;
    while (error->status == SPARSEMED_OK && bundle->n_rows < BUNDLE_ROWS &&
           bundle->n_bytes + most <= bundle->capacity && sm_frame_chunks_make(chunks, &row, error)) {
        memcpy(bundle->bytes + bundle->n_bytes, row.bytes, row.raw_bytes);
        bundle->rows[bundle->n_rows++] = row;
        bundle->n_bytes += row.raw_bytes;
    }
}

/* ---- the file, on the first rank ---- */

/* Where chunks go. Absent (invalid numbers) on other ranks. */
struct sink {
    hid_t file, dataset;
    struct bundle received; /* of another rank */
};

static enum sparsemed_status fail_to_write(const struct sm_team *team, struct sparsemed_error *error) {
    return error->status == SPARSEMED_OK
               ? sm_fail_hdf5(error, SPARSEMED_OUTPUT,
                              "%s: " SM_PATH_FRAME_IMAGES " could not be written; is the disk full?", team->job->output)
               : error->status;
}

static enum sparsemed_status open_sink(const struct sm_frame_chunks *chunks, const struct sm_workpiece *workpiece,
                                       struct sink *sink, struct sparsemed_error *error) {
    const struct sm_team *team = chunks->team;
    if (open_bundle(chunks, &sink->received, error) != SPARSEMED_OK) {
        return error->status;
    }
    sink->file = sm_hdf5_open_workpiece(workpiece, H5F_ACC_RDWR);
    if (sink->file < 0 || !sm_old_background_free_space(sink->file)) {
        return fail_to_write(team, error);
    }
    sink->dataset = H5Dopen2(sink->file, SM_PATH_FRAME_IMAGES, H5P_DEFAULT);
    return sink->dataset < 0 ? fail_to_write(team, error) : SPARSEMED_OK;
}

/* Write chunks that are the same.
 *
 * bytes   of one */
static enum sparsemed_status write_row(const struct sm_frame_chunks *chunks, const struct sink *sink,
                                       const struct sm_chunk_row *row, const uint8_t *bytes,
                                       struct sparsemed_error *error) {
    for (uint64_t i = 0; i < row->n && sm_team_poll(chunks->team, error) == SPARSEMED_OK; i++) {
        const hsize_t origin[3] = {(row->first + i) * chunks->chunk_images};
        sm_headway("H5Dwrite_chunk");
        if (H5Dwrite_chunk(sink->dataset, H5P_DEFAULT, 0, origin, row->raw_bytes, bytes) < 0) {
            fail_to_write(chunks->team, error);
        }
    }
    return error->status;
}

static enum sparsemed_status write_bundle(const struct sm_frame_chunks *chunks, const struct sink *sink,
                                          const struct bundle *bundle, struct sparsemed_error *error) {
    const uint8_t *bytes = bundle->bytes;
    for (size_t i = 0; i < bundle->n_rows && error->status == SPARSEMED_OK; i++) {
        write_row(chunks, sink, &bundle->rows[i], bytes, error);
        bytes += bundle->rows[i].raw_bytes;
    }
    return error->status;
}

/* Whatever was not written yet is written now. */
static void close_sink(const struct sm_team *team, struct sink *sink, struct sparsemed_error *error) {
    bool closed = sink->dataset < 0 || sm_hdf5_close(sink->dataset);
    closed = (sink->file < 0 || H5Fclose(sink->file) >= 0) && closed;
    if (!closed) {
        fail_to_write(team, error);
    }
    free(sink->received.bytes);
}

/* ---- a round ---- */

/* Send what this rank has made to the first one. */
static void send_bundle(MPI_Comm comm, const struct bundle *bundle) {
    MPI_Send(bundle->rows, sm_message_count(bundle->n_rows * sizeof *bundle->rows), MPI_BYTE, 0, SM_TAG_CHUNKS, comm);
    for (size_t at = 0; at < bundle->n_bytes; at += PIECE_BYTES) {
        MPI_Send(bundle->bytes + at, sm_message_count(sm_min(bundle->n_bytes - at, PIECE_BYTES)), MPI_BYTE, 0,
                 SM_TAG_CHUNKS, comm);
    }
}

/* Take what a rank has made, on the first one. */
static void receive_bundle(MPI_Comm comm, int rank, struct bundle *bundle) {
    MPI_Status status;
    int n_bytes;
    MPI_Recv(bundle->rows, sizeof bundle->rows, MPI_BYTE, rank, SM_TAG_CHUNKS, comm, &status);
    MPI_Get_count(&status, MPI_BYTE, &n_bytes);
    bundle->n_rows = (size_t)n_bytes / sizeof *bundle->rows;
    bundle->n_bytes = 0;
    for (size_t i = 0; i < bundle->n_rows; i++) {
        bundle->n_bytes += bundle->rows[i].raw_bytes;
    }
    for (size_t at = 0; at < bundle->n_bytes; at += PIECE_BYTES) {
        MPI_Recv(bundle->bytes + at, sm_message_count(sm_min(bundle->n_bytes - at, PIECE_BYTES)), MPI_BYTE, rank,
                 SM_TAG_CHUNKS, comm, MPI_STATUS_IGNORE);
    }
}

/* Bring what all ranks have made to the first one, which writes it, and after a failure takes the rest in vain. Every
 * rank sends, be it nothing. */
static void pass_on(const struct sm_frame_chunks *chunks, struct sink *sink, const struct bundle *own,
                    struct sparsemed_error *error) {
    const struct sm_team *team = chunks->team;
    if (team->rank > 0) {
        send_bundle(team->comm, own);
        return;
    }
    write_bundle(chunks, sink, own, error);
    for (int rank = 1; rank < team->n_ranks; rank++) {
        receive_bundle(team->comm, rank, &sink->received);
        write_bundle(chunks, sink, &sink->received, error);
    }
}

static uint32_t sum_bundle(uint32_t checksum, const struct bundle *bundle) {
    const uint8_t *bytes = bundle->bytes;
    for (size_t i = 0; i < bundle->n_rows; i++) {
        for (uint64_t k = 0; k < bundle->rows[i].n; k++) {
            checksum = libdeflate_crc32(checksum, bytes, bundle->rows[i].raw_bytes);
        }
        bytes += bundle->rows[i].raw_bytes;
    }
    return checksum;
}

/* Make and write all chunks. Collective. */
static void write_chunks(struct sm_frame_chunks *chunks, struct sink *sink, struct bundle *own,
                         struct sm_frame_images *images, struct sparsemed_error *error) {
    while (sm_frame_chunks_bring(chunks, error)) {
        sm_headway("making images of frames");
        fill_bundle(chunks, own, error);
        sm_team_poll(chunks->team, error);
        if (sm_vote(chunks->team->comm, error) != SPARSEMED_OK) {
            break;
        }
        images->checksum = sum_bundle(images->checksum, own);
        pass_on(chunks, sink, own, error);
    }
}

/* ---- the whole ---- */

enum sparsemed_status sm_frame_images_write(const struct sm_team *team, const struct sm_plan *plan,
                                            const struct sm_selection *selection, const struct sm_series *series,
                                            const struct sm_workpiece *workpiece, struct sm_frame_images *images,
                                            struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sm_frame_chunks chunks;
    struct sink sink = {.file = H5I_INVALID_HID, .dataset = H5I_INVALID_HID};
    struct bundle own = {0};
    if (sm_frame_chunks_open(&chunks, team, plan, selection, series, error) == SPARSEMED_OK &&
        open_bundle(&chunks, &own, error) == SPARSEMED_OK && team->rank == 0) {
        open_sink(&chunks, workpiece, &sink, error);
    }
    *images = (struct sm_frame_images){.first = chunks.first, .end = chunks.end};
    if (sm_vote(team->comm, error) == SPARSEMED_OK) {
        write_chunks(&chunks, &sink, &own, images, error);
    }
    sm_headway("H5Fclose");
    close_sink(team, &sink, error);
    free(own.bytes);
    sm_frame_chunks_close(&chunks);
    return sm_vote(team->comm, error);
}

/* ---- reading back ---- */

enum sparsemed_status sm_frame_images_verify(const struct sm_team *team, const struct sm_plan *plan,
                                             const struct sm_frame_images *images, hid_t file,
                                             struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    const size_t chunk_images = sm_output_chunk_images(plan->input.stack.height, plan->input.stack.width);
    struct sm_chunk_room room = {0};
    uint32_t checksum = 0;
    hid_t dataset = H5Dopen2(file, SM_PATH_FRAME_IMAGES, H5P_DEFAULT);
    bool read = dataset >= 0;
    for (uint64_t i = images->first; i < images->end && read && sm_team_poll(team, error) == SPARSEMED_OK; i++) {
        sm_headway("reading images back");
        read = sm_chunk_sum_add(dataset, i * chunk_images, &room, &checksum);
    }
    sm_hdf5_release(dataset);
    free(room.bytes);
    if (error->status == SPARSEMED_OK && (!read || checksum != images->checksum)) {
        sparsemed_fail(error, SPARSEMED_OUTPUT,
                       "%s: " SM_PATH_FRAME_IMAGES " does not read back as it was written; is the disk full?",
                       team->job->output);
    }
    return error->status;
}
