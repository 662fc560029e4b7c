/* Something that is to be done for each of many files, shared among the ranks. */
#ifndef PARALLEL_INSPECTION_ERRANDS_H
#define PARALLEL_INSPECTION_ERRANDS_H

#include <mpi.h>
#include <stdint.h>
#include <stdio.h>

#include "parallel/progress.h"
#include "parallel/stop.h"

/* What is to be done. Questions and answers are bytes of any length, up to some kilobytes. The functions are called
 * with data, which is each rank's own. */
struct sm_errands {
    uint64_t n;                   /* on the first rank: how many there are */
    uint64_t n_together;          /* at least 1: about as many are told of at a time; must agree */
    const char *work;             /* a constant, for who wonders what takes so long, such as "looking at" */
    enum sm_progress_style style; /* must agree */
    struct sm_stop *stop;         /* a request to stop ends it */
    void *data;

    /* On the first rank: write down number i, beginning with the path of a file and a zero. */
    void (*ask)(uint64_t i, FILE *question, void *data);

    /* On any rank, before carry_out: begin with what is carried out soon, in this order. Returns whether it has begun;
     * else it is not asked for more now. May be NULL. */
    bool (*begin)(const char *question, void *data);

    /* On any rank: do it, and write down what came of it. Not called any more once a stop was asked for. */
    void (*carry_out)(const char *question, FILE *answer, void *data);

    /* On the first rank, in the order of their numbers: take the answer in. Returns false where memory is out. */
    bool (*take_in)(uint64_t i, const char *answer, size_t n_bytes, void *data);
};

/* Make room for what comes of errands.
 *
 * Collective over comm; votes.
 *
 * n, n_bytes   of results, and of one; n counts on the first rank
 * what         is being done, for the message
 *
 * Returns zeros on the first rank, to be released with free, NULL on others. SPARSEMED_INTERNAL: out of memory. */
void *sm_errands_results(MPI_Comm comm, size_t n, size_t n_bytes, const char *what, struct sparsemed_error *error);

/* Write a text with its end into a question or an answer. */
void sm_errands_text(FILE *record, const char *text);

/* Do all of it; rank r does every n-th, beginning with number r. Trials (rtdc/trials/trial.h) hear requests to stop
 * meanwhile. Collective over comm.
 *
 * SPARSEMED_STOPPED: that was asked for; what was taken in stays. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_errands_run(MPI_Comm comm, const struct sm_errands *errands, struct sparsemed_error *error);

#endif
