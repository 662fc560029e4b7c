#include "parallel/measurement/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "parallel/vote.h"

enum { TAG_IMAGES = 3, TAG_SUMS };

/* ---- images ---- */

/* A stretch of kept images that one rank made and one rank writes; travels as one message. Both sides find the
 * stretches in the same order, so one tag does. */
struct stretch {
    uint64_t first, n;
    int maker;
};

/* Rank that made the image of a window. */
static int maker_of(const struct sm_run *run, uint64_t window) {
    int low = 0, high = run->n_ranks;
    while (high - low > 1) {
        int middle = low + (high - low) / 2;
        if (run->shares[middle].first_window <= window) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The stretch that begins with a kept image and ends before the given one, all within the range of one writer. */
static struct stretch stretch_from(const struct sm_run *run, uint64_t first, uint64_t end) {
    struct stretch stretch = {first, 1, maker_of(run, run->kept_window[first])};
    while (first + stretch.n < end && maker_of(run, run->kept_window[first + stretch.n]) == stretch.maker) {
        stretch.n++;
    }
    return stretch;
}

/* Read images of this rank back. After a failure the rest of them holds anything. */
static enum sparsemed_status read_back(const struct sm_run *run, const struct stretch *stretch, uint8_t *images,
                                       struct sparsemed_error *error) {
    const struct sm_image_store *store = &run->images;
    for (uint64_t i = 0; i < stretch->n && error->status == SPARSEMED_OK; i++) {
        uint64_t own = run->kept_window[stretch->first + i] - run->shares[run->rank].first_window;
        sm_image_store_get(store, own, images + i * store->image_bytes, error);
    }
    return error->status;
}

/* Post the receives of this rank's range. Returns how many. */
static int post_receives(const struct sm_run *run, struct sm_range range, uint8_t *images, MPI_Datatype image,
                         MPI_Request *requests) {
    int n = 0;
    for (uint64_t k = range.first; k < range.end;) {
        struct stretch stretch = stretch_from(run, k, range.end);
        if (stretch.maker != run->rank) {
            uint8_t *place = images + (k - range.first) * run->images.image_bytes;
            MPI_Irecv(place, (int)stretch.n, image, stretch.maker, TAG_IMAGES, run->comm, &requests[n++]);
        }
        k += stretch.n;
    }
    return n;
}

/* Send the images that this rank made to their writers, or copy them where that is itself. */
static enum sparsemed_status send_own(const struct sm_run *run, const struct sm_range *ranges, uint8_t *images,
                                      MPI_Datatype image, uint8_t *buffer, struct sparsemed_error *error) {
    for (int writer = 0; writer < run->n_ranks; writer++) {
        for (uint64_t k = ranges[writer].first; k < ranges[writer].end;) {
            struct stretch stretch = stretch_from(run, k, ranges[writer].end);
            if (stretch.maker == run->rank && writer == run->rank) {
                read_back(run, &stretch, images + (k - ranges[writer].first) * run->images.image_bytes, error);
            } else if (stretch.maker == run->rank) {
                read_back(run, &stretch, buffer, error);
                MPI_Send(buffer, (int)stretch.n, image, writer, TAG_IMAGES, run->comm);
            }
            k += stretch.n;
        }
    }
    return error->status;
}

/* Greatest number of images that any rank gets. */
static uint64_t most_images(const struct sm_range *ranges, int n_ranks) {
    uint64_t most = 0;
    for (int rank = 0; rank < n_ranks; rank++) {
        uint64_t n = ranges[rank].end - ranges[rank].first;
        most = n > most ? n : most;
    }
    return most;
}

enum sparsemed_status sm_exchange_images(const struct sm_run *run, const struct sm_range *ranges, uint8_t *images,
                                         struct sparsemed_error *error) {
    uint64_t most = most_images(ranges, run->n_ranks);
    uint8_t *buffer = malloc(most * run->images.image_bytes + 1);
    MPI_Request *requests = malloc((most + 1) * sizeof(MPI_Request));
    if (!buffer || !requests) {
        sparsemed_fail_memory(error, "writing images");
    }
    if (sm_vote(run->comm, error) == SPARSEMED_OK) {
        MPI_Datatype image;
        MPI_Type_contiguous((int)run->images.image_bytes, MPI_BYTE, &image);
        MPI_Type_commit(&image);
        int n_receives = post_receives(run, ranges[run->rank], images, image, requests);
        send_own(run, ranges, images, image, buffer, error);
        MPI_Waitall(n_receives, requests, MPI_STATUSES_IGNORE);
        MPI_Type_free(&image);
    }
    free(requests);
    free(buffer);
    return error->status;
}

/* ---- sums ---- */

static struct sm_range share_of(const struct sm_run *run, int rank) {
    struct sm_range share;
    share.end = sm_frames_of(run, rank, &share.first);
    share.end += share.first;
    return share;
}

static struct sm_range common(struct sm_range a, struct sm_range b) {
    struct sm_range range = {a.first > b.first ? a.first : b.first, a.end < b.end ? a.end : b.end};
    range.end = range.end > range.first ? range.end : range.first;
    return range;
}

/* Send and receive what changes ranks, and copy what does not. Most ranks have nothing in common. */
static void pass_sums(const struct sm_run *run, const struct sm_range *ranges, uint32_t *sums, MPI_Request *requests) {
    const struct sm_range own = share_of(run, run->rank), wanted = ranges[run->rank];
    int n_requests = 0;
    for (int rank = 0; rank < run->n_ranks; rank++) {
        struct sm_range given = common(own, ranges[rank]);
        struct sm_range got = common(share_of(run, rank), wanted);
        size_t n_given = given.end - given.first, n_got = got.end - got.first;
        if (n_got > 0 && rank == run->rank) {
            memcpy(sums + (got.first - wanted.first), run->frame_sum + (got.first - own.first), n_got * sizeof *sums);
            continue;
        }
        if (n_got > 0) {
            MPI_Irecv(sums + (got.first - wanted.first), (int)n_got, MPI_UINT32_T, rank, TAG_SUMS, run->comm,
                      &requests[n_requests++]);
        }
        if (n_given > 0) {
            MPI_Isend(run->frame_sum + (given.first - own.first), (int)n_given, MPI_UINT32_T, rank, TAG_SUMS, run->comm,
                      &requests[n_requests++]);
        }
    }
    MPI_Waitall(n_requests, requests, MPI_STATUSES_IGNORE);
}

enum sparsemed_status sm_exchange_sums(struct sm_run *run, const struct sm_range *ranges,
                                       struct sparsemed_error *error) {
    uint64_t n_wanted = ranges[run->rank].end - ranges[run->rank].first;
    uint32_t *sums = malloc(n_wanted * sizeof *sums + 1);
    MPI_Request *requests = malloc(2 * (size_t)run->n_ranks * sizeof(MPI_Request));
    if (!sums || !requests) {
        sparsemed_fail_memory(error, "writing offsets");
    }
    if (sm_vote(run->comm, error) == SPARSEMED_OK) {
        pass_sums(run, ranges, sums, requests);
        free(run->frame_sum);
        run->frame_sum = sums;
        sums = NULL;
    }
    free(requests);
    free(sums);
    return error->status;
}
