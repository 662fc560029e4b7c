/* Which jobs are seen at work on an archive, by their heartbeats (heartbeat.h). Nothing is written, and nothing locked.
 *
 * Does a job live whose heartbeat is two minutes old? The age of a file is the difference of two clocks: that of
 * whoever looks, and that of the node or server that has set its time, which is the writer on Lustre and the server on
 * NFS. A reading of the file system's own clock would take a write into the user's folder, and on Lustre be that of
 * yet another node. So ages are believed only where no clock can be so wrong: what is younger than a minute lives, what
 * is older than ten is silent. Of all between, or from the future, it counts whether the heartbeat changes while it is
 * watched, for somewhat more than two of its intervals: that is measured with one clock. And once a heartbeat has been
 * seen to change, it is only that clock which counts. A job that is silent may be dead, suspended, or held up in a
 * single call for so long: from outside these are the same.
 *
 * The limits are multiples of the interval that a heartbeat itself tells. */
#ifndef PARALLEL_STATUS_SIGHTINGS_H
#define PARALLEL_STATUS_SIGHTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "parallel/status/pulse.h"
#include "rtdc/files/file_state.h"
#include "sparsemed/status.h"

enum sm_liveness {
    SM_LIVES,
    SM_DOUBTFUL, /* it is to be watched for some seconds more */
    SM_SILENT,   /* it does not renew its heartbeat any more */
};

/* What is known of a heartbeat's time. */
struct sm_beat {
    double interval;  /* seconds, as it tells */
    double age;       /* seconds that the clocks make it old, or below 0 */
    double unchanged; /* seconds that it has been watched without a change */
    bool changed;     /* it was seen to change */
};

/* Judge by it. */
enum sm_liveness sm_beat_judge(const struct sm_beat *beat);

/* A job that is seen. */
struct sm_sighting {
    char *name;                 /* of the heartbeat, owned */
    struct sm_file_state state; /* of the file, when it was read */
    uint64_t inode;
    double since; /* when this state was seen first, by sm_seconds_now */
    struct sm_beat beat;
    enum sm_liveness liveness;
    struct sm_pulse pulse; /* what it told last */
    bool is_there;         /* at the latest look */
};

/* All zero is none. */
struct sm_sightings {
    size_t n, capacity;
    struct sm_sighting *list; /* [n], by name */
};

/* Look at the heartbeats of a journal and its shards. What is no file or holds nothing of the kind is passed over.
 *
 * journal     its path, without shard
 * sightings   those of the look before, or all zero; receives those of now; release with sm_sightings_free
 *
 * SPARSEMED_INPUT: the folder cannot be read. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_sightings_look(const char *journal, struct sm_sightings *sightings,
                                        struct sparsemed_error *error);

/* How many are so. */
size_t sm_sightings_count(const struct sm_sightings *sightings, enum sm_liveness liveness);

/* Whether it is worth to look again: a job lives, or one that was seen to do so has been silent for less than ten
 * minutes, as it may be in a single long call. */
bool sm_sightings_go_on(const struct sm_sightings *sightings);

/* Release; all zero is fine. */
void sm_sightings_free(struct sm_sightings *sightings);

#endif
