/* The five parameters of the sparse-median background and their textual form, the pipeline identifier (ppid).
 *
 * Method: src/core/README.md, "Parameters". */
#ifndef SPARSEMED_PARAMETERS_H
#define SPARSEMED_PARAMETERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sparsemed/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Generation of the processing pipeline whose results ours equal (written beside the ppid). */
#define SPARSEMED_PPID_GENERATION "13"

/* Bytes that hold every pipeline identifier, terminating zero included. Doubles without fraction are written as
 * integers of up to 309 digits. */
#define SPARSEMED_PPID_SIZE 1152

/* Greatest kernel size: what the median counts up to. */
#define SPARSEMED_MAX_KERNEL_SIZE INT32_MAX

struct sparsemed_parameters {
    int64_t kernel_size; /* frames a median is taken over, 1 .. SPARSEMED_MAX_KERNEL_SIZE; all where there are fewer */
    double split_time;   /* seconds between two background images, > 0 */
    double thresh_cleansing; /* scales the cleansing threshold, >= 0; 0: keep the fixed fraction frac_cleansing */
    double frac_cleansing;   /* fraction of the images to keep at least, 0 < f <= 1; 1: no cleansing */
    bool offset_correction;  /* compute the brightness offset of every frame */
};

#define SPARSEMED_PARAMETERS_DEFAULT (SPARSEMED_VALUE_OF(sparsemed_parameters){200, 1.0, 0.0, 0.8, true})

/* Check that parameters are valid: each is finite and in the range that struct sparsemed_parameters names.
 *
 * SPARSEMED_USAGE: one is not; the message tells its range. */
enum sparsemed_status sparsemed_parameters_check(const struct sparsemed_parameters *parameters,
                                                 struct sparsemed_error *error);

/* Write the pipeline identifier, such as "sparsemed:k=200^s=1^t=0^f=0.8^o=1".
 *
 * A double without fraction is written as an integer, any other as the shortest decimal that reads back as the same
 * double. kernel_size is the value asked for, whatever the measurement's length.
 *
 * parameters   valid ones
 * ppid         receives the text and a terminating zero */
void sparsemed_ppid_format(const struct sparsemed_parameters *parameters, char ppid[SPARSEMED_PPID_SIZE]);

/* Read a pipeline identifier. Keys may be any prefix of the parameter's name that starts with its letter and come in
 * any order; a missing one keeps its default. SPARSEMED_USAGE where the text is anything else, or a value is out of
 * range. */
enum sparsemed_status sparsemed_ppid_parse(const char *ppid, struct sparsemed_parameters *parameters,
                                           struct sparsemed_error *error);

#ifdef __cplusplus
}
#endif

#endif
