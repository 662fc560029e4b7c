/* The journal of an archive: one line of JSON for every measurement that was finished or has failed.
 *
 * Lines are appended whole, by one process a file; jobs that share an archive (shards) each have a journal of their own
 * and read all of them. A line that a job could not complete is passed over when it is read. */
#ifndef PARALLEL_ARCHIVE_JOURNAL_H
#define PARALLEL_ARCHIVE_JOURNAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parallel/measurement/measurement.h"

/* ---- writing ---- */

/* An open journal. Belongs to one process. */
struct sm_journal {
    char *path;
    int descriptor; /* holds a lock; -1: none is open */
    bool torn;      /* the last line has no end */
    double flushed; /* when it was last flushed to disk, in seconds */
};

#define SM_NO_JOURNAL ((struct sm_journal){NULL, -1, false, 0})

/* Path of the journal of a shard: "<stem>.<shard>-of-<n_shards><extension>". NULL where memory is out. To be released
 * with free. */
char *sm_journal_shard_path(const char *path, size_t shard, size_t n_shards);

/* Open a journal for appending, or make it, and lock it.
 *
 * journal   receives it; release with sm_journal_close, also after a failure
 *
 * SPARSEMED_OUTPUT: it cannot be written, or another job is writing it. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_journal_open(const char *path, struct sm_journal *journal, struct sparsemed_error *error);

/* Append a line, which a crash of the program leaves whole; flushed to disk within a second of more appending.
 *
 * text   one object of JSON, without line breaks
 *
 * SPARSEMED_OUTPUT: it could not be written. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_journal_append(struct sm_journal *journal, const char *text, struct sparsemed_error *error);

/* Flush to disk and close; SM_NO_JOURNAL is fine. */
void sm_journal_close(struct sm_journal *journal);

/* ---- reading ---- */

/* What the journals tell last of an output. */
struct sm_past {
    bool done; /* or failed */
    struct sparsemed_parameters parameters;
    uint64_t size;        /* bytes of the input; in place, of what was made of it */
    int64_t modified;     /* when that was changed last, in nanoseconds since 1970 */
    uint64_t n_frames;    /* when it was done last, and be it before a failure, as the next ones; 0: never */
    uint64_t output_size; /* of the output, likewise */
    int64_t output_modified;
    char finished[32];   /* when, as text that orders by time */
    char *reason;        /* of a failure; or NULL */
    json_t *other_files; /* that images and times were from beside the input, as in the journal: an array of {"path",
                          * "size", "modified"}; or NULL */
};

/* The past of all outputs. All zero is none. */
struct sm_history {
    json_t *index; /* output: number in the list */
    struct sm_past *list;
    size_t n, capacity;
};

/* Read a journal and those of its shards. There may be none.
 *
 * path      of the journal, without shard
 * history   receives what they tell; release with sm_history_free, also after a failure
 *
 * SPARSEMED_INPUT: one cannot be read. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_history_read(const char *path, struct sm_history *history, struct sparsemed_error *error);

/* What happened to an output last, or NULL. */
const struct sm_past *sm_history_find(const struct sm_history *history, const char *output);

void sm_history_free(struct sm_history *history);

#endif
