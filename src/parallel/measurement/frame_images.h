/* Writing a background image a frame, beside parallel HDF5: all ranks make chunks, the first one writes them as they
 * are stored, into the skeleton, before it is opened with MPI-IO. So few calls do, each chunk takes what it needs on
 * the disk and no more, and what fails is an ordinary failure that ranks vote on. */
#ifndef PARALLEL_MEASUREMENT_FRAME_IMAGES_H
#define PARALLEL_MEASUREMENT_FRAME_IMAGES_H

#include "parallel/measurement/select.h"

/* What this rank has made, to recognize it when it is read back: one checksum does, as chunks are read in the same
 * order. */
struct sm_frame_images {
    uint64_t first, end; /* chunks */
    uint32_t checksum;   /* of all of them as they are stored */
};

/* Write all images. The space of the background before goes to them.
 *
 * Collective over team->comm; votes: all ranks return the same.
 *
 * plan, selection, series   what is kept, and which frame shows which image
 * workpiece                 the output, a skeleton (see output.h); on the first rank
 * images                    receives what is this rank's
 *
 * SPARSEMED_OUTPUT: it could not be written, or a kept image not be read back. SPARSEMED_STOPPED: that was asked for.
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_frame_images_write(const struct sm_team *team, const struct sm_plan *plan,
                                            const struct sm_selection *selection, const struct sm_series *series,
                                            const struct sm_workpiece *workpiece, struct sm_frame_images *images,
                                            struct sparsemed_error *error);

/* Read back what is this rank's. Local.
 *
 * file   open for reading
 *
 * SPARSEMED_OUTPUT: it is not what was written. SPARSEMED_STOPPED: that was asked for. */
enum sparsemed_status sm_frame_images_verify(const struct sm_team *team, const struct sm_plan *plan,
                                             const struct sm_frame_images *images, hid_t file,
                                             struct sparsemed_error *error);

#endif
