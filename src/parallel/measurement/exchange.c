#include "parallel/measurement/exchange.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "parallel/messages.h"
#include "parallel/vote.h"

static struct sm_range common(struct sm_range a, struct sm_range b) {
    struct sm_range range = {sm_max(a.first, b.first), sm_min(a.end, b.end)};
    range.end = sm_max(range.first, range.end);
    return range;
}

static uint64_t length(struct sm_range range) {
    return range.end - range.first;
}

/* ---- images ---- */

/* Who makes which images, and who keeps what; images as of sm_exchange_images. */
struct exchange {
    const struct sm_team *team;
    const struct sm_plan *plan;
    const struct sm_selection *selection;
    const struct sm_image_store *store; /* of this rank */
    const struct sm_range *ranges;
    uint8_t *images;
    MPI_Datatype image; /* in messages */
};

/* A stretch of kept images that one rank made and one rank writes; travels as one message. Both sides find the
 * stretches in the same order, so one tag does. */
struct stretch {
    uint64_t first, n;
    int maker;
};

/* Rank that made a kept image. */
static int maker_of(const struct exchange *exchange, uint64_t kept) {
    uint64_t window = exchange->selection->kept_window[kept];
    int low = 0, high = exchange->team->n_ranks;
    while (high - low > 1) {
        int middle = low + (high - low) / 2;
        if (exchange->plan->shares[middle].first_window <= window) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The stretch that begins with a kept image and ends before the given one, all within the range of one writer. */
static struct stretch stretch_from(const struct exchange *exchange, uint64_t first, uint64_t end) {
    struct stretch stretch = {first, 1, maker_of(exchange, first)};
    while (first + stretch.n < end && maker_of(exchange, first + stretch.n) == stretch.maker) {
        stretch.n++;
    }
    return stretch;
}

/* Read images of this rank back. After a failure the rest of them holds anything. */
static enum sparsemed_status read_back(const struct exchange *exchange, const struct stretch *stretch, uint8_t *images,
                                       struct sparsemed_error *error) {
    const struct sm_image_store *store = exchange->store;
    uint64_t first_window = exchange->plan->shares[exchange->team->rank].first_window;
    for (uint64_t i = 0; i < stretch->n && error->status == SPARSEMED_OK; i++) {
        uint64_t own = exchange->selection->kept_window[stretch->first + i] - first_window;
        sm_image_store_get(store, own, images + i * store->image_bytes, error);
    }
    return error->status;
}

/* Post the receives of this rank's range. Returns how many. */
static int post_receives(const struct exchange *exchange, MPI_Request *requests) {
    const struct sm_team *team = exchange->team;
    struct sm_range own = exchange->ranges[team->rank];
    int n = 0;
    for (uint64_t k = own.first; k < own.end;) {
        struct stretch stretch = stretch_from(exchange, k, own.end);
        if (stretch.maker != team->rank) {
            uint8_t *place = exchange->images + (k - own.first) * exchange->store->image_bytes;
            MPI_Irecv(place, sm_message_count(stretch.n), exchange->image, stretch.maker, SM_TAG_IMAGES, team->comm,
                      &requests[n++]);
        }
        k += stretch.n;
    }
    return n;
}

/* Send the images that this rank made and another one writes; copy those that it writes itself.
 *
 * buffer   room for the images of any range */
static enum sparsemed_status send_own(const struct exchange *exchange, int writer, uint8_t *buffer,
                                      struct sparsemed_error *error) {
    const struct sm_team *team = exchange->team;
    struct sm_range range = exchange->ranges[writer];
    for (uint64_t k = range.first; k < range.end;) {
        struct stretch stretch = stretch_from(exchange, k, range.end);
        if (stretch.maker == team->rank && writer == team->rank) {
            read_back(exchange, &stretch, exchange->images + (k - range.first) * exchange->store->image_bytes, error);
        } else if (stretch.maker == team->rank) {
            read_back(exchange, &stretch, buffer, error);
            MPI_Send(buffer, sm_message_count(stretch.n), exchange->image, writer, SM_TAG_IMAGES, team->comm);
        }
        k += stretch.n;
    }
    return error->status;
}

/* Greatest number of images that any rank gets. */
static uint64_t most_images(const struct sm_range *ranges, int n_ranks) {
    uint64_t most = 0;
    for (int rank = 0; rank < n_ranks; rank++) {
        most = sm_max(most, length(ranges[rank]));
    }
    return most;
}

enum sparsemed_status sm_exchange_images(const struct sm_team *team, const struct sm_plan *plan,
                                         const struct sm_selection *selection, const struct sm_series *series,
                                         const struct sm_range *ranges, uint8_t *images,
                                         struct sparsemed_error *error) {
    struct exchange exchange = {team, plan, selection, &series->images, ranges, images, MPI_DATATYPE_NULL};
    uint64_t most = most_images(ranges, team->n_ranks);
    uint8_t *buffer = malloc(most * series->images.image_bytes + 1);
    MPI_Request *requests = malloc((most + 1) * sizeof(MPI_Request));
    if (!buffer || !requests) {
        sparsemed_fail_memory(error, "writing images");
    }
    if (sm_vote(team->comm, error) == SPARSEMED_OK) {
        MPI_Type_contiguous(sm_message_count(series->images.image_bytes), MPI_BYTE, &exchange.image);
        MPI_Type_commit(&exchange.image);
        int n_receives = post_receives(&exchange, requests);
        for (int writer = 0; writer < team->n_ranks; writer++) {
            send_own(&exchange, writer, buffer, error);
        }
        MPI_Waitall(n_receives, requests, MPI_STATUSES_IGNORE);
        MPI_Type_free(&exchange.image);
    }
    free(requests);
    free(buffer);
    return error->status;
}

/* ---- sums ---- */

/* Send and receive what changes ranks, and copy what does not. Most ranks have nothing in common. */
static void pass_sums(const struct sm_team *team, const struct sm_plan *plan, const struct sm_range *ranges,
                      const uint32_t *own_sums, uint32_t *sums, MPI_Request *requests) {
    const struct sm_range own = plan->shares[team->rank].frames, wanted = ranges[team->rank];
    int n_requests = 0;
    for (int rank = 0; rank < team->n_ranks; rank++) {
        struct sm_range given = common(own, ranges[rank]);
        struct sm_range got = common(plan->shares[rank].frames, wanted);
        if (length(got) > 0 && rank == team->rank) {
            memcpy(sums + (got.first - wanted.first), own_sums + (got.first - own.first), length(got) * sizeof *sums);
            continue;
        }
        if (length(got) > 0) {
            MPI_Irecv(sums + (got.first - wanted.first), sm_message_count(length(got)), MPI_UINT32_T, rank, SM_TAG_SUMS,
                      team->comm, &requests[n_requests++]);
        }
        if (length(given) > 0) {
            MPI_Isend(own_sums + (given.first - own.first), sm_message_count(length(given)), MPI_UINT32_T, rank,
                      SM_TAG_SUMS, team->comm, &requests[n_requests++]);
        }
    }
    MPI_Waitall(n_requests, requests, MPI_STATUSES_IGNORE);
}

enum sparsemed_status sm_exchange_sums(const struct sm_team *team, const struct sm_plan *plan,
                                       const struct sm_range *ranges, struct sm_frame_sums *sums,
                                       struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sm_frame_sums received = {ranges[team->rank], NULL};
    received.sum = malloc(length(received.frames) * sizeof *received.sum + 1);
    MPI_Request *requests = malloc(2 * (size_t)team->n_ranks * sizeof(MPI_Request));
    if (!received.sum || !requests) {
        sparsemed_fail_memory(error, "writing offsets");
    }
    if (sm_vote(team->comm, error) == SPARSEMED_OK) {
        pass_sums(team, plan, ranges, sums->sum, received.sum, requests);
        free(sums->sum);
        *sums = received;
    } else {
        free(received.sum);
    }
    free(requests);
    return error->status;
}
