/* What was written is read back: not every failed write is reported. */
#ifndef PARALLEL_MEASUREMENT_READ_BACK_H
#define PARALLEL_MEASUREMENT_READ_BACK_H

#include "parallel/measurement/frame_images.h"
#include "parallel/measurement/rounds.h"
#include "rtdc/files/workpiece.h"

/* Read back all that this rank has written. Local.
 *
 * rounds      whose blocks have been written; the values of their columns are overwritten
 * images      of frames, where these have one each
 * workpiece   open, with no file of HDF5 on it
 *
 * SPARSEMED_OUTPUT: it cannot be read, or is not what was written. SPARSEMED_STOPPED: that was asked for. */
enum sparsemed_status sm_read_back(const struct sm_rounds *rounds, const struct sm_frame_images *images,
                                   const struct sm_workpiece *workpiece, struct sparsemed_error *error);

#endif
