/* What the first rank keeps of an archive at work: which measurement is which, and what came of each. For src/parallel
 * only. */
#ifndef PARALLEL_ARCHIVE_LEDGER_H
#define PARALLEL_ARCHIVE_LEDGER_H

#include "parallel/archive/archive_job.h"
#include "parallel/archive/finding.h"
#include "parallel/archive/queue.h"
#include "parallel/archive/roster.h"
#include "parallel/archive/schedule.h"
#include "parallel/journal/journal.h"
#include "parallel/progress.h"
#include "parallel/sources/sources.h"

struct sm_ledger {
    /* Set before the ledger is opened; borrowed. */
    const struct sm_archive *archive;
    const struct sm_sources *sources;
    struct sm_journal *journal;
    struct sm_archive_report *report;
    struct sm_finding *findings; /* [sources->n] */

    /* Made when it is opened. */
    size_t *to_do; /* [n_to_do], index of each in the sources */
    size_t n_to_do;
    size_t n_suspects;           /* of these, the first ones: each is worked on by all ranks, and nothing else then */
    struct sm_schedule schedule; /* of these */
    size_t *late;                /* [n_late], likewise: to be taken up when these are done */
    size_t n_late;
    int *n_timeouts;              /* [sources->n], how often each took too long in this job */
    struct sm_progress progress;  /* of frames; local */
    struct sm_roster roster;      /* of those that are worked on */
    bool is_unsettled;            /* there are results that may not be on disk */
    struct sparsemed_error error; /* the first failure by which something is lost */
};

/* What a group needs to know of a measurement, beside the archive. The paths point into the text. */
struct sm_order {
    bool replace; /* the output */
    const char *input, *output;
    const char *next; /* the input that comes next, perhaps; NULL: that is not known */
};

/* Count what needs no work, write down what is unusable, and lay the schedule of the rest.
 *
 * ledger   with its borrowed members set; release with sm_ledger_close, also after a failure
 *
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_ledger_open(struct sm_ledger *ledger, int n_ranks, struct sparsemed_error *error);

/* In the end, write what the journal owes, and tell what was lost.
 *
 * SPARSEMED_OUTPUT: the journal is not whole. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_ledger_conclude(struct sm_ledger *ledger, struct sparsemed_error *error);

/* Release; all zero is fine. */
void sm_ledger_close(struct sm_ledger *ledger);

/* Once all is done, go on to what took longer than it might, in this job or an earlier one: the to-do list and the
 * schedule become those of these, each to be worked on by all ranks, and nothing else then. What takes too long once
 * more comes last again, as often as failures are tried again. Returns whether there is anything.
 *
 * SPARSEMED_INTERNAL: out of memory. */
bool sm_ledger_take_up_late(struct sm_ledger *ledger, int n_ranks, struct sparsemed_error *error);

/* Note, for the journal too, that n_ranks begin with measurement index of those to do. */
void sm_ledger_begin(size_t index, size_t n_ranks, void *ledger);

/* Write down what a group needs to know of it, and of the one that is kept for it, as the text of a task (queue.h). Of
 * that one bytes are read only, so that the journal tells of it when it is begun. */
size_t sm_ledger_describe(size_t index, int64_t next, char *text, void *ledger);

/* Whether a measurement of those to do is read ahead, and so short that others can wait for it. */
bool sm_ledger_is_short(size_t index, void *ledger);

/* This rank, which is the first one, is among those that work on measurement index of those to do. */
void sm_ledger_own(const struct sm_ledger *ledger, size_t index);

/* Read such a text. The order points into it. */
struct sm_order sm_order_read(const char *text);

/* Take in the record of a measurement, or NULL where it was given up (queue.h), for the journal, too. */
void sm_ledger_take_in(size_t index, const char *record, void *ledger);

/* Have the journal get what was noted for it, and be on disk for certain where that has results (queue.h). */
void sm_ledger_settle(void *ledger);

#endif
