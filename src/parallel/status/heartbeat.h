/* The heartbeat of a job on an archive: a small hidden file beside its journal, by which `sparsemed status` sees from
 * outside what the job is at (pulse.h), and that it lives.
 *
 * The first rank renews it every few seconds, when it comes by between two slabs: five calls to the system, no lock, no
 * flush, and nothing that other ranks take part in. Each time the file is made anew under another name and renamed, so
 * that whoever reads it has a whole one. There is one for each journal, as only one job at a time writes a journal
 * (journal.h); shards have one each. It goes when the job ends in order, whatever its outcome, and stays where the job
 * dies; the next job on the same journal takes its place. A failure to write it is no failure of the job. */
#ifndef PARALLEL_STATUS_HEARTBEAT_H
#define PARALLEL_STATUS_HEARTBEAT_H

#include <stdbool.h>

#include "sparsemed/status.h"

/* Seconds from one renewal to the next. */
#define SM_HEARTBEAT_INTERVAL 5.0

/* Belongs to one process. All zero is none. */
struct sm_heartbeat {
    char *path, *part;            /* of the file, and of the one that it will be renamed from */
    double latest;                /* when it was renewed last, or begun, by sm_seconds_now */
    struct sparsemed_error error; /* the first failure to write it */
};

/* The path of the heartbeat that belongs to a journal. NULL where memory is out. To be released with free. */
char *sm_heartbeat_path(const char *journal);

/* Whether a file of this name is the heartbeat of the journal of this path, or that of one of its shards. */
bool sm_heartbeat_belongs(const char *name, const char *journal);

/* Begin. Nothing is written yet. Where memory is out there will be none.
 *
 * heartbeat   receives it; end with sm_heartbeat_stop */
void sm_heartbeat_start(const char *journal, struct sm_heartbeat *heartbeat);

/* Whether it is time to renew it: an interval has passed, also before the first time. Cheap enough for every slab. */
bool sm_heartbeat_is_due(const struct sm_heartbeat *heartbeat);

/* Renew it.
 *
 * text   what it is to hold, one line; NULL: memory was out, and it is left as it is */
void sm_heartbeat_renew(struct sm_heartbeat *heartbeat, const char *text);

/* Remove the file, also one that a job which died has left, and release the heartbeat but for its error; all zero is
 * fine. */
void sm_heartbeat_stop(struct sm_heartbeat *heartbeat);

#endif
