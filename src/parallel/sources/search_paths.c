#include "parallel/sources/search_paths.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "parallel/headway.h"
#include "parallel/sources/sources.h"
#include "parallel/vote.h"
#include "rtdc/trials/trial.h"

enum { PIECE_BYTES = 1 << 30 }; /* of a broadcast */

/* ---- on the first rank ---- */

static int compare(const void *left, const void *right) {
    const struct sm_source *a = left, *b = right;
    return strcmp(a->input, b->input);
}

/* Add the files of one folder, by their paths. */
static enum sparsemed_status add_folder(struct sm_sources *all, const char *folder, struct sparsemed_error *error) {
    size_t before = all->n;
    sm_headway_begin("listing", folder);
    if (sm_sources_add(all, folder, error) == SPARSEMED_OK && all->n > before) {
        qsort(all->list + before, all->n - before, sizeof *all->list, compare);
    }
    return error->status;
}

static enum sparsemed_status list_files(char *const *folders, size_t n, struct sm_stop *stop,
                                        struct sm_moved_files *files, struct sparsemed_error *error) {
    struct sm_sources all = {.in_place = true, .outputs_too = true, .stop = stop};
    for (size_t i = 0; i < n && error->status == SPARSEMED_OK; i++) {
        add_folder(&all, folders[i], error);
    }
    const char **paths = malloc((all.n + 1) * sizeof *paths);
    for (size_t i = 0; i < all.n && paths; i++) {
        paths[i] = all.list[i].input;
    }
    if (error->status == SPARSEMED_OK) {
        paths ? sm_moved_files_make(paths, all.n, files, error) : sparsemed_fail_memory(error, "listing files");
    }
    free(paths);
    sm_sources_free(&all);
    return error->status;
}

/* ---- on all ranks ---- */

/* Give all ranks the list of the first one. */
static enum sparsemed_status share(MPI_Comm comm, int rank, struct sm_moved_files *files,
                                   struct sparsemed_error *error) {
    uint64_t n_bytes = files->n_bytes;
    MPI_Bcast(&n_bytes, 1, MPI_UINT64_T, 0, comm);
    if (rank > 0) {
        *files = (struct sm_moved_files){n_bytes, malloc(n_bytes)};
        if (!files->bytes) {
            sparsemed_fail_memory(error, "listing files");
        }
    }
    if (sm_vote(comm, error) != SPARSEMED_OK) {
        return error->status;
    }
    for (uint64_t done = 0; done < n_bytes; done += PIECE_BYTES) {
        MPI_Bcast((char *)files->bytes + done, (int)sm_min(n_bytes - done, PIECE_BYTES), MPI_BYTE, 0, comm);
    }
    return SPARSEMED_OK;
}

enum sparsemed_status sm_search_paths_list(MPI_Comm comm, char *const *folders, size_t n, struct sm_moved_files *files,
                                           struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sm_stop stop;
    int rank;
    MPI_Comm_rank(comm, &rank);
    *files = (struct sm_moved_files){0, NULL};
    if (sm_stop_open(comm, 0, &stop, error) == SPARSEMED_OK && rank == 0) {
        list_files(folders, n, &stop, files, error);
    }
    sm_stop_wait_for_all(&stop);
    sm_stop_close(&stop);
    if (sm_vote(comm, error) == SPARSEMED_OK && share(comm, rank, files, error) == SPARSEMED_OK) {
        sm_trial_tell_moved(files, error);
    }
    return sm_vote(comm, error);
}
