#include "parallel/archive/roster.h"

#include <stdlib.h>

#include "parallel/seconds.h"

enum sparsemed_status sm_roster_open(struct sm_roster *roster, size_t n, struct sparsemed_error *error) {
    *roster = (struct sm_roster){.n_places = n, .place = calloc(n + 1, sizeof *roster->place)};
    return roster->place ? SPARSEMED_OK : sparsemed_fail_memory(error, "preparing the archive");
}

static struct sm_at_work *find(const struct sm_roster *roster, size_t index) {
    size_t place = index < roster->n_places ? roster->place[index] : 0;
    return place > 0 ? &roster->list[place - 1] : NULL;
}

void sm_roster_begin(struct sm_roster *roster, size_t index, size_t n_ranks) {
    if (roster->n == roster->capacity) {
        size_t capacity = 2 * roster->capacity + 16;
        struct sm_at_work *list = realloc(roster->list, capacity * sizeof *list);
        if (!list) {
            return;
        }
        roster->list = list;
        roster->capacity = capacity;
    }
    struct sm_at_work *work = &roster->list[roster->n++];
    *work = (struct sm_at_work){.index = index, .n_ranks = n_ranks, .begun = sm_seconds_now()};
    sm_journal_now(work->since);
    roster->place[index] = roster->n;
}

void sm_roster_count(struct sm_roster *roster, size_t index, uint64_t n_frames) {
    struct sm_at_work *work = find(roster, index);
    if (work) {
        work->n_frames_done += n_frames;
    }
}

void sm_roster_end(struct sm_roster *roster, size_t index) {
    struct sm_at_work *work = find(roster, index);
    if (work) { /* the last one takes its place */
        *work = roster->list[--roster->n];
        roster->place[work->index] = roster->place[index];
        roster->place[index] = 0;
    }
}

void sm_roster_close(struct sm_roster *roster) {
    free(roster->list);
    free(roster->place);
    *roster = (struct sm_roster){0};
}
