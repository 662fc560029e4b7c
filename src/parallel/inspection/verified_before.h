/* What has been verified before, so that a job that was stopped goes on: a journal of its own, a line of JSON for every
 * output that was good. */
#ifndef PARALLEL_INSPECTION_VERIFIED_BEFORE_H
#define PARALLEL_INSPECTION_VERIFIED_BEFORE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "parallel/journal/journal.h"
#include "parallel/sources/sources.h"
#include "rtdc/files/file_state.h"

/* All zero, with SM_NO_JOURNAL, is no such journal: nothing was verified before, and nothing is noted. */
struct sm_verified_before {
    json_t *index; /* output: what was noted about it last */
    struct sm_journal journal;
};

/* Open a journal, or make it.
 *
 * before   receives it; release with sm_verified_before_close, also after a failure
 *
 * SPARSEMED_USAGE: it is a file that holds something else. SPARSEMED_INPUT: it cannot be read. SPARSEMED_OUTPUT: it
 * cannot be written. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_verified_before_open(const char *path, struct sm_verified_before *before,
                                              struct sparsemed_error *error);

/* Drop the outputs of a list that were good before, as they are now, with as much computed anew.
 *
 * n_dropped   receives how many these were
 *
 * SPARSEMED_INTERNAL: out of memory; nothing is dropped. */
enum sparsemed_status sm_verified_before_drop(const struct sm_verified_before *before, struct sm_sources *outputs,
                                              uint64_t n_recompute, size_t *n_dropped, struct sparsemed_error *error);

/* Note that an output is good. SPARSEMED_OUTPUT: that could not be written. SPARSEMED_INTERNAL: out of memory.
 *
 * state   of the file, before it was verified: it may have been changed since */
enum sparsemed_status sm_verified_before_note(struct sm_verified_before *before, const char *path,
                                              struct sm_file_state state, uint64_t n_recompute,
                                              struct sparsemed_error *error);

/* Close. */
void sm_verified_before_close(struct sm_verified_before *before);

#endif
