/* The header of a NumPy array: a dictionary in the notation of Python. */
#ifndef RTDC_FRAMES_NPY_HEADER_H
#define RTDC_FRAMES_NPY_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sparsemed/status.h"

/* Most dimensions that NumPy gives an array; bytes that hold the name of every type that is known here. */
enum { SM_NPY_MAX_DIMENSIONS = 64, SM_NPY_TYPE_SIZE = 32 };

/* What a header tells of the elements and their number. */
struct sm_npy_header {
    char type[SM_NPY_TYPE_SIZE]; /* as the file has it, such as "|u1" or "<f8" */
    char kind;                   /* 'u' or 'i' integers, 'f' floating point; 0 where they are none of these */
    size_t element_bytes;        /* 1, 2, 4 or 8; 0 where kind is */
    bool big_endian;             /* the most significant byte of an element comes first */
    int n_dimensions;
    uint64_t extent[SM_NPY_MAX_DIMENSIONS];
};

/* Read a header such as "{'descr': '|u1', 'fortran_order': False, 'shape': (100, 80, 320), }\n".
 *
 * text     [n_bytes], any bytes
 * header   receives what it tells; holds anything after a failure
 *
 * SPARSEMED_INPUT: it is anything else, or the array is in Fortran order. The message does not name the file. */
enum sparsemed_status sm_npy_header_read(const char *text, size_t n_bytes, struct sm_npy_header *header,
                                         struct sparsemed_error *error);

#endif
