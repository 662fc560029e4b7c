#include "parallel/report/listing.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "parallel/headway.h"
#include "parallel/journal/history.h"
#include "parallel/journal/journal.h"
#include "parallel/vote.h"
#include "rtdc/files/path.h"
#include "rtdc/files/surrogates.h"

/* Add an item. Takes over both texts, of which the path may be NULL where memory is out.
 *
 * beside   a path in the folder that was named, or that holds the journal */
static enum sparsemed_status append(struct sm_listing *listing, const char *beside, char *path, const char *state,
                                    char *reason, bool was_named, struct sparsemed_error *error) {
    if (path && listing->n == listing->capacity) {
        size_t capacity = 2 * listing->capacity + 64;
        struct sm_item *list = realloc(listing->list, capacity * sizeof *list);
        if (list) {
            listing->list = list;
            listing->capacity = capacity;
        }
    }
    if (!path || listing->n == listing->capacity) {
        free(path);
        free(reason);
        return sparsemed_fail_memory(error, "listing the outputs");
    }
    bool taken = sm_globs_take(listing->globs, sm_path_below(beside, path), true);
    listing->list[listing->n++] = (struct sm_item){path, state, reason, was_named, !taken};
    return SPARSEMED_OK;
}

/* ---- journals ---- */

static bool is_there(const char *path) {
    struct stat info;
    return stat(path, &info) == 0;
}

/* Add what a journal tells of an output. */
static enum sparsemed_status add_past(struct sm_listing *listing, const char *journal, const char *key,
                                      const struct sm_past *past, struct sparsemed_error *error) {
    json_t *name = json_string(key);
    char *path = name ? sm_json_to_bytes(name) : NULL;
    const char *state = sm_past_lost(past) > 0 ? "lost" : !past->done ? "failed" : NULL;
    json_decref(name);
    if (path && !state && !is_there(path)) {
        state = "absent";
    }
    return append(listing, journal, path, state, past->reason ? strdup(past->reason) : NULL, true, error);
}

static enum sparsemed_status add_journal(struct sm_listing *listing, const char *path, struct sparsemed_error *error) {
    struct sm_history history;
    const char *key;
    json_t *number;
    char *journal = sm_path_absolute(path);
    sm_headway_begin("reading the journal", path);
    if (sm_history_read(path, &history, error) == SPARSEMED_OK) {
        json_object_foreach(history.index, key, number) {
            const struct sm_past *past = &history.list[json_integer_value(number)];
            if (*past->finished || sm_past_lost(past) > 0) { /* else it was only stopped so far */
                add_past(listing, journal ? journal : path, key, past, error);
            }
            if (error->status != SPARSEMED_OK) {
                break;
            }
        }
    }
    sm_history_free(&history);
    free(journal);
    return error->status;
}

/* Whether a file begins as a journal does; other texts than JSON are no outputs either, but told as such. */
static bool is_journal(const char *path) {
    FILE *stream = fopen(path, "re");
    int first = stream ? fgetc(stream) : EOF;
    if (stream) {
        fclose(stream);
    }
    return first == '{';
}

/* ---- folders ---- */

static enum sparsemed_status add_folder(struct sm_listing *listing, const char *path, struct sm_stop *stop,
                                        struct sparsemed_error *error) {
    struct sm_sources sources = {.in_place = true, .outputs_too = true, .stop = stop};
    sm_headway_begin("listing", path);
    sm_sources_add(&sources, path, error);
    char *beside = sources.base ? sm_path_join(sources.base, "") : NULL;
    for (size_t i = 0; i < sources.n && error->status == SPARSEMED_OK; i++) {
        append(listing, beside ? beside : "", strdup(sources.list[i].input), NULL, NULL, false, error);
    }
    free(beside);
    sm_sources_free(&sources);
    char *journal = error->status == SPARSEMED_OK ? sm_path_join(path, SM_JOURNAL_NAME) : NULL;
    if (journal) {
        add_journal(listing, journal, error);
    } else if (error->status == SPARSEMED_OK) {
        sparsemed_fail_memory(error, "listing the outputs");
    }
    free(journal);
    return error->status;
}

/* ---- the list ---- */

static enum sparsemed_status add(struct sm_listing *listing, const char *path, struct sm_stop *stop,
                                 struct sparsemed_error *error) {
    struct stat info;
    if (stat(path, &info) != 0) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: cannot be read: %s", path, strerror(errno));
    }
    if (S_ISDIR(info.st_mode)) {
        return add_folder(listing, path, stop, error);
    }
    if (!S_ISREG(info.st_mode)) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "%s: is neither a file nor a folder", path);
    }
    if (is_journal(path)) {
        return add_journal(listing, path, error);
    }
    char *absolute = sm_path_absolute(path), *beside = absolute ? strdup(absolute) : NULL;
    append(listing, beside ? beside : "", absolute, NULL, NULL, true, error);
    free(beside);
    return error->status;
}

/* ---- what is left ---- */

/* By path; of the same path what is known not to be there to read comes first, then what was named. */
static int compare(const void *left, const void *right) {
    const struct sm_item *a = left, *b = right;
    int order = strcmp(a->path, b->path);
    order = order ? order : (a->state == NULL) - (b->state == NULL);
    return order ? order : b->was_named - a->was_named;
}

static void release(struct sm_item *item) {
    free(item->path);
    free(item->reason);
}

/* Keep the items that are not left out. */
static void drop(struct sm_listing *listing) {
    size_t n = 0;
    for (size_t i = 0; i < listing->n; i++) {
        if (listing->list[i].left_out) {
            release(&listing->list[i]);
        } else {
            listing->list[n++] = listing->list[i];
        }
    }
    listing->n_left_out += listing->n - n;
    listing->n = n;
}

static void settle(struct sm_listing *listing) {
    size_t n = 0;
    if (listing->n > 0) {
        qsort(listing->list, listing->n, sizeof *listing->list, compare);
    }
    for (size_t i = 0; i < listing->n; i++) {
        if (n > 0 && strcmp(listing->list[n - 1].path, listing->list[i].path) == 0) {
            listing->list[n - 1].left_out = listing->list[n - 1].left_out && listing->list[i].left_out;
            release(&listing->list[i]);
        } else {
            listing->list[n++] = listing->list[i];
        }
    }
    listing->n = n;
    drop(listing);
}

static enum sparsemed_status check_left(const struct sm_listing *listing, struct sparsemed_error *error) {
    return listing->n > 0 || listing->n_left_out == 0
               ? SPARSEMED_OK
               : sparsemed_fail(error, SPARSEMED_INPUT, "there is nothing to report: all %zu outputs are left out",
                                listing->n_left_out);
}

enum sparsemed_status sm_listing_make(char **paths, int n_paths, const struct sm_globs *globs, struct sm_stop *stop,
                                      struct sm_listing *listing, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *listing = (struct sm_listing){.globs = globs};
    for (int i = 0; i < n_paths && error->status == SPARSEMED_OK; i++) {
        add(listing, paths[i], stop, error);
    }
    if (error->status == SPARSEMED_OK && listing->n == 0) {
        sparsemed_fail(error, SPARSEMED_INPUT, "there is nothing to report: no *.rtdc, and no journal");
    }
    struct stat info;
    listing->is_one =
        listing->n == 1 && n_paths == 1 && stat(paths[0], &info) == 0 && S_ISREG(info.st_mode) && !is_journal(paths[0]);
    settle(listing);
    return error->status == SPARSEMED_OK ? check_left(listing, error) : error->status;
}

/* Look at the headers of what is there to be read, and note what does not fulfil the conditions. */
static enum sparsemed_status judge(MPI_Comm comm, const struct sm_conditions *conditions, const struct sm_reach *reach,
                                   enum sm_progress_style style, struct sm_stop *stop, struct sm_listing *listing,
                                   struct sparsemed_error *error) {
    struct sm_sources readable = {.in_place = true};
    struct sm_audit_entry *entries = NULL;
    for (size_t i = 0; i < listing->n && error->status == SPARSEMED_OK; i++) {
        if (!listing->list[i].state) {
            sm_sources_append(&readable, strdup(listing->list[i].path), strdup(listing->list[i].path), NULL, error);
        }
    }
    if (sm_vote(comm, error) == SPARSEMED_OK) {
        sm_audit(comm, reach, style, &readable, stop, &entries, error);
    }
    for (size_t i = 0, k = 0; i < listing->n && error->status == SPARSEMED_OK; i++) {
        listing->list[i].left_out = !listing->list[i].state && !sm_conditions_hold(conditions, &entries[k++]);
    }
    sm_audit_free(entries, readable.n);
    sm_sources_free(&readable);
    return error->status;
}

enum sparsemed_status sm_listing_restrict(MPI_Comm comm, const struct sm_conditions *conditions,
                                          const struct sm_reach *reach, enum sm_progress_style style,
                                          struct sm_stop *stop, struct sm_listing *listing,
                                          struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    int rank;
    MPI_Comm_rank(comm, &rank);
    if (conditions->n > 0 && judge(comm, conditions, reach, style, stop, listing, error) == SPARSEMED_OK && rank == 0) {
        drop(listing);
        check_left(listing, error);
    }
    return conditions->n > 0 ? sm_vote(comm, error) : SPARSEMED_OK;
}

void sm_listing_free(struct sm_listing *listing) {
    for (size_t i = 0; i < listing->n; i++) {
        release(&listing->list[i]);
    }
    free(listing->list);
    *listing = (struct sm_listing){0};
}
