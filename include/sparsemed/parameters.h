/* The five parameters of the sparse-median background and their textual form, the pipeline identifier (ppid). */
#ifndef SPARSEMED_PARAMETERS_H
#define SPARSEMED_PARAMETERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sparsemed/status.h"

/* Generation of the processing pipeline whose results ours equal (written beside the ppid). */
#define SM_PPID_GENERATION "13"

/* Bytes that hold every pipeline identifier, terminating zero included. Doubles without fraction are written as
 * integers of up to 309 digits. */
#define SM_PPID_SIZE 1152

/* Greatest kernel size: what the median counts up to. */
#define SM_MAX_KERNEL_SIZE INT32_MAX

struct sm_parameters {
    int64_t kernel_size;     /* frames a median is taken over, 1 .. SM_MAX_KERNEL_SIZE; all where there are fewer */
    double split_time;       /* seconds between two background images, > 0 */
    double thresh_cleansing; /* scales the cleansing threshold, >= 0; 0: keep the fixed fraction frac_cleansing */
    double frac_cleansing;   /* fraction of the images to keep at least, 0 < f <= 1; 1: no cleansing */
    bool offset_correction;  /* compute the brightness offset of every frame */
};

#define SM_PARAMETERS_DEFAULT ((struct sm_parameters){200, 1.0, 0.0, 0.8, true})

/* Check the ranges above (all values finite). SM_USAGE and a message that tells the valid range otherwise. */
enum sm_status sm_parameters_check(const struct sm_parameters *parameters, struct sm_error *error);

/* Write the pipeline identifier, such as "sparsemed:k=200^s=1^t=0^f=0.8^o=1".
 *
 * A double without fraction is written as an integer, any other as the shortest decimal that reads back as the same
 * double. kernel_size is the value asked for, whatever the measurement's length.
 *
 * parameters   valid ones
 * ppid         receives the text and a terminating zero */
void sm_ppid_format(const struct sm_parameters *parameters, char ppid[SM_PPID_SIZE]);

/* Read a pipeline identifier. Keys may be any prefix of the parameter's name that starts with its letter and come in
 * any order; a missing one keeps its default. SM_USAGE where the text is anything else, or a value is out of range. */
enum sm_status sm_ppid_parse(const char *ppid, struct sm_parameters *parameters, struct sm_error *error);

#endif
