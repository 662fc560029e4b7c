#include "parallel/exchange.h"

#include <stdlib.h>

#include "parallel/vote.h"

enum { TAG_IMAGES = 3 };

/* A stretch of kept images that one rank made and one rank writes; travels as one message. Both sides find the
 * stretches in the same order, so one tag does. */
struct stretch {
    uint64_t first, n;
    int maker, writer;
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
static struct stretch stretch_from(const struct sm_run *run, uint64_t first, uint64_t end, int writer) {
    struct stretch stretch = {first, 1, maker_of(run, run->kept_window[first]), writer};
    while (first + stretch.n < end && maker_of(run, run->kept_window[first + stretch.n]) == stretch.maker) {
        stretch.n++;
    }
    return stretch;
}

/* Read images of this rank back. After a failure the rest of them holds anything. */
static enum sm_status read_back(const struct sm_run *run, const struct stretch *stretch, uint8_t *images,
                                struct sm_error *error) {
    const struct sm_image_store *store = &run->images;
    for (uint64_t i = 0; i < stretch->n && error->status == SM_OK; i++) {
        uint64_t own = run->kept_window[stretch->first + i] - run->shares[run->rank].first_window;
        sm_image_store_get(store, own, images + i * store->image_bytes, error);
    }
    return error->status;
}

/* Post the receives of this rank's range. Returns how many. */
static int post_receives(const struct sm_run *run, const uint64_t *bounds, uint8_t *images, MPI_Datatype image,
                         MPI_Request *requests) {
    int n = 0;
    uint64_t end = bounds[run->rank + 1];
    for (uint64_t k = bounds[run->rank]; k < end;) {
        struct stretch stretch = stretch_from(run, k, end, run->rank);
        if (stretch.maker != run->rank) {
            uint8_t *place = images + (k - bounds[run->rank]) * run->images.image_bytes;
            MPI_Irecv(place, (int)stretch.n, image, stretch.maker, TAG_IMAGES, run->comm, &requests[n++]);
        }
        k += stretch.n;
    }
    return n;
}

/* Send the images that this rank made to their writers, or copy them where that is itself. */
static enum sm_status send_own(const struct sm_run *run, const uint64_t *bounds, uint8_t *images, MPI_Datatype image,
                               uint8_t *buffer, struct sm_error *error) {
    for (int writer = 0; writer < run->n_ranks; writer++) {
        for (uint64_t k = bounds[writer]; k < bounds[writer + 1];) {
            struct stretch stretch = stretch_from(run, k, bounds[writer + 1], writer);
            if (stretch.maker == run->rank && writer == run->rank) {
                read_back(run, &stretch, images + (k - bounds[writer]) * run->images.image_bytes, error);
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
static uint64_t most_images(const uint64_t *bounds, int n_ranks) {
    uint64_t most = 0;
    for (int rank = 0; rank < n_ranks; rank++) {
        uint64_t n = bounds[rank + 1] - bounds[rank];
        most = n > most ? n : most;
    }
    return most;
}

enum sm_status sm_exchange_images(struct sm_run *run, const uint64_t *bounds, uint8_t *images, struct sm_error *error) {
    uint64_t most = most_images(bounds, run->n_ranks);
    uint8_t *buffer = malloc(most * run->images.image_bytes + 1);
    MPI_Request *requests = malloc((most + 1) * sizeof(MPI_Request));
    if (!buffer || !requests) {
        sm_fail_memory(error, "writing images");
    }
    if (sm_vote(run->comm, error) == SM_OK) {
        MPI_Datatype image;
        MPI_Type_contiguous((int)run->images.image_bytes, MPI_BYTE, &image);
        MPI_Type_commit(&image);
        int n_receives = post_receives(run, bounds, images, image, requests);
        send_own(run, bounds, images, image, buffer, error);
        MPI_Waitall(n_receives, requests, MPI_STATUSES_IGNORE);
        MPI_Type_free(&image);
    }
    free(requests);
    free(buffer);
    return error->status;
}
