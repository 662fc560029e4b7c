/* The last steps of an output: what of it is in memory is put on disk, and it is given its name.
 *
 * For a small one these are some ten calls on files, two of which wait for a disk; together they can take longer than
 * its computation. None of them needs HDF5 or MPI, so a thread can make them while this process is at its next
 * measurement. Nobody is told of the output before they are made. */
#ifndef RTDC_FILES_DELIVERY_H
#define RTDC_FILES_DELIVERY_H

#include <stdbool.h>

#include "rtdc/files/file_state.h"
#include "rtdc/files/temporary.h"
#include "rtdc/files/workpiece.h"

/* An output that has all but its name. */
struct sm_delivery {
    struct sm_temporary temporary;
    struct sm_workpiece workpiece; /* of the same file, on which no file of HDF5 is open; it owns no path */
    bool replace;                  /* see sm_temporary_keep */
};

#define SM_NO_DELIVERY ((struct sm_delivery){SM_NO_TEMPORARY, SM_NO_WORKPIECE, false})

/* More bytes than this had better not be kept in memory while something else is worked on. */
enum { SM_DELIVERY_MOST = 1 << 20 };

/* Carry them out. The delivery is none afterwards.
 *
 * output   receives the state of the output; all zero after a failure
 *
 * SPARSEMED_OUTPUT: what sm_workpiece_flush and sm_temporary_keep tell; nothing is left of it then, and an existing
 * output is as it was. */
enum sparsemed_status sm_deliver(struct sm_delivery *delivery, struct sm_file_state *output,
                                 struct sparsemed_error *error);

/* Have a thread carry them out; where there is none, it is done at once. Takes the delivery over, which is none
 * afterwards. One at a time: the one before must have been ended. */
void sm_delivery_begin(struct sm_delivery *delivery);

/* Whether what was begun is still under way. */
bool sm_delivery_is_under_way(void);

/* The same, after having waited for it for some hundredths of a second at most. */
bool sm_delivery_waits(void);

/* End what was begun, waiting as long as that takes. The rest as of sm_deliver. */
enum sparsemed_status sm_delivery_end(struct sm_file_state *output, struct sparsemed_error *error);

#endif
