/* What is done with a file to find out whether a job can do it. */
#ifndef RTDC_TRIALS_TRIAL_READING_H
#define RTDC_TRIALS_TRIAL_READING_H

#include "rtdc/trials/facts.h"
#include "sparsemed/status.h"

/* What a file is to a job. */
enum sm_trial_kind {
    SM_TRIAL_INPUT,    /* an input from which an output takes over its metadata */
    SM_TRIAL_IN_PLACE, /* an input into which the background goes, or into a copy of it: its logs and tables may be what
                          they are */
    SM_TRIAL_OUTPUT,   /* an output of an earlier job, perhaps, or somebody else's file */
    SM_TRIAL_SHOWN,    /* an output of which the frames are read, too, to which it leads as a measurement does */
    SM_TRIAL_HEADERS,  /* a file that nothing is done with but to look at its headers (see sm_trial_headers) */
    SM_TRIAL_COMPARE,  /* one of two files that are compared (see sm_trial_compare) */
    SM_TRIAL_VERIFY,   /* an output that is verified (see sm_trial_verify) */
    SM_TRIAL_MOVED,    /* none: a piece of the list of files that were moved (see sm_trial_tell_moved) */
};

enum { SM_OTHERS_BYTES = 2048 };

/* Do what a job does: open the file; of an input find the frames, read the time stamps, and walk through the index of
 * chunks; copy attributes, logs, tables, basins and features into a file in memory, as an output takes them over.
 * Frames are not decoded. Local.
 *
 * kind         up to SM_TRIAL_OUTPUT; for the others see trial_looks.h
 * options      how an input is read; of an output only its reach counts
 * split_time   of an input, see sm_facts_gather
 * facts        receives what is known of an input; all zero of an output
 * others       receives the files that an input has led to where it fails, as JSON (files/used_files.h): with a change
 * of them it may become usable. As many as there is room for; "" where there are none
 *
 * SPARSEMED_USAGE, SPARSEMED_INPUT: the first thing that fails, where the job would fail of it, too.
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_trial_read(enum sm_trial_kind kind, const char *path, const struct sm_input_options *options,
                                    double split_time, struct sm_facts *facts, char others[SM_OTHERS_BYTES],
                                    struct sparsemed_error *error);

#endif
