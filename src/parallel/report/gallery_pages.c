#include "parallel/report/gallery_pages.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "parallel/headway.h"
#include "parallel/messages.h"
#include "parallel/vote.h"
#include "rtdc/files/path.h"
#include "rtdc/files/surrogates.h"
#include "rtdc/report/page.h"
#include "rtdc/report/portrait.h"
#include "rtdc/trials/trial_processes.h"

/* What the first rank tells all: for each page its name from the report, its path, and the output, each with its end.
 */
struct orders {
    char *text;
    size_t size;
    uint64_t n;
};

enum sparsemed_status sm_gallery_write_page(const char *page, const char *output,
                                            const struct sm_input_options *options, struct sparsemed_error *error) {
    json_t *portrait;
    sm_headway_begin("reading", output);
    if (sm_portrait_make(output, options, &portrait, error) == SPARSEMED_OK) {
        sm_headway_begin("writing", page);
        sm_page_write(page, sm_path_name(output), portrait, error);
    }
    json_decref(portrait);
    return error->status;
}

/* ---- on the first rank ---- */

/* The folder of the pages, as it is called from the report. NULL where memory is out; to be released with free. */
static char *name_folder(const char *report) {
    const char *name = sm_path_name(report), *dot = strrchr(name, '.');
    size_t length = dot && dot != name ? (size_t)(dot - name) : strlen(name);
    char *folder = malloc(length + sizeof "_pages");
    if (folder) {
        sprintf(folder, "%.*s_pages", (int)length, name);
    }
    return folder;
}

static bool is_shown(const json_t *row) {
    return strcmp(json_string_value(json_object_get(row, "state")), "done") == 0;
}

/* Write down one order. */
static enum sparsemed_status put_order(FILE *stream, const char *report, const char *folder, uint64_t number,
                                       const json_t *row, struct sparsemed_error *error) {
    char *output = sm_json_to_bytes(json_object_get(row, "path"));
    char *name = malloc(strlen(folder) + 32), *page = NULL;
    if (name) {
        sprintf(name, "%s/%04llu.html", folder, (unsigned long long)number);
        page = sm_path_beside(report, name);
    }
    if (!output || !page) {
        sparsemed_fail_memory(error, "writing the pages");
    } else if (sm_text_file_check("page", page, SM_PAGE_BEGINNING, error) == SPARSEMED_OK) {
        fwrite(name, 1, strlen(name) + 1, stream);
        fwrite(page, 1, strlen(page) + 1, stream);
        fwrite(output, 1, strlen(output) + 1, stream);
    }
    free(page);
    free(name);
    free(output);
    return error->status;
}

static enum sparsemed_status compose(const char *report, const json_t *rows, struct orders *orders,
                                     struct sparsemed_error *error) {
    FILE *stream = open_memstream(&orders->text, &orders->size);
    char *folder = name_folder(report);
    size_t i;
    const json_t *row;
    if (!stream || !folder) {
        sparsemed_fail_memory(error, "writing the pages");
    }
    json_array_foreach((json_t *)rows, i, row) {
        if (error->status == SPARSEMED_OK && is_shown(row) && orders->n < SM_MOST_PAGES) {
            put_order(stream, report, folder, ++orders->n, row, error);
        }
    }
    if (stream && fclose(stream) != 0 && error->status == SPARSEMED_OK) {
        sparsemed_fail_memory(error, "writing the pages");
    }
    const char *page = orders->size > 0 ? orders->text + strlen(orders->text) + 1 : NULL;
    if (error->status == SPARSEMED_OK && page && sm_path_make_folder(page) != 0) {
        sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: its folder cannot be made: %s", page, strerror(errno));
    }
    free(folder);
    return error->status;
}

/* Enter the pages into the rows they are of. */
static void enter(const struct orders *orders, const signed char *written, json_t *rows, size_t *n) {
    const char *name = orders->text;
    size_t i;
    json_t *row;
    uint64_t number = 0;
    json_array_foreach(rows, i, row) {
        if (is_shown(row) && number < orders->n) {
            if (written[number++]) {
                json_object_set_new(row, "page", sm_json_from_bytes(name));
                ++*n;
            }
            for (int text = 0; text < 3; text++) {
                name += strlen(name) + 1;
            }
        }
    }
}

/* ---- on all ranks ---- */

static bool is_stopped(void *stop) {
    sm_headway("trial");
    return sm_stop_asked(stop);
}

/* Write this rank's pages; an output that cannot be read any more gets none.
 *
 * written   [orders->n]; receives 1 for each page that is there */
static enum sparsemed_status write_own(MPI_Comm comm, const struct orders *orders,
                                       const struct sm_input_options *options, struct sm_stop *stop,
                                       struct sm_progress *progress, signed char *written,
                                       struct sparsemed_error *error) {
    int rank, n_ranks;
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &n_ranks);
    const char *name = orders->text;
    sm_trial_listen(is_stopped, stop);
    for (uint64_t i = 0; i < orders->n && error->status == SPARSEMED_OK; i++) {
        const char *page = name + strlen(name) + 1, *output = page + strlen(page) + 1;
        name = output + strlen(output) + 1;
        if (i % (uint64_t)n_ranks == (uint64_t)rank) {
            written[i] = sm_gallery_write_page(page, output, options, error) == SPARSEMED_OK;
            if (error->status == SPARSEMED_INPUT) {
                *error = SPARSEMED_NO_ERROR;
            }
            sm_progress_add(progress, 1);
            if (error->status == SPARSEMED_STOPPED || (error->status == SPARSEMED_OK && sm_stop_asked(stop))) {
                sparsemed_fail(error, SPARSEMED_STOPPED, "stopped before the report was written; to be run again");
            }
        }
    }
    sm_trial_listen(NULL, NULL);
    return error->status;
}

enum sparsemed_status sm_gallery_write_pages(MPI_Comm comm, const struct sm_gallery_pages *pages, json_t *rows,
                                             struct sm_stop *stop, size_t *n, struct sparsemed_error *error) {
    int rank;
    struct orders orders = {0};
    signed char written[SM_MOST_PAGES] = {0};
    struct sm_progress progress;
    MPI_Comm_rank(comm, &rank);
    *n = 0;
    if (rank == 0) {
        compose(pages->report, rows, &orders, error);
    }
    uint64_t told[2] = {orders.n, orders.size};
    MPI_Bcast(told, 2, MPI_UINT64_T, 0, comm);
    orders.n = told[0];
    orders.size = told[1];
    if (rank > 0) {
        orders.text = malloc(orders.size + 1);
        if (!orders.text) {
            sparsemed_fail_memory(error, "writing the pages");
        }
    }
    if (sm_vote(comm, error) == SPARSEMED_OK) {
        MPI_Bcast(orders.text, sm_message_count(orders.size), MPI_BYTE, 0, comm);
        sm_progress_start(&progress, comm, pages->progress, SM_PROGRESS_FILES, orders.n);
        write_own(comm, &orders, pages->options, stop, &progress, written, error);
        sm_stop_wait_for_all(stop);
        sm_progress_finish(&progress);
        MPI_Reduce(rank == 0 ? MPI_IN_PLACE : written, written, SM_MOST_PAGES, MPI_SIGNED_CHAR, MPI_MAX, 0, comm);
        if (rank == 0) {
            enter(&orders, written, rows, n);
        }
        sm_vote(comm, error);
    }
    free(orders.text);
    return error->status;
}
