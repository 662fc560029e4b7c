/* Whether an output is what it promises. */
#ifndef RTDC_INSPECTION_VERIFICATION_H
#define RTDC_INSPECTION_VERIFICATION_H

#include "rtdc/files/reach.h"
#include "rtdc/inspection/flaws.h"
#include "sparsemed/status.h"

/* Recompute all. */
#define SM_RECOMPUTE_ALL UINT64_MAX

/* Look for what is wrong with an output of this program.
 *
 * That everything resolves; that there is one background, with the attributes that it has, for as many frames as the
 * measurement, and with the offsets that its ppid promises; that every stored chunk of the file decodes and has its
 * checksum; that the definitions of basins are as they were written; that the log is there, and tells of this
 * background; that the map is the one that follows from the time stamps and from the steps that the log has removed;
 * and that a new output has the attributes of its input.
 *
 * path          of the output
 * reach         of what it leads to
 * n_recompute   images and offsets that are computed anew from the frames, spread over the measurement, and compared to
 *               the bit; SM_RECOMPUTE_ALL: all, and the cleansing
 * flaws         receives what is wrong; it may be nothing
 *
 * SPARSEMED_INTERNAL: out of memory; what was found stays. */
enum sparsemed_status sm_verify_output(const char *path, const struct sm_reach *reach, uint64_t n_recompute,
                                       struct sm_flaws *flaws, struct sparsemed_error *error);

#endif
