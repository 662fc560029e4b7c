#include "parallel/measurement/frame_images.h"

#include <assert.h>
#include <libdeflate.h>
#include <stdlib.h>

#include "core/numbers.h"
#include "parallel/headway.h"
#include "parallel/measurement/frame_chunks.h"
#include "parallel/messages.h"
#include "parallel/vote.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/layout.h"
#include "rtdc/outputs/old_background.h"
#include "rtdc/outputs/output.h"

enum { PIECE_BYTES = 1 << 30 }; /* of a chunk in one message */

/* ---- the file, on the first rank ---- */

/* Where chunks go. Absent (invalid numbers) on other ranks. */
struct sink {
    hid_t file, dataset;
    uint8_t *bytes;            /* of a chunk that another rank has made */
    struct sm_chunk_row *rows; /* [n_ranks], of a round */
};

static enum sparsemed_status fail_to_write(const struct sm_team *team, struct sparsemed_error *error) {
    return error->status == SPARSEMED_OK
               ? sm_fail_hdf5(error, SPARSEMED_OUTPUT,
                              "%s: " SM_PATH_FRAME_IMAGES " could not be written; is the disk full?", team->job->output)
               : error->status;
}

static enum sparsemed_status open_sink(const struct sm_frame_chunks *chunks, const char *path, struct sink *sink,
                                       struct sparsemed_error *error) {
    const struct sm_team *team = chunks->team;
    sink->bytes = malloc(sm_encoder_most_bytes(chunks->encoder));
    sink->rows = malloc((size_t)team->n_ranks * sizeof *sink->rows);
    if (!sink->bytes || !sink->rows) {
        return sparsemed_fail_memory(error, "writing images of frames");
    }
    sink->file = sm_hdf5_open_as(path, H5F_ACC_RDWR);
    if (sink->file < 0 || !sm_old_background_free_space(sink->file)) {
        return fail_to_write(team, error);
    }
    sink->dataset = H5Dopen2(sink->file, SM_PATH_FRAME_IMAGES, H5P_DEFAULT);
    return sink->dataset < 0 ? fail_to_write(team, error) : SPARSEMED_OK;
}

/* Write chunks that are the same. */
static enum sparsemed_status write_row(const struct sm_frame_chunks *chunks, const struct sink *sink,
                                       const struct sm_chunk_row *row, struct sparsemed_error *error) {
    for (uint64_t i = 0; i < row->n && sm_team_poll(chunks->team, error) == SPARSEMED_OK; i++) {
        const hsize_t origin[3] = {(row->first + i) * chunks->chunk_images};
        sm_headway("H5Dwrite_chunk");
        if (H5Dwrite_chunk(sink->dataset, H5P_DEFAULT, 0, origin, row->raw_bytes, row->bytes) < 0) {
            fail_to_write(chunks->team, error);
        }
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
    free(sink->rows);
    free(sink->bytes);
}

/* ---- a round ---- */

/* Send what this rank has made to the first one. */
static void send_row(MPI_Comm comm, const struct sm_chunk_row *row) {
    for (uint64_t at = 0; row->n > 0 && at < row->raw_bytes; at += PIECE_BYTES) {
        MPI_Send(row->bytes + at, sm_message_count(sm_min(row->raw_bytes - at, PIECE_BYTES)), MPI_BYTE, 0,
                 SM_TAG_CHUNKS, comm);
    }
}

/* Take what a rank has made, on the first one. */
static void receive_row(MPI_Comm comm, int rank, struct sm_chunk_row *row, uint8_t *bytes) {
    for (uint64_t at = 0; row->n > 0 && at < row->raw_bytes; at += PIECE_BYTES) {
        MPI_Recv(bytes + at, sm_message_count(sm_min(row->raw_bytes - at, PIECE_BYTES)), MPI_BYTE, rank, SM_TAG_CHUNKS,
                 comm, MPI_STATUS_IGNORE);
    }
    row->bytes = bytes;
}

/* Bring what all ranks have made to the first one, which writes it, and after a failure takes the rest in vain.
 * Collective. */
static void pass_on(const struct sm_frame_chunks *chunks, const struct sink *sink, const struct sm_chunk_row *own,
                    struct sparsemed_error *error) {
    const struct sm_team *team = chunks->team;
    MPI_Gather(own, sizeof *own, MPI_BYTE, sink->rows, sizeof *own, MPI_BYTE, 0, team->comm);
    if (team->rank > 0) {
        send_row(team->comm, own);
        return;
    }
    write_row(chunks, sink, own, error);
    for (int rank = 1; rank < team->n_ranks; rank++) {
        receive_row(team->comm, rank, &sink->rows[rank], sink->bytes);
        write_row(chunks, sink, &sink->rows[rank], error);
    }
}

static uint32_t sum_row(uint32_t checksum, const struct sm_chunk_row *row) {
    for (uint64_t i = 0; i < row->n; i++) {
        checksum = libdeflate_crc32(checksum, row->bytes, row->raw_bytes);
    }
    return checksum;
}

/* Make and write all chunks. Collective. */
static void write_chunks(struct sm_frame_chunks *chunks, const struct sink *sink, struct sm_frame_images *images,
                         struct sparsemed_error *error) {
    struct sm_chunk_row row;
    while (sm_frame_chunks_next(chunks, &row, error)) {
        sm_headway("making images of frames");
        sm_team_poll(chunks->team, error);
        if (sm_vote(chunks->team->comm, error) != SPARSEMED_OK) {
            break;
        }
        images->checksum = sum_row(images->checksum, &row);
        pass_on(chunks, sink, &row, error);
    }
}

/* ---- the whole ---- */

enum sparsemed_status sm_frame_images_write(const struct sm_team *team, const struct sm_plan *plan,
                                            const struct sm_selection *selection, const struct sm_series *series,
                                            const char *path, struct sm_frame_images *images,
                                            struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sm_frame_chunks chunks;
    struct sink sink = {H5I_INVALID_HID, H5I_INVALID_HID, NULL, NULL};
    if (sm_frame_chunks_open(&chunks, team, plan, selection, series, error) == SPARSEMED_OK && team->rank == 0) {
        open_sink(&chunks, path, &sink, error);
    }
    *images = (struct sm_frame_images){.first = chunks.first, .end = chunks.end};
    if (sm_vote(team->comm, error) == SPARSEMED_OK) {
        write_chunks(&chunks, &sink, images, error);
    }
    sm_headway("H5Fclose");
    close_sink(team, &sink, error);
    sm_frame_chunks_close(&chunks);
    return sm_vote(team->comm, error);
}

/* ---- reading back ---- */

/* Add a chunk as it is stored to a checksum. Returns false where it cannot be read, or filters were left out.
 *
 * bytes   of a chunk; becomes larger where it must */
static bool sum_stored(hid_t dataset, hsize_t frame, uint8_t **bytes, size_t *capacity, uint32_t *checksum) {
    const hsize_t origin[3] = {frame};
    hsize_t raw_bytes = 0;
    uint32_t filter_mask = 0;
    if (H5Dget_chunk_storage_size(dataset, origin, &raw_bytes) < 0 || raw_bytes == 0) {
        return false;
    }
    if (raw_bytes > *capacity) {
        free(*bytes);
        *bytes = malloc(raw_bytes);
        *capacity = *bytes ? raw_bytes : 0;
    }
    if (!*bytes || H5Dread_chunk(dataset, H5P_DEFAULT, origin, &filter_mask, *bytes) < 0 || filter_mask != 0) {
        return false;
    }
    *checksum = libdeflate_crc32(*checksum, *bytes, raw_bytes);
    return true;
}

enum sparsemed_status sm_frame_images_verify(const struct sm_team *team, const struct sm_plan *plan,
                                             const struct sm_frame_images *images, hid_t file,
                                             struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    const size_t chunk_images = sm_output_chunk_images(plan->input.stack.height, plan->input.stack.width);
    uint8_t *bytes = NULL;
    size_t capacity = 0;
    uint32_t checksum = 0;
    hid_t dataset = H5Dopen2(file, SM_PATH_FRAME_IMAGES, H5P_DEFAULT);
    bool read = dataset >= 0;
    for (uint64_t i = images->first; i < images->end && read && sm_team_poll(team, error) == SPARSEMED_OK; i++) {
        sm_headway("reading images back");
        read = sum_stored(dataset, i * chunk_images, &bytes, &capacity, &checksum);
    }
    sm_hdf5_release(dataset);
    free(bytes);
    if (error->status == SPARSEMED_OK && (!read || checksum != images->checksum)) {
        sparsemed_fail(error, SPARSEMED_OUTPUT,
                       "%s: " SM_PATH_FRAME_IMAGES " does not read back as it was written; is the disk full?",
                       team->job->output);
    }
    return error->status;
}
