#include "rtdc/hdf5/heap_values.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/numbers.h"
#include "rtdc/hdf5/file_driver.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/needs.h"
#include "rtdc/hdf5/type_soundness.h"

/* Bytes of a reference, and of the head of a heap and of each value in it, where addresses and lengths have 8 bytes;
 * values begin at multiples of 8. */
enum { REFERENCE_BYTES = 16, HEAD_BYTES = 16, USUAL_BYTES = 8 };

/* Least bytes of a heap. */
enum { HEAP_BYTES = 4096 };

/* Most references that an element is looked through for. */
enum { MAX_REFERENCES = 64 };

/* The references of an element. */
struct pattern {
    size_t n;
    size_t unit[MAX_REFERENCES]; /* [n] bytes of one piece of the value that a reference leads to */
    bool too_many;
};

/* A file, and the heap that was looked at last. */
struct heaps {
    hid_t file;
    struct sm_driven_file driven;
    uint64_t base, end; /* of the addresses, and of the file */
    uint64_t address;   /* 0: none */
    uint8_t *bytes;     /* [n_bytes] */
    uint64_t n_bytes;
};

static uint64_t read_number(const uint8_t *bytes, size_t n) {
    uint64_t number = 0;
    for (size_t i = n; i > 0; i--) {
        number = number << 8 | bytes[i - 1];
    }
    return number;
}

/* ---- references as they are stored ---- */

/* The "conversion" from a value of variable length to opaque bytes: they stay as they are. */
static herr_t hand_out(hid_t from, hid_t to, H5T_cdata_t *data, size_t n, size_t stride, size_t background_stride,
                       void *values, void *background, hid_t transfer) {
    (void)from;
    (void)n;
    (void)stride;
    (void)background_stride;
    (void)values;
    (void)background;
    (void)transfer;
    data->need_bkg = H5T_BKG_NO;
    return data->command == H5T_CONV_INIT && H5Tget_size(to) != REFERENCE_BYTES ? -1 : 0;
}

/* Make it known to HDF5, once. Returns false where HDF5 refuses. */
static bool register_conversion(void) {
    static bool registered;
    if (!registered) {
        hid_t from = H5Tvlen_create(H5T_NATIVE_CHAR), to = H5Tcreate(H5T_OPAQUE, REFERENCE_BYTES);
        registered = H5Tregister(H5T_PERS_SOFT, "references", from, to, hand_out) >= 0;
        sm_hdf5_release(to);
        sm_hdf5_release(from);
    }
    return registered;
}

static void add_reference(struct pattern *pattern, size_t unit) {
    pattern->too_many = pattern->too_many || pattern->n == MAX_REFERENCES;
    if (!pattern->too_many) {
        pattern->unit[pattern->n++] = unit;
    }
}

static hid_t type_of_references(hid_t type, struct pattern *pattern);

static hid_t type_of_array(hid_t type, struct pattern *pattern) {
    hsize_t extent[H5S_MAX_RANK];
    size_t first = pattern->n, n_elements = 1;
    hid_t element = H5Tget_super(type), elements = H5I_INVALID_HID;
    int rank = H5Tget_array_dims2(type, extent);
    hid_t references = type_of_references(element, pattern);
    if (references >= 0 && rank > 0) {
        elements = H5Tarray_create2(references, (unsigned)rank, extent);
        for (int i = 0; i < rank; i++) {
            n_elements *= extent[i];
        }
        size_t n_each = pattern->n - first;
        for (size_t i = n_each; i < n_elements * n_each && !pattern->too_many; i++) {
            add_reference(pattern, pattern->unit[first + i % n_each]);
        }
    }
    sm_hdf5_release(references);
    sm_hdf5_release(element);
    return elements;
}

/* Of its members only those that have references. */
static hid_t type_of_compound(hid_t type, struct pattern *pattern) {
    hid_t members = H5I_INVALID_HID;
    int n_members = H5Tget_nmembers(type);
    for (int i = 0; i < n_members && !pattern->too_many; i++) {
        size_t offset = pattern->n * REFERENCE_BYTES;
        hid_t member = H5Tget_member_type(type, (unsigned)i);
        hid_t references = type_of_references(member, pattern);
        if (references >= 0) {
            char *name = H5Tget_member_name(type, (unsigned)i);
            if (members < 0) {
                members = H5Tcreate(H5T_COMPOUND, MAX_REFERENCES * REFERENCE_BYTES);
            }
            H5Tinsert(members, name, offset, references);
            H5free_memory(name);
        }
        sm_hdf5_release(references);
        sm_hdf5_release(member);
    }
    if (members >= 0) {
        H5Tpack(members);
    }
    return members;
}

/* The type in memory that has the references of a type of a file, one behind the other; invalid where it has none. */
static hid_t type_of_references(hid_t type, struct pattern *pattern) {
    H5T_class_t class = H5Tget_class(type);
    if (class == H5T_ARRAY) {
        return type_of_array(type, pattern);
    }
    if (class == H5T_COMPOUND) {
        return type_of_compound(type, pattern);
    }
    if (class == H5T_STRING && H5Tis_variable_str(type) > 0) {
        add_reference(pattern, 1);
        return H5Tcreate(H5T_OPAQUE, REFERENCE_BYTES);
    }
    if (class != H5T_VLEN) {
        return H5I_INVALID_HID;
    }
    hid_t piece = H5Tget_super(type);
    struct pattern inner = {0};
    hid_t further = type_of_references(piece, &inner);
    /* References within the value take other space in memory than in the file: its length is not known. */
    add_reference(pattern, further >= 0 ? 0 : H5Tget_size(piece));
    sm_hdf5_release(further);
    sm_hdf5_release(piece);
    return H5Tcreate(H5T_OPAQUE, REFERENCE_BYTES);
}

/* ---- heaps ---- */

/* Load a heap. Returns false where there is none at the address. */
static bool load_heap(struct heaps *heaps, uint64_t address) {
    uint8_t head[HEAD_BYTES];
    uint64_t first;
    if (address == heaps->address) {
        return true;
    }
    heaps->address = 0;
    if (__builtin_add_overflow(address, heaps->base, &first) || first > heaps->end ||
        sm_file_driver_read(&heaps->driven, first, sizeof head, head) != sizeof head ||
        memcmp(head, "GCOL\1", 5) != 0) {
        return false;
    }
    heaps->n_bytes = read_number(head + 8, 8);
    if (heaps->n_bytes < HEAP_BYTES || heaps->n_bytes > heaps->end - first) {
        return false;
    }
    free(heaps->bytes);
    heaps->bytes = malloc(heaps->n_bytes);
    if (!heaps->bytes ||
        sm_file_driver_read(&heaps->driven, first, heaps->n_bytes, heaps->bytes) != (ssize_t)heaps->n_bytes) {
        return false;
    }
    heaps->address = address;
    return true;
}

/* Whether a heap is sound, and its value of a number has this length; any where that is UINT64_MAX. */
static bool heap_has(const struct heaps *heaps, uint64_t number, uint64_t length) {
    bool has = false;
    for (uint64_t at = HEAD_BYTES; heaps->n_bytes - at >= HEAD_BYTES;) {
        uint64_t index = read_number(heaps->bytes + at, 2), n_bytes = read_number(heaps->bytes + at + 8, 8);
        uint64_t left = heaps->n_bytes - at, taken = n_bytes;
        if (index > 0) { /* number 0 is what is free, with its head */
            if (n_bytes > left - HEAD_BYTES) {
                return false;
            }
            taken = HEAD_BYTES + (n_bytes + 7) / 8 * 8;
            has = has || (index == number && (length == UINT64_MAX || n_bytes == length));
        }
        if (taken < HEAD_BYTES || taken > left) {
            return false;
        }
        at += taken;
    }
    return has;
}

/* Whether a reference leads to a value of the length that it tells, or to none. */
static bool is_sound(struct heaps *heaps, const uint8_t *reference, size_t unit) {
    uint64_t length = read_number(reference, 4), address = read_number(reference + 4, 8);
    uint64_t number = read_number(reference + 12, 4);
    return address == 0 ||
           (number > 0 && load_heap(heaps, address) && heap_has(heaps, number, unit > 0 ? length * unit : UINT64_MAX));
}

/* ---- whole datasets and attributes ---- */

/* Find out how heaps are read. Returns false where the file is to be trusted. End with end_heaps. */
static bool begin_heaps(hid_t object, struct heaps *heaps) {
    unsigned intent = H5F_ACC_RDWR;
    size_t address_bytes = 0, length_bytes = 0;
    hsize_t user_block = 0;
    struct stat info;
    hid_t file = H5Iget_file_id(object), creation = H5Fget_create_plist(file);
    bool usual = H5Fget_intent(file, &intent) >= 0 && intent == H5F_ACC_RDONLY &&
                 H5Pget_sizes(creation, &address_bytes, &length_bytes) >= 0 && address_bytes == USUAL_BYTES &&
                 length_bytes == USUAL_BYTES && H5Pget_userblock(creation, &user_block) >= 0 &&
                 sm_file_driver_state(file, &info);
    if (usual) {
        *heaps = (struct heaps){
            .file = file, .driven = sm_file_driver_look(file), .base = user_block, .end = (uint64_t)info.st_size};
    } else {
        sm_hdf5_release(file);
    }
    sm_hdf5_release(creation);
    return usual;
}

static void end_heaps(struct heaps *heaps) {
    free(heaps->bytes);
    sm_hdf5_release(heaps->file);
}

static enum sparsemed_status follow_all(hid_t object, hid_t type, const struct pattern *pattern, hssize_t n_elements,
                                        struct sparsemed_error *error) {
    struct heaps heaps;
    size_t n_bytes;
    if (n_elements <= 0 || pattern->too_many || !begin_heaps(object, &heaps)) {
        return SPARSEMED_OK;
    }
    bool fits = !__builtin_mul_overflow((size_t)n_elements, pattern->n * REFERENCE_BYTES, &n_bytes);
    uint8_t *references = fits ? calloc(n_bytes, 1) : NULL;
    if (!references) {
        end_heaps(&heaps);
        return sparsemed_fail_memory(error, "looking for texts");
    }
    herr_t read = H5Iget_type(object) == H5I_ATTR ? H5Aread(object, type, references)
                                                  : H5Dread(object, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, references);
    if (read < 0) {
        sm_fail_hdf5(error, SPARSEMED_INPUT, "cannot be read");
    }
    size_t n = (size_t)n_elements * pattern->n;
    uint64_t total = 0, most = sm_needs_most(object, SM_NEED_VALUES);
    for (size_t i = 0; i < n && error->status == SPARSEMED_OK; i++) {
        const uint8_t *reference = references + i * REFERENCE_BYTES;
        size_t unit = pattern->unit[i % pattern->n];
        total += read_number(reference, 4) * sm_max(unit, 1); /* many references may lead to one value */
        if (!is_sound(&heaps, reference, unit)) {
            sparsemed_fail(error, SPARSEMED_INPUT, "cannot be read: what has its texts is damaged");
        } else if (total > most) {
            sparsemed_fail(error, SPARSEMED_INPUT,
                           "has texts of more than %llu MB, which is not believed of so small a "
                           "file: it is damaged",
                           (unsigned long long)(most / 1000000));
        }
    }
    end_heaps(&heaps);
    free(references);
    return error->status;
}

enum sparsemed_status sm_heap_values_check(hid_t object, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    bool attribute = H5Iget_type(object) == H5I_ATTR;
    struct pattern pattern = {0};
    hid_t type = attribute ? H5Aget_type(object) : H5Dget_type(object);
    hid_t space = attribute ? H5Aget_space(object) : H5Dget_space(object);
    bool sound = sm_type_is_sound(type);
    hid_t references = sound ? type_of_references(type, &pattern) : H5I_INVALID_HID;
    if (!sound) {
        sparsemed_fail(error, SPARSEMED_INPUT, "cannot be read: its type is damaged");
    } else if (references >= 0 && !register_conversion()) {
        sm_fail_hdf5(error, SPARSEMED_INTERNAL, "HDF5 does not accept a conversion");
    } else if (references >= 0) {
        follow_all(object, references, &pattern, H5Sget_simple_extent_npoints(space), error);
    }
    sm_hdf5_release(references);
    sm_hdf5_release(space);
    sm_hdf5_release(type);
    return error->status;
}
