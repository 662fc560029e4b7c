/* What the filters share: handing a result over to HDF5. */
#ifndef RTDC_FILTERS_FILTER_BUFFER_H
#define RTDC_FILTERS_FILTER_BUFFER_H

#include <stddef.h>
#include <stdlib.h>

/* Replace the buffer that HDF5 passed by data[capacity], of which n_bytes count. Returns n_bytes, as a filter does. */
static inline size_t sm_replace_buffer(void **buffer, size_t *buffer_capacity, void *data, size_t capacity,
                                       size_t n_bytes) {
    free(*buffer);
    *buffer = data;
    *buffer_capacity = capacity;
    return n_bytes;
}

#endif
