/* What a job on an archive is, and what it reports. */
#ifndef PARALLEL_ARCHIVE_ARCHIVE_JOB_H
#define PARALLEL_ARCHIVE_ARCHIVE_JOB_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parallel/measurement/job.h"

/* Bytes of frames for each rank that a measurement is worth. */
#define SM_LEAST_SHARE 64e6

/* What is to be done. */
struct sm_archive {
    struct sm_job job;      /* of every measurement, but for its paths; job.progress is that of the archive */
    bool retry_failed;      /* what has failed before, or took jobs down, and has not changed since */
    int n_retries;          /* of a measurement whose failure may pass (failure_kind.h) */
    double least_share;     /* bytes; see sm_schedule_build */
    size_t shard, n_shards; /* of the list, for who looks from outside */
    double grace;           /* seconds that measurements under way may still take after a request to stop */

    /* On the first rank: called with every record that goes into the journal; may be NULL. */
    void (*tell)(const json_t *record, void *data);
    void *tell_data;
};

/* A measurement that could not be done. */
struct sm_failure {
    char *input, *reason; /* either is NULL where memory was out */
};

/* What was done. */
struct sm_archive_report {
    uint64_t n_files, n_done, n_skipped, n_failed, n_left; /* skipped: done before; left: by a request to stop */
    uint64_t n_failed_before;                              /* of n_failed: not tried again */
    uint64_t n_passed_over, n_left_out;                    /* none of n_files: see sources.h */
    uint64_t n_frames, bytes_read, bytes_decoded;          /* of what was done */
    uint64_t n_clean, n_flagged[SPARSEMED_N_FLAGS];        /* of what was done: backgrounds without a flag, with each */
    int n_ranks;
    struct sparsemed_error heartbeat; /* it could not be written, and the job cannot be seen from outside; no failure */
    double seconds;
    double balance;              /* part of the time that the ranks worked on measurements, 0 .. 1 */
    struct sm_failure *failures; /* [n_failed], in the order in which they came about */
    size_t failure_capacity;
};

/* Release what a report holds. */
void sm_archive_report_free(struct sm_archive_report *report);

#endif
