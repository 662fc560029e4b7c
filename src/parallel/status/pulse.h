/* What a job on an archive tells of itself while it is at it, and its form as JSON: what its heartbeat holds
 * (heartbeat.h). jobs/README.md, "Watching a job", tells all fields. */
#ifndef PARALLEL_STATUS_PULSE_H
#define PARALLEL_STATUS_PULSE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parallel/journal/journal_record.h"

/* Version of the form: a field may be added in the same one. */
enum { SM_PULSE_SCHEMA = 1 };

enum { SM_HOST_SIZE = 256, SM_JOB_SIZE = 64 };

enum sm_job_phase { SM_SURVEYS, SM_AT_WORK, SM_N_PHASES };

/* As JSON has them. */
extern const char *const sm_job_phases[SM_N_PHASES];

/* A measurement that a group of ranks works on. */
struct sm_undertaking {
    char *input, *output;             /* owned */
    char since[SM_JOURNAL_TIME_SIZE]; /* as text that orders by time */
    double seconds;                   /* since then */
    uint64_t n_ranks;
    uint64_t n_frames, n_frames_done; /* passed over so far; all of them while it is written */
    uint64_t bytes;                   /* decoded, of all frames */
};

struct sm_pulse {
    char host[SM_HOST_SIZE];     /* of the first rank */
    int64_t process;             /* likewise */
    char slurm_job[SM_JOB_SIZE]; /* number of the job, and of the task of an array; empty: none */
    uint64_t shard, n_shards, n_ranks;
    char started[SM_JOURNAL_TIME_SIZE], renewed[SM_JOURNAL_TIME_SIZE]; /* as text that orders by time */
    double interval; /* seconds from one renewal to the next, or little more */
    enum sm_job_phase phase;
    double seconds; /* since the work began; 0 before */

    /* Measurements of this job; 0 before the work began, but for n_files. */
    uint64_t n_files, n_to_do, n_done, n_unchanged, n_failed, n_left; /* left: of those to do, without a result */
    uint64_t n_frames, n_frames_done;                                 /* of those to do; passed over so far */

    uint64_t n_at_work;                  /* measurements that are worked on */
    size_t n;                            /* of these, those that are told: not all where they are very many */
    struct sm_undertaking *undertakings; /* [n], owned; the oldest first */
};

/* As one line of JSON, to be released with free; NULL where memory is out. */
char *sm_pulse_write(const struct sm_pulse *pulse);

/* Read such a text, which may be anything. Numbers that make no sense become some that do.
 *
 * pulse   receives it; release with sm_pulse_free, also where there is none
 *
 * Returns false where it is no pulse, or memory is out. */
bool sm_pulse_read(const char *text, struct sm_pulse *pulse);

/* Release; all zero is fine. */
void sm_pulse_free(struct sm_pulse *pulse);

#endif
