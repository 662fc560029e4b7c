/* Slices: frames of a stack at even distances, picked as Python's slices pick elements. */
#ifndef RTDC_FRAMES_SLICE_H
#define RTDC_FRAMES_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is asked for, before it is known how many frames there are: those from one on, before another, every step-th. A
 * negative number counts from behind the last frame. All zero asks for no slice. */
struct sm_slice_request {
    bool has_first, has_end; /* without them from the first frame on, and to the last */
    int64_t first, end;
    int64_t step; /* >= 1; 0: no slice */
};

/* Frames of a stack: number first, first + step, first + 2 * step ... */
struct sm_slice {
    uint64_t n_there;        /* frames that the stack has */
    uint64_t first, step, n; /* step >= 1; n >= 1 where n_there is; all are there */
};

enum { SM_SLICE_TEXT_SIZE = 64 }; /* bytes that hold the text of every slice */

/* Read FIRST:END or FIRST:END:STEP, where each number may be left out. Returns false for any other text, and for a step
 * below 1. */
bool sm_slice_parse(const char *text, struct sm_slice_request *request);

/* All frames that there are; 0 where that is not known. */
struct sm_slice sm_slice_all(uint64_t n);

/* What a request means for a number of frames. A first or end beyond them counts as the nearest there is.
 *
 * n_there   >= 1
 * slice     receives it: all frames where no slice is asked for
 *
 * Returns whether any frame is in it. */
bool sm_slice_resolve(const struct sm_slice_request *request, uint64_t n_there, struct sm_slice *slice);

/* Leave of the values of all frames that there are those of the slice, in place.
 *
 * size     bytes of a value
 * values   [n_there] before, [n] afterwards */
void sm_slice_pick(const struct sm_slice *slice, size_t size, void *values);

/* Write it, n >= 1, as FIRST:END:STEP, where END is the number behind that of the last frame: equal for the same
 * frames, however they were asked for. */
void sm_slice_format(const struct sm_slice *slice, char text[SM_SLICE_TEXT_SIZE]);

#endif
