/* What a rank does with the measurements that it is handed, one after the other. For src/parallel only.
 *
 * A rank alone goes on to its next short measurement while a thread still gives the output of this one its name
 * (rtdc/files/delivery.h). Its result is told along with the question for the measurement after that, or by itself
 * where that lets itself be waited for. */
#ifndef PARALLEL_ARCHIVE_WORK_H
#define PARALLEL_ARCHIVE_WORK_H

#include <limits.h>
#include <mpi.h>
#include <stdbool.h>
#include <stdint.h>

#include "parallel/archive/archive_job.h"
#include "parallel/archive/ledger.h"
#include "parallel/stop.h"

/* What came of a measurement. */
struct sm_result {
    int64_t index; /* of those to do; -1: none has ended */
    char *record;  /* on the first rank of a group, to be released with free; NULL where it was given up, or memory is
                      out */
};

#define SM_NO_RESULT ((struct sm_result){.index = -1})

/* A measurement that has ended, but for its output or for being told of. */
struct sm_ending {
    int64_t index; /* -1: there is none */
    struct sm_job job;
    struct sm_report report;
    struct sparsemed_error error;
    char text[SM_TASK_TEXT]; /* that its paths are in */
    bool is_under_way;       /* its output is being given its name, and not waited for */
    double since;            /* when that was begun, by MPI_Wtime */
    bool was_delivered;      /* that has ended; where it has failed, the measurement may be tried again */
};

/* On every rank. */
struct sm_work {
    /* Borrowed; set by who makes it. */
    const struct sm_archive *archive;
    struct sm_stop *stop;
    bool (*poll)(void *data); /* see struct sm_job, as the next two */
    void (*count)(uint64_t n_frames, void *data);
    void *poll_data;

    double seconds;              /* on measurements, so far */
    struct sm_ending endings[2]; /* of the last measurement, and for the next one */
    int last;                    /* which of these is the former */
    char folder[PATH_MAX];       /* of the last output; empty: it may be gone */
};

/* Begin, with what is borrowed set and all else zero. */
void sm_work_begin(struct sm_work *work);

/* Work on a measurement. Collective over the group.
 *
 * text   of its order, [SM_TASK_TEXT]
 *
 * Returns what came of it, or of the one before. */
struct sm_result sm_work_on(struct sm_work *work, MPI_Comm group, int64_t index, const char *text);

/* Whether the result of a measurement is still to come. Then this rank is alone. */
bool sm_work_owes(const struct sm_work *work);

/* End what was begun, and return what came of it. */
struct sm_result sm_work_end(struct sm_work *work);

/* Called again and again during work: return what came of the measurement before, where that has waited for a while and
 * its output has its name. Cheap enough for every slab. */
struct sm_result sm_work_look_back(struct sm_work *work);

#endif
