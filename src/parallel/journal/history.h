/* What the journals of an archive tell of earlier jobs. */
#ifndef PARALLEL_JOURNAL_HISTORY_H
#define PARALLEL_JOURNAL_HISTORY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parallel/stop.h"
#include "rtdc/files/file_state.h"
#include "sparsemed/parameters.h"
#include "sparsemed/status.h"

/* That a job began with a measurement. */
struct sm_beginning {
    char time[32];              /* as text that orders by time; empty: none */
    struct sm_file_state input; /* as it was */
};

/* What a measurement took; all zero where that is not known. */
struct sm_effort {
    uint64_t bytes; /* that were decoded */
    int64_t n_ranks;
    double seconds;
};

/* What the journals tell last of an output. */
struct sm_past {
    bool may_pass;  /* the failure; see failure_kind.h */
    bool timed_out; /* likewise */
    bool memory;    /* it would have taken more than it might */
    bool done;      /* or failed; where there are no parameters, nothing has ended it */
    struct sparsemed_parameters parameters;
    bool frame_images;          /* a background image a frame */
    struct sm_file_state input; /* as it was; in place, what was made of it */
    char finished[32];          /* when, as text that orders by time */
    char *reason;               /* of a failure; or NULL */
    size_t name_in_reason;      /* bytes that it begins with which name the measurement, as in "/a.rtdc: "; may be 0 */
    struct sm_effort effort;    /* of what was done */
    json_t *other_files; /* that images and times were from beside the input, as in the journal: an array of {"path",
                          * "size", "modified"}; or NULL */

    /* Whatever became of it. */
    struct sm_beginning begun[2]; /* the last ones, the latest first */
    char overdue[32];             /* when it had begun as it last took longer than it might; as ended */
    char ended[32]; /* when it last was done, failed or was stopped; as text that orders by time, empty: never */

    /* When it was done last, and be it before a failure; all zero where it never was. */
    uint64_t n_frames;
    struct sm_file_state output;
};

/* The past of all outputs. All zero is none. */
struct sm_history {
    json_t *index;        /* output: number in the list; NULL: nothing was read */
    json_t *places;       /* name of a journal: bytes of it that need not be read again */
    struct sm_stop *stop; /* requests to stop that are heard while journals are followed; borrowed; NULL: none */
    struct sm_past *list;
    size_t n, capacity;
};

/* Read a journal and those of its shards. There may be none.
 *
 * path      of the journal, without shard
 * history   receives what they tell; release with sm_history_free, also after a failure
 *
 * SPARSEMED_INPUT: one cannot be read, or is no file. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_history_read(const char *path, struct sm_history *history, struct sparsemed_error *error);

/* Read what is new since they were read last, or all. A line that has no end yet is read again. A journal that is
 * shorter than it was is read from its beginning.
 *
 * history   what is known so far, or all zero but for stop; release with sm_history_free, also after a failure
 *
 * As sm_history_read. SPARSEMED_STOPPED: that was asked for. */
enum sparsemed_status sm_history_follow(const char *path, struct sm_history *history, struct sparsemed_error *error);

/* What happened to an output last, or NULL. */
const struct sm_past *sm_history_find(const struct sm_history *history, const char *output);

/* How many jobs began with the measurement, as it was when the last one did, and were never heard of again: 0, 1, or 2
 * for more. */
int sm_past_lost(const struct sm_past *past);

/* Whether a measurement took longer than it might, the last time that it was tried, or when a job died. */
bool sm_past_was_late(const struct sm_past *past);

/* Release; all zero is fine. */
void sm_history_free(struct sm_history *history);

#endif
