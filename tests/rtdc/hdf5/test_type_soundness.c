/* Types whose parts lie outside of them, as only a damaged file has them, are found out. */
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/guard.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/type_soundness.h"
#include "support/file_bytes.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

struct row {
    int32_t first;
    double second;
};

static hid_t row_type(void) {
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(struct row));
    H5Tinsert(type, "first", offsetof(struct row, first), H5T_STD_I32LE);
    H5Tinsert(type, "second", offsetof(struct row, second), H5T_IEEE_F64LE);
    return type;
}

/* ---- tests ---- */

static void sound_types_are_sound(void **state) {
    (void)state;
    static const hsize_t extent[] = {2, 3};
    hid_t few = H5Tcopy(H5T_STD_U16BE), choice = H5Tenum_create(H5T_STD_I8LE), row = row_type();
    H5Tset_precision(few, 11);
    H5Tset_offset(few, 5);
    H5Tenum_insert(choice, "yes", &(int8_t){1});
    hid_t types[] = {H5Tcopy(H5T_STD_U8LE),
                     H5Tcopy(H5T_NATIVE_LDOUBLE),
                     H5Tcopy(H5T_IEEE_F32BE),
                     H5Tcopy(H5T_STD_B32LE),
                     H5Tcopy(H5T_STD_REF_OBJ),
                     H5Tcreate(H5T_OPAQUE, 7),
                     variable_text(H5T_CSET_UTF8),
                     fixed_text(5, H5T_STR_NULLPAD, H5T_CSET_ASCII),
                     H5Tvlen_create(row),
                     H5Tarray_create2(row, 2, extent),
                     few,
                     choice,
                     row};
    for (size_t i = 0; i < LENGTH(types); i++) {
        assert_true(sm_type_is_sound(types[i]));
        H5Tclose(types[i]);
    }
    assert_false(sm_type_is_sound(H5I_INVALID_HID));
}

/* Bytes of a type as the old format has it, one of which is changed. */
struct change {
    const char *what, *bytes;
    size_t n_bytes, position;
    uint8_t value;
};

#define BYTES(text) text, sizeof(text) - 1

static const struct change changes[] = {
    {"a member behind the end", BYTES("second\0\0\10\0\0\0"), 10, 1},
    {"a member across the end", BYTES("second\0\0\10\0\0\0"), 8, 9},
    {"more bits than bytes", BYTES("\20\10\0\0\4\0\0\0\0\0\40\0"), 10, 33},
    {"bits behind the end", BYTES("\20\10\0\0\4\0\0\0\0\0\40\0"), 8, 7},
    {"a mantissa of too many bits", BYTES("\0\0\100\0\64\13\0\64"), 7, 200},
};

/* A file with the rows as a table and as an attribute. */
static void write_rows(const char *path) {
    static const struct row rows[4] = {{1, 2}, {3, 4}, {5, 6}, {7, 8}};
    hid_t file = create_file(path, FORMAT_OLD), type = row_type();
    add_list(file, "table", type, LENGTH(rows), rows);
    add_attribute(file, "row", type, 0, rows);
    H5Tclose(type);
    close_file(file);
}

/* Make the change wherever the bytes are. */
static void make_change(const char *path, const struct change *change) {
    struct bytes file = load_bytes(path);
    int n_found = 0;
    for (uint8_t *at = file.data; (at = memmem(at, file.n - (size_t)(at - file.data), change->bytes, change->n_bytes));
         at++) {
        at[change->position] = change->value;
        n_found++;
    }
    assert_int_equal(n_found, 2);
    save_and_free(path, file);
}

static void damaged_types_are_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < LENGTH(changes); i++) {
        struct path path = scratch_path("rows-%zu.h5", i);
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        struct row rows[4];
        write_rows(path.text);
        make_change(path.text, &changes[i]);
        hid_t file = open_file(path.text), table = H5Dopen2(file, "table", H5P_DEFAULT);
        hid_t memory = sm_hdf5_create_in_memory(), type = H5Dget_type(table);
        if (table >= 0) { /* HDF5 itself refuses to open some */
            assert_false(sm_type_is_sound(type));
            assert_int_equal(sm_guarded_read(table, type, rows, &error), SPARSEMED_INPUT);
        }
        if (sm_attributes_copy(file, memory)) {
            fail_msg("an attribute with %s is copied", changes[i].what);
        }
        sm_hdf5_release(type);
        sm_hdf5_release(table);
        close_file(memory);
        close_file(file);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(sound_types_are_sound),
        tidy_test(damaged_types_are_refused),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
