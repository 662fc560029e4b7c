#include "rtdc/filters/filter_sense.h"

#include "core/numbers.h"

enum { FILTER, ELEMENT_BYTES, ELEMENT_BITS, N_ELEMENTS, MOST_BYTES, N_PARAMETERS };

/* Bytes of a checksum, or of a noted length, and one more. */
enum { LEAST_BYTES = 5 };

/* Bytes before the values that scale-offset has packed; the first four tell how many bits each has. */
enum { SCALE_OFFSET_HEAD = 21 };

bool sm_sense_is_needed(H5Z_filter_t filter) {
    return filter == H5Z_FILTER_FLETCHER32 || filter == H5Z_FILTER_SZIP || filter == H5Z_FILTER_SCALEOFFSET ||
           filter == H5Z_FILTER_NBIT;
}

bool sm_sense_add(hid_t creation, H5Z_filter_t filter, hid_t type, uint64_t n_elements, uint64_t most) {
    size_t n_bytes = H5Tget_size(type), n_bits = H5Tget_precision(type); /* 0 where it has none */
    const unsigned parameters[N_PARAMETERS] = {
        [FILTER] = (unsigned)filter,
        [ELEMENT_BYTES] = (unsigned)n_bytes,
        [ELEMENT_BITS] = (unsigned)(n_bits > 0 ? n_bits : 8 * n_bytes),
        [N_ELEMENTS] = (unsigned)sm_min(n_elements, UINT32_MAX),
        [MOST_BYTES] = (unsigned)sm_min(most, UINT32_MAX),
    };
    return H5Pset_filter(creation, SM_FILTER_SENSE, H5Z_FLAG_MANDATORY, N_PARAMETERS, parameters) >= 0;
}

/* Where HDF5 has, among the parameters of both filters, the elements of a chunk and the bytes of one. */
enum { STORED_N_ELEMENTS = 2, STORED_ELEMENT_BYTES = 4, N_STORED = 5 };

bool sm_sense_accepts(H5Z_filter_t filter, size_t n_parameters, const unsigned parameters[], hid_t type,
                      uint64_t n_elements) {
    H5T_class_t class = H5Tget_class(type);
    if ((filter != H5Z_FILTER_NBIT && filter != H5Z_FILTER_SCALEOFFSET) ||
        (class != H5T_INTEGER && class != H5T_FLOAT)) {
        return true;
    }
    return n_parameters >= N_STORED && parameters[STORED_N_ELEMENTS] == n_elements &&
           parameters[STORED_ELEMENT_BYTES] == H5Tget_size(type);
}

static uint64_t packed_bytes(const unsigned *parameters, uint64_t n_bits) {
    return sm_divide_up(parameters[N_ELEMENTS] * n_bits, 8);
}

static bool makes_sense(const unsigned *parameters, const unsigned char *data, size_t n_bytes) {
    if (parameters[FILTER] == H5Z_FILTER_NBIT) {
        return n_bytes >= packed_bytes(parameters, parameters[ELEMENT_BITS]);
    }
    if (n_bytes < LEAST_BYTES) {
        return false;
    }
    uint32_t noted = (uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 | (uint32_t)data[3] << 24;
    switch (parameters[FILTER]) {
    case H5Z_FILTER_SZIP:
        return noted <= parameters[MOST_BYTES];
    case H5Z_FILTER_SCALEOFFSET:
        return noted <= 8 * (uint64_t)parameters[ELEMENT_BYTES] &&
               n_bytes >= SCALE_OFFSET_HEAD + packed_bytes(parameters, noted);
    default:
        return true;
    }
}

static size_t demand_sense(unsigned flags, size_t n_parameters, const unsigned parameters[], size_t n_bytes,
                           size_t *capacity, void **buffer) {
    (void)capacity;
    bool reading = flags & H5Z_FLAG_REVERSE;
    return !reading || (n_parameters == N_PARAMETERS && makes_sense(parameters, *buffer, n_bytes)) ? n_bytes : 0;
}

const H5Z_class2_t sm_sense_filter = {
    .version = H5Z_CLASS_T_VERS,
    .id = SM_FILTER_SENSE,
    .encoder_present = 1,
    .decoder_present = 1,
    .name = "demand sense",
    .filter = demand_sense,
};
