/* The first rank tells all ranks of some hundred outputs at a time; each reads every n-th of them, and the first one
 * gathers the rows, as JSON with a line each. Thumbnails are much of a row, and dropped where too many are worse. */
#include "parallel/report/gallery.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "parallel/headway.h"
#include "parallel/messages.h"
#include "parallel/report/gallery_pages.h"
#include "parallel/vote.h"
#include "rtdc/files/path.h"
#include "rtdc/files/surrogates.h"
#include "rtdc/layout.h"
#include "rtdc/report/brief.h"
#include "rtdc/report/page.h"
#include "rtdc/report/quality_legend.h"
#include "rtdc/report/row_tables.h"
#include "rtdc/trials/trial_processes.h"

enum { ROUND_FILES = 512 };

/* A rank at work on a report. */
struct worker {
    MPI_Comm comm;
    int rank, n_ranks;
    const struct sm_gallery *gallery;
    const struct sm_listing *listing; /* first rank only */
    struct sm_gallery_report *report; /* the same */
    json_t *rows;                     /* the same */
    struct sm_stop stop;
    struct sm_progress progress;
};

/* Texts that follow each other, each with its end. */
struct texts {
    char *bytes;
    size_t size;
};

/* ---- on the first rank ---- */

/* Write down the outputs of a round; one that is not to be read is empty. */
static enum sparsemed_status compose(const struct sm_item *items, size_t n, struct texts *paths,
                                     struct sparsemed_error *error) {
    FILE *stream = open_memstream(&paths->bytes, &paths->size);
    for (size_t i = 0; stream && i < n; i++) {
        const char *path = items[i].state ? "" : items[i].path;
        fwrite(path, 1, strlen(path) + 1, stream);
    }
    return stream && fclose(stream) == 0 ? SPARSEMED_OK : sparsemed_fail_memory(error, "reading outputs");
}

static double badness_of(const json_t *row) {
    return json_number_value(json_object_get(row, "badness"));
}

/* The worst first, then by path. */
static int compare_rows(const void *left, const void *right) {
    const json_t *a = *(json_t *const *)left, *b = *(json_t *const *)right;
    double difference = badness_of(b) - badness_of(a);
    const char *a_path = json_string_value(json_object_get(a, "path")),
               *b_path = json_string_value(json_object_get(b, "path"));
    return difference > 0 ? 1 : difference < 0 ? -1 : strcmp(a_path ? a_path : "", b_path ? b_path : "");
}

/* Sort the rows, and drop the thumbnails that are too many. */
static enum sparsemed_status sort_rows(struct worker *worker, struct sparsemed_error *error) {
    size_t n = json_array_size(worker->rows), n_thumbs = 0;
    json_t **list = malloc((n + 1) * sizeof(json_t *)), *sorted = json_array();
    for (size_t i = 0; list && i < n; i++) {
        list[i] = json_array_get(worker->rows, i);
    }
    if (list) {
        qsort(list, n, sizeof *list, compare_rows);
    }
    for (size_t i = 0; list && i < n; i++) {
        bool has_thumbs = json_is_string(json_object_get(list[i], "worst"));
        if (has_thumbs && ++n_thumbs > SM_MOST_ROWS_WITH_THUMBS) {
            json_object_del(list[i], "worst");
            json_object_del(list[i], "busy");
        }
        json_array_append(sorted, list[i]);
    }
    free(list);
    if (json_array_size(sorted) != n) {
        json_decref(sorted);
        return sparsemed_fail_memory(error, "sorting the rows");
    }
    json_decref(worker->rows);
    worker->rows = sorted;
    return SPARSEMED_OK;
}

/* Take in the row of an item, as its rank has told it, but for a file in a folder that has no background. */
static enum sparsemed_status take_in(struct worker *worker, const struct sm_item *item, const char *text,
                                     struct sparsemed_error *error) {
    json_t *row = item->state ? sm_brief_of_failure(item->path, item->state, item->reason) : sm_json_read(text);
    const char *state = json_string_value(json_object_get(row, "state"));
    if (!state) {
        json_decref(row);
        return sparsemed_fail_memory(error, "reading outputs");
    }
    if (strcmp(state, "none") == 0 && !item->was_named) {
        worker->report->n_passed_over++;
        json_decref(row);
        return SPARSEMED_OK;
    }
    worker->report->n_failed += strcmp(state, "done") != 0;
    if (worker->gallery->tell) {
        sm_progress_hide(&worker->progress);
        worker->gallery->tell(row, worker->gallery->tell_data);
    }
    return json_array_append_new(worker->rows, row) == 0 ? SPARSEMED_OK
                                                         : sparsemed_fail_memory(error, "reading outputs");
}

/* ---- on all ranks ---- */

static bool is_stopped(void *data) {
    struct worker *worker = data;
    sm_headway("trial");
    sm_progress_add(&worker->progress, 0);
    return sm_stop_asked(&worker->stop);
}

static void poll_while_waiting(void *data) {
    struct worker *worker = data;
    sm_progress_add(&worker->progress, 0);
    sm_stop_asked(&worker->stop);
}

/* Read this rank's outputs, and write down their rows. Local but for the requests to stop. */
static enum sparsemed_status read_own(struct worker *worker, const struct texts *paths, size_t n, struct texts *rows,
                                      struct sparsemed_error *error) {
    const char *path = paths->bytes;
    FILE *stream = open_memstream(&rows->bytes, &rows->size);
    for (size_t i = 0; stream && i < n && error->status == SPARSEMED_OK; i++, path += strlen(path) + 1) {
        if (i % (size_t)worker->n_ranks != (size_t)worker->rank) {
            continue;
        }
        sm_headway_begin("reading", path);
        json_t *row = *path ? sm_brief_of_output(path, worker->gallery->options, error) : NULL;
        char *text = row ? sm_json_write(row, JSON_COMPACT | JSON_REAL_PRECISION(7)) : NULL;
        fwrite(text ? text : "", 1, text ? strlen(text) + 1 : 1, stream);
        free(text);
        json_decref(row);
        sm_progress_add(&worker->progress, 1);
        if (error->status == SPARSEMED_STOPPED || (error->status == SPARSEMED_OK && sm_stop_asked(&worker->stop))) {
            sparsemed_fail(error, SPARSEMED_STOPPED, "stopped before the report was written; to be run again");
        }
    }
    bool written = stream && fclose(stream) == 0;
    return written || error->status != SPARSEMED_OK ? error->status : sparsemed_fail_memory(error, "reading outputs");
}

/* Bring the rows of a round together on the first rank. Collective; votes.
 *
 * all   receives those of all ranks, one rank behind the other; starts the place of each [n_ranks] */
static enum sparsemed_status gather(struct worker *worker, const struct texts *rows, struct texts *all, int *starts,
                                    int *sizes, struct sparsemed_error *error) {
    int size = sm_message_count(rows->size);
    uint64_t total = 0;
    MPI_Gather(&size, 1, MPI_INT, sizes, 1, MPI_INT, 0, worker->comm);
    for (int i = 0; worker->rank == 0 && i < worker->n_ranks; i++) {
        starts[i] = sm_message_count(total);
        total += (uint64_t)sizes[i];
    }
    all->bytes = malloc(total + 1);
    all->size = total;
    if (!all->bytes) {
        sparsemed_fail_memory(error, "reading outputs");
    }
    if (sm_vote(worker->comm, error) == SPARSEMED_OK) {
        sm_message_count(total);
        MPI_Gatherv(rows->bytes, size, MPI_CHAR, all->bytes, sizes, starts, MPI_CHAR, 0, worker->comm);
    }
    return error->status;
}

/* Take in a round. On the first rank. */
static enum sparsemed_status take_in_round(struct worker *worker, const struct sm_item *items, size_t n,
                                           const struct texts *all, int *starts, struct sparsemed_error *error) {
    for (size_t i = 0; i < n && error->status == SPARSEMED_OK; i++) {
        int *place = &starts[i % (size_t)worker->n_ranks];
        const char *text = all->bytes + *place;
        *place += (int)strlen(text) + 1;
        take_in(worker, &items[i], text, error);
    }
    return error->status == SPARSEMED_OK ? sort_rows(worker, error) : error->status;
}

/* Read some outputs. Collective; votes.
 *
 * items   [n], on the first rank */
static enum sparsemed_status read_round(struct worker *worker, const struct sm_item *items, size_t n,
                                        struct sparsemed_error *error) {
    struct texts paths = {0}, rows = {0}, all = {0};
    int *starts = calloc((size_t)worker->n_ranks, sizeof *starts),
        *sizes = calloc((size_t)worker->n_ranks, sizeof *sizes);
    if (!starts || !sizes) {
        sparsemed_fail_memory(error, "reading outputs");
    }
    if (worker->rank == 0 && error->status == SPARSEMED_OK) {
        compose(items, n, &paths, error);
    }
    uint64_t size = paths.size;
    MPI_Bcast(&size, 1, MPI_UINT64_T, 0, worker->comm);
    if (worker->rank > 0) {
        paths = (struct texts){malloc(size + 1), size};
    }
    if (!paths.bytes && error->status == SPARSEMED_OK) {
        sparsemed_fail_memory(error, "reading outputs");
    }
    if (sm_vote(worker->comm, error) == SPARSEMED_OK) {
        MPI_Bcast(paths.bytes, sm_message_count(size), MPI_CHAR, 0, worker->comm);
        sm_trial_listen(is_stopped, worker);
        read_own(worker, &paths, n, &rows, error);
        sm_trial_listen(NULL, NULL);
        sm_wait_for_all(worker->comm, poll_while_waiting, worker);
    }
    if (sm_vote(worker->comm, error) == SPARSEMED_OK &&
        gather(worker, &rows, &all, starts, sizes, error) == SPARSEMED_OK && worker->rank == 0) {
        take_in_round(worker, items, n, &all, starts, error);
    }
    free(paths.bytes);
    free(rows.bytes);
    free(all.bytes);
    free(starts);
    free(sizes);
    return sm_vote(worker->comm, error);
}

/* ---- all of it ---- */

static enum sparsemed_status read_all(struct worker *worker, struct sparsemed_error *error) {
    uint64_t n = worker->rank == 0 ? worker->listing->n : 0;
    uint64_t round_files = sm_max((uint64_t)worker->n_ranks, ROUND_FILES);
    MPI_Bcast(&n, 1, MPI_UINT64_T, 0, worker->comm);
    sm_progress_start(&worker->progress, worker->comm, worker->gallery->progress, SM_PROGRESS_FILES, n);
    for (uint64_t first = 0; first < n && error->status == SPARSEMED_OK; first += round_files) {
        const struct sm_item *items = worker->rank == 0 ? worker->listing->list + first : NULL;
        read_round(worker, items, sm_min(n - first, round_files), error);
    }
    sm_progress_finish(&worker->progress);
    return error->status;
}

/* A folder of files without backgrounds is hardly what was meant. Collective; votes. */
static enum sparsemed_status check_rows(const struct worker *worker, struct sparsemed_error *error) {
    if (worker->rank == 0 && json_array_size(worker->rows) == 0) {
        sparsemed_fail(error, SPARSEMED_INPUT, "there is nothing to report: none of %zu files has a background",
                       worker->report->n_passed_over);
    }
    return sm_vote(worker->comm, error);
}

static json_t *page_value(const struct worker *worker) {
    return json_pack("{ss ss so sO sI si si}", "kind", "archive", "software", SM_SOFTWARE, "legend",
                     sm_quality_legend(), "rows", worker->rows, "passed_over",
                     (json_int_t)worker->report->n_passed_over, "most_thumbs", (int)SM_MOST_ROWS_WITH_THUMBS,
                     "most_pages", (int)SM_MOST_PAGES);
}

/* Write what is not a page of a single output. On the first rank. */
static enum sparsemed_status write_lists(const struct worker *worker, bool with_page, struct sparsemed_error *error) {
    const struct sm_gallery *gallery = worker->gallery;
    if (with_page) {
        json_t *data = page_value(worker);
        if (data) {
            sm_page_write(gallery->page, "Sparse-median backgrounds", data, error);
        } else {
            sparsemed_fail_memory(error, "writing the report");
        }
        json_decref(data);
    }
    if (gallery->tsv && error->status == SPARSEMED_OK) {
        sm_tsv_write(gallery->tsv, worker->rows, error);
    }
    if (gallery->multiqc && error->status == SPARSEMED_OK) {
        sm_multiqc_write(gallery->multiqc, worker->rows, error);
    }
    return error->status;
}

/* Write all. Collective; votes. */
static enum sparsemed_status write_all(struct worker *worker, struct sparsemed_error *error) {
    const struct sm_gallery *gallery = worker->gallery;
    int is_one = worker->rank == 0 && worker->listing->is_one;
    size_t n_pages = 0;
    MPI_Bcast(&is_one, 1, MPI_INT, 0, worker->comm);
    if (worker->rank == 0) {
        worker->report->n_shown = json_array_size(worker->rows);
    }
    if (gallery->page && is_one && worker->rank == 0) {
        sm_gallery_write_page(gallery->page, worker->listing->list[0].path, gallery->options, error);
    }
    if (gallery->page && !is_one) {
        const struct sm_gallery_pages pages = {gallery->page, gallery->options, gallery->progress};
        sm_gallery_write_pages(worker->comm, &pages, worker->rows, &worker->stop, &n_pages, error);
    }
    if (worker->rank == 0 && error->status == SPARSEMED_OK) {
        sm_headway_begin("writing", gallery->page ? gallery->page : "");
        worker->report->n_pages = n_pages;
        write_lists(worker, gallery->page && !is_one, error);
    }
    return sm_vote(worker->comm, error);
}

enum sparsemed_status sm_gallery_make(MPI_Comm comm, const struct sm_gallery *gallery, const struct sm_listing *listing,
                                      struct sm_gallery_report *report, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct worker worker = {
        .comm = comm, .gallery = gallery, .listing = listing, .report = report, .rows = json_array()};
    MPI_Comm_rank(comm, &worker.rank);
    MPI_Comm_size(comm, &worker.n_ranks);
    *report = (struct sm_gallery_report){0};
    sm_stop_open(comm, 0, &worker.stop, error);
    if (sm_vote(comm, error) == SPARSEMED_OK && read_all(&worker, error) == SPARSEMED_OK &&
        check_rows(&worker, error) == SPARSEMED_OK) {
        write_all(&worker, error);
    }
    sm_stop_close(&worker.stop);
    json_decref(worker.rows);
    return error->status;
}
