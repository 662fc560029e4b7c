#include "rtdc/hdf5/type_soundness.h"

#include <stddef.h>

#include "rtdc/hdf5/hdf5.h"

/* Parts within parts that are looked through: a damaged file may claim any number. */
enum { MOST_DEPTH = 32 };

static bool is_sound(hid_t type, int depth);

static bool is_number_sound(hid_t type, H5T_class_t class) {
    size_t n_bits = H5Tget_precision(type), sign, exponent, n_exponent, mantissa, n_mantissa;
    int offset = H5Tget_offset(type);
    if (n_bits == 0 || offset < 0 || (size_t)offset > 8 * H5Tget_size(type) ||
        n_bits > 8 * H5Tget_size(type) - (size_t)offset) {
        return false;
    }
    return class != H5T_FLOAT || (H5Tget_fields(type, &sign, &exponent, &n_exponent, &mantissa, &n_mantissa) >= 0 &&
                                  sign < n_bits && exponent < n_bits && n_exponent <= n_bits - exponent &&
                                  mantissa < n_bits && n_mantissa <= n_bits - mantissa);
}

static bool are_members_sound(hid_t type, int depth) {
    size_t n_bytes = H5Tget_size(type);
    int n_members = H5Tget_nmembers(type);
    bool sound = n_members > 0;
    for (int i = 0; i < n_members && sound; i++) {
        size_t offset = H5Tget_member_offset(type, (unsigned)i);
        hid_t member = H5Tget_member_type(type, (unsigned)i);
        sound = is_sound(member, depth) && offset < n_bytes && H5Tget_size(member) <= n_bytes - offset;
        sm_hdf5_release(member);
    }
    return sound;
}

/* Of an array, an enumeration, or a list: what its pieces are. */
static bool is_base_sound(hid_t type, H5T_class_t class, int depth) {
    hsize_t extent[H5S_MAX_RANK];
    hid_t base = H5Tget_super(type);
    size_t n_bytes = H5Tget_size(base);
    bool sound = is_sound(base, depth);
    int rank = class == H5T_ARRAY ? H5Tget_array_dims2(type, extent) : 0;
    for (int i = 0; i < rank && sound; i++) {
        sound = !__builtin_mul_overflow(n_bytes, extent[i], &n_bytes);
    }
    sm_hdf5_release(base);
    return sound && rank >= 0 && (class == H5T_VLEN || n_bytes == H5Tget_size(type));
}

static bool is_sound(hid_t type, int depth) {
    H5T_class_t class = H5Tget_class(type);
    if (class < 0 || depth > MOST_DEPTH || H5Tget_size(type) == 0) {
        return false;
    }
    switch (class) {
    case H5T_INTEGER:
    case H5T_FLOAT:
    case H5T_BITFIELD:
        return is_number_sound(type, class);
    case H5T_COMPOUND:
        return are_members_sound(type, depth + 1);
    case H5T_ARRAY:
    case H5T_ENUM:
    case H5T_VLEN:
        return is_base_sound(type, class, depth + 1);
    default:
        return true;
    }
}

bool sm_type_is_sound(hid_t type) {
    return is_sound(type, 0);
}
