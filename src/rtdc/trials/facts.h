/* What is known of a measurement once it has been tried out, so that nobody has to open it again to tell. */
#ifndef RTDC_TRIALS_FACTS_H
#define RTDC_TRIALS_FACTS_H

#include <stddef.h>
#include <stdint.h>

#include "rtdc/files/file_state.h"
#include "rtdc/frames/storage.h"
#include "rtdc/input.h"

/* Plain data: it can be sent. */
struct sm_facts {
    struct sm_file_state state; /* of its file, as it was opened */
    uint64_t n_frames;
    size_t height, width;
    size_t slab_frames;            /* frames that are decoded together */
    char storage[SM_STORAGE_SIZE]; /* how images are stored */
    enum sm_timing timing;         /* what the time stamps were made from */
    uint64_t n_steps;              /* split points; 0 where they were not asked for */
};

/* Tell them.
 *
 * input        open
 * split_time   seconds, as in parameters.h; 0: the split points are not asked for
 * facts        receives them
 *
 * SPARSEMED_INPUT: what sm_input_timing tells, or too many split points. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_facts_gather(struct sm_input *input, double split_time, struct sm_facts *facts,
                                      struct sparsemed_error *error);

#endif
