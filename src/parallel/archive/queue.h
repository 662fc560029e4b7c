/* Handing out the measurements of a schedule. The first rank holds one counter a level, answers whoever asks, and works
 * itself meanwhile: it answers whenever it calls sm_queue_serve.
 *
 * Who works alone is told, too, which short measurement is kept for him, so that he can prepare for it. He gets it,
 * unless nothing else is left for another one who asks: nobody waits for what is kept. */
#ifndef PARALLEL_ARCHIVE_QUEUE_H
#define PARALLEL_ARCHIVE_QUEUE_H

#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parallel/archive/schedule.h"

/* An answer. */
struct sm_task {
    int64_t index; /* of a measurement; -1: there is none for this group */
    int64_t level; /* with -1: the next level at which there is any, or the last one; past it there is nothing left */
};

enum { SM_TASK_TEXT = 16384 }; /* bytes that a text of a task may have, terminating zeros included */

/* What the first rank does with a queue. Called on the first rank only. */
struct sm_queue_keeper {
    /* Note that a group of n_ranks begins with a measurement. */
    void (*begin)(size_t index, size_t n_ranks, void *data);
    /* Write down what the group needs to know of it, and of the one that is kept for it; -1: none is. Returns the
     * bytes, at most SM_TASK_TEXT. */
    size_t (*describe)(size_t index, int64_t next, char *text, void *data);
    /* Whether a measurement is so short that it may be kept for a rank that is at work on another one. */
    bool (*is_short)(size_t index, void *data);
    /* Take in the result of one, as text; NULL where it was given up without one. */
    void (*take_in)(size_t index, const char *result, void *data);
    /* Have on disk what was taken in, and written down what is begun, before anybody is told: once for all that have
     * asked at a time. */
    void (*settle)(void *data);
    void *data;
};

/* A rank that has asked. */
struct sm_asker {
    int rank;
    size_t level;
    bool asks; /* else it has told a result only */
    bool owes; /* it will ask once more, with a result, whatever it is told */
    struct sm_task task;
};

struct sm_queue {
    MPI_Comm comm;
    int rank, n_ranks;
    char *room; /* [room_size], for messages */
    size_t room_size;

    /* first rank only */
    const struct sm_schedule *schedule;
    const struct sm_queue_keeper *keeper;
    size_t *order;           /* that of the schedule, but for what is kept */
    size_t *next;            /* [n_levels], position in the order */
    size_t *kept;            /* [n_ranks], position of what is kept for a rank; SIZE_MAX: nothing is */
    bool closed;             /* nothing is handed out any more */
    struct sm_asker *askers; /* [n_ranks], those that wait for an answer */
    int n_finished;          /* other ranks that were told that there is nothing left */
};

/* Make a queue. Collective over comm.
 *
 * schedule, keeper   on the first rank; borrowed, must outlive the queue
 * queue              receives it; release with sm_queue_close, also after a failure
 *
 * SPARSEMED_INTERNAL: out of memory, on this rank. */
enum sparsemed_status sm_queue_open(MPI_Comm comm, const struct sm_schedule *schedule,
                                    const struct sm_queue_keeper *keeper, struct sm_queue *queue,
                                    struct sparsemed_error *error);

/* Get the next measurement of a level, for a group whose first rank this is. Every rank must go on asking, as part of
 * groups that halve or on its own, until it is told on its own, and owes nothing, that there is nothing left.
 *
 * level           of the group, or past the last level where nothing is left at it
 * done, result    what was worked on since the last call and its result; -1 where nothing was, NULL where it was given
 *                 up
 * owes            the result of another measurement, which an earlier call has handed out, is still to come
 * text            [SM_TASK_TEXT], receives what the keeper has to say of the measurement */
struct sm_task sm_queue_next(struct sm_queue *queue, size_t level, int64_t done, const char *result, bool owes,
                             char *text);

/* Tell the result of a measurement without asking for another one. Not before the first call of sm_queue_next. */
void sm_queue_tell(struct sm_queue *queue, int64_t done, const char *result);

/* On the first rank, answer all that ask at the moment; nothing on others. */
void sm_queue_serve(struct sm_queue *queue);

/* On the first rank, hand nothing out any more. */
void sm_queue_stop(struct sm_queue *queue);

/* Release. Collective: the first rank serves until all others have been told that nothing is left.
 *
 * meanwhile   called again and again with data, to do what others wait for */
void sm_queue_close(struct sm_queue *queue, bool (*meanwhile)(void *data), void *data);

#endif
