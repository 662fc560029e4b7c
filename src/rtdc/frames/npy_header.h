/* The header of a NumPy array: a dictionary in the notation of Python. */
#ifndef RTDC_FRAMES_NPY_HEADER_H
#define RTDC_FRAMES_NPY_HEADER_H

#include <stddef.h>

#include "rtdc/frames/npy.h"

/* Read a header such as "{'descr': '|u1', 'fortran_order': False, 'shape': (100, 80, 320), }\n".
 *
 * text   [n_bytes], any bytes
 * npy    receives type and shape
 *
 * SPARSEMED_INPUT: it is anything else, or the array is in Fortran order. The message does not name the file. */
enum sparsemed_status sm_npy_header_read(const char *text, size_t n_bytes, struct sm_npy *npy,
                                         struct sparsemed_error *error);

#endif
