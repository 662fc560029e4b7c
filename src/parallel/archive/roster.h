/* Which measurements of an archive are worked on at the moment, and how far each is: on the first rank, as far as it
 * has heard. For src/parallel only. */
#ifndef PARALLEL_ARCHIVE_ROSTER_H
#define PARALLEL_ARCHIVE_ROSTER_H

#include <stddef.h>
#include <stdint.h>

#include "parallel/journal/journal_record.h"
#include "sparsemed/status.h"

/* A measurement that is worked on. */
struct sm_at_work {
    size_t index; /* of the measurement, of those to do */
    size_t n_ranks;
    double begun; /* by sm_seconds_now */
    char since[SM_JOURNAL_TIME_SIZE];
    uint64_t n_frames_done;
};

/* All zero is an empty one, for no measurements. */
struct sm_roster {
    size_t n, capacity;
    struct sm_at_work *list; /* [n], in no order */
    size_t n_places;
    size_t *place; /* [n_places], of each measurement: 1 + its place in the list; 0: none */
};

/* Make an empty one.
 *
 * n   measurements that there are
 *
 * SPARSEMED_INTERNAL: out of memory. Release with sm_roster_close in any case. */
enum sparsemed_status sm_roster_open(struct sm_roster *roster, size_t n, struct sparsemed_error *error);

/* Note that ranks begin with a measurement. Where memory is out it is not noted. */
void sm_roster_begin(struct sm_roster *roster, size_t index, size_t n_ranks);

/* Note that frames of a measurement were passed over; nothing where it is not worked on. */
void sm_roster_count(struct sm_roster *roster, size_t index, uint64_t n_frames);

/* Note that a measurement has ended. */
void sm_roster_end(struct sm_roster *roster, size_t index);

/* Release; all zero is fine. */
void sm_roster_close(struct sm_roster *roster);

#endif
