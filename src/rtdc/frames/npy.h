/* Arrays in the file format of NumPy (.npy), versions 1.0, 2.0 and 3.0. */
#ifndef RTDC_FRAMES_NPY_H
#define RTDC_FRAMES_NPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rtdc/files/memory_file.h"
#include "rtdc/frames/npy_header.h"
#include "sparsemed/status.h"
#include "sparsemed/time_axis.h"

/* An open array; its elements follow each other with the last index running fastest. Local to the calling process. */
struct sm_npy {
    const char *path;
    int descriptor; /* of the file */
    struct sm_npy_header header;
    uint64_t n_elements;
    uint64_t first_byte; /* of the elements, in the file */
};

#define SM_NO_NPY ((struct sm_npy){.descriptor = -1})

/* Whether a path is taken for such a file: its name ends with ".npy", or its first bytes are those of one. */
bool sm_npy_is(const char *path);

/* The same for a path that is open for reading.
 *
 * memory   what was read of it; NULL: nothing */
bool sm_npy_is_open(int descriptor, const struct sm_memory_file *memory, const char *path);

/* Open an array.
 *
 * path   borrowed, must outlive the array
 * npy    receives it; release with sm_npy_close, also after a failure
 *
 * SPARSEMED_INPUT: no such file, not in this format, in Fortran order, or shorter than its header says.
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_npy_open(const char *path, struct sm_npy *npy, struct sparsemed_error *error);

/* Read bytes of the elements, as they are stored.
 *
 * first, n_bytes   within the elements
 * bytes            [n_bytes]
 *
 * SPARSEMED_INPUT: the file cannot be read, or has become shorter. */
enum sparsemed_status sm_npy_read(const struct sm_npy *npy, uint64_t first, size_t n_bytes, void *bytes,
                                  struct sparsemed_error *error);

/* Read an array of numbers of one dimension.
 *
 * path     of the file
 * n        elements that it must have, >= 1
 * values   receives them; released by the caller with free, also after a failure
 * type     receives their type; integers are widened to 64 bits
 *
 * SPARSEMED_INPUT: it cannot be opened (see sm_npy_open) or read; not one dimension, not n elements, not integers or
 * floating-point numbers of 32 or 64 bits. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_npy_read_numbers(const char *path, uint64_t n, void **values, enum sparsemed_number_type *type,
                                          struct sparsemed_error *error);

/* Release; SM_NO_NPY is fine. */
void sm_npy_close(struct sm_npy *npy);

#endif
