/* Copying attributes of every type that measurements have. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/changed_calls.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

/* ---- comparison ---- */

/* The attribute must have the same type and shape in both, and the same bytes; those of strings of variable length are
 * compared as text. */
static void assert_same(hid_t left, hid_t right, const char *name) {
    hid_t a = H5Aopen(left, name, H5P_DEFAULT), b = H5Aopen(right, name, H5P_DEFAULT);
    if (b < 0) {
        fail_msg("%s was not copied", name);
    }
    hid_t type = H5Aget_type(a), other_type = H5Aget_type(b), space = H5Aget_space(a), other_space = H5Aget_space(b);
    if (H5Tequal(type, other_type) <= 0 || H5Sextent_equal(space, other_space) <= 0) {
        fail_msg("%s has another type or shape", name);
    }
    size_t n = (size_t)H5Sget_simple_extent_npoints(space), size = H5Tget_size(type);
    if (n > 0) {
        char *values = calloc(n, size), *other = calloc(n, size);
        assert_true(values && other && H5Aread(a, type, values) >= 0 && H5Aread(b, type, other) >= 0);
        if (H5Tis_variable_str(type) > 0) {
            for (size_t i = 0; i < n; i++) {
                assert_string_equal(((char **)(void *)other)[i], ((char **)(void *)values)[i]);
            }
        } else if (H5Tdetect_class(type, H5T_VLEN) <= 0) {
            assert_memory_equal(other, values, n * size);
        }
        sm_hdf5_reclaim(type, space, values);
        sm_hdf5_reclaim(type, space, other);
        free(other);
        free(values);
    }
    H5Sclose(other_space);
    H5Sclose(space);
    H5Tclose(other_type);
    H5Tclose(type);
    H5Aclose(b);
    H5Aclose(a);
}

/* Copy the attributes of a new file, close and reopen both, compare, and close them. */
static void check_copy(const char *path, hid_t from, enum format format) {
    struct path copy_path = scratch_path("copy.h5");
    hid_t to = create_file(copy_path.text, format);
    assert_true(sm_attributes_copy(from, to));
    close_file(from);
    close_file(to);
    from = open_file(path);
    to = open_file(copy_path.text);
    hsize_t n = count_attributes(from);
    assert_int_equal(count_attributes(to), n);
    for (hsize_t i = 0; i < n; i++) {
        char name[64];
        H5Aget_name_by_idx(from, ".", H5_INDEX_NAME, H5_ITER_INC, i, name, sizeof name, H5P_DEFAULT);
        assert_same(from, to, name);
    }
    close_file(to);
    close_file(from);
}

/* ---- tests ---- */

static void add_empty(hid_t object, const char *name, hid_t type, hid_t space) {
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    assert_true(attribute >= 0);
    H5Aclose(attribute);
    H5Sclose(space);
}

static void copies_texts(void **state) {
    (void)state;
    static const char *const several[] = {"one", "", "drei µl"};
    static const H5T_str_t paddings[] = {H5T_STR_NULLTERM, H5T_STR_NULLPAD, H5T_STR_SPACEPAD};
    struct path path = scratch_path("texts.h5");
    for (enum format format = FORMAT_OLD; format <= FORMAT_NEW; format++) {
        hid_t file = create_file(path.text, format);
        hid_t utf8 = variable_text(H5T_CSET_UTF8), ascii = variable_text(H5T_CSET_ASCII);
        add_attribute(file, "variable", utf8, 0, &several[2]);
        add_attribute(file, "ascii", ascii, 0, &several[0]);
        add_attribute(file, "empty text", utf8, 0, &several[1]);
        add_attribute(file, "several", utf8, 3, several);
        add_empty(file, "null", utf8, H5Screate(H5S_NULL));
        for (size_t i = 0; i < LENGTH(paddings); i++) {
            const char *names[] = {"terminated", "null-padded", "space-padded"};
            hid_t fixed = fixed_text(6, paddings[i], i == 1 ? H5T_CSET_UTF8 : H5T_CSET_ASCII);
            add_attribute(file, names[i], fixed, 0, i == 2 ? "abc   " : "abc\0\0\0");
            char name[64];
            snprintf(name, sizeof name, "%s array", names[i]);
            add_attribute(file, name, fixed, 3, "one   two\0  three");
            H5Tclose(fixed);
        }
        H5Tclose(ascii);
        H5Tclose(utf8);
        check_copy(path.text, file, format);
    }
}

static void copies_numbers(void **state) {
    (void)state;
    const hid_t types[] = {H5T_STD_I8LE,   H5T_STD_U8LE,  H5T_STD_I16LE,     H5T_STD_U16BE,  H5T_STD_I32LE,
                           H5T_STD_U32LE,  H5T_STD_I64LE, H5T_STD_U64BE,     H5T_IEEE_F32LE, H5T_IEEE_F64LE,
                           H5T_IEEE_F64BE, H5T_STD_B16LE, H5T_NATIVE_LDOUBLE};
    const hsize_t plane[] = {2, 2}, none = 0;
    unsigned char bytes[4 * 16];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)(i * 5 % 64);
    }
    struct path path = scratch_path("numbers.h5");
    for (enum format format = FORMAT_OLD; format <= FORMAT_NEW; format++) {
        hid_t file = create_file(path.text, format), space = H5Screate_simple(2, plane, NULL);
        for (size_t i = 0; i < LENGTH(types); i++) {
            char name[64];
            snprintf(name, sizeof name, "scalar %zu", i);
            add_attribute(file, name, types[i], 0, bytes);
            snprintf(name, sizeof name, "array %zu", i);
            add_attribute(file, name, types[i], 4, bytes);
        }
        hid_t attribute = H5Acreate2(file, "plane", H5T_NATIVE_INT, space, H5P_DEFAULT, H5P_DEFAULT);
        H5Awrite(attribute, H5T_NATIVE_INT, bytes);
        H5Aclose(attribute);
        H5Sclose(space);
        add_empty(file, "null", H5T_IEEE_F32LE, H5Screate(H5S_NULL));
        add_empty(file, "no elements", H5T_IEEE_F32LE, H5Screate_simple(1, &none, NULL));
        check_copy(path.text, file, format);
    }
}

/* A named type, as the netCDF library makes them, is only known to its own file. */
static void copies_other_types(void **state) {
    (void)state;
    static const hsize_t three = 3;
    static const char bytes[24] = "\1\0\1\0\0\0\0\0\0\1\2\3\4\5";
    struct path path = scratch_path("others.h5");
    for (enum format format = FORMAT_OLD; format <= FORMAT_NEW; format++) {
        hid_t file = create_file(path.text, format);
        hid_t truth = H5Tenum_create(H5T_STD_I8LE), complex = H5Tcreate(H5T_COMPOUND, 16);
        hid_t opaque = H5Tcreate(H5T_OPAQUE, 5), array = H5Tarray_create2(H5T_STD_I16LE, 1, &three);
        hid_t list = H5Tvlen_create(H5T_STD_I16LE), named = H5Tcopy(H5T_STD_I32LE);
        hvl_t numbers = {3, (int16_t[]){7, 8, 9}};
        H5Tenum_insert(truth, "FALSE", "\0");
        H5Tenum_insert(truth, "TRUE", "\1");
        H5Tinsert(complex, "r", 0, H5T_IEEE_F64LE);
        H5Tinsert(complex, "i", 8, H5T_IEEE_F64LE);
        H5Tset_tag(opaque, "what it is");
        H5Tcommit2(file, "named", named, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        add_attribute(file, "bool", truth, 0, bytes);
        add_attribute(file, "bools", truth, 5, bytes);
        add_attribute(file, "complex", complex, 0, bytes);
        add_attribute(file, "opaque", opaque, 0, bytes);
        add_attribute(file, "array", array, 0, bytes);
        add_attribute(file, "list", list, 0, &numbers);
        add_attribute(file, "of a named type", named, 3, bytes);
        H5Tclose(named);
        H5Tclose(list);
        H5Tclose(array);
        H5Tclose(opaque);
        H5Tclose(complex);
        H5Tclose(truth);
        check_copy(path.text, file, format);
    }
}

/* More than HDF5 keeps with the object, and one larger than the 64 KiB that fit there. */
static void copies_many_and_large_ones(void **state) {
    (void)state;
    enum { N_LARGE = 20000 };
    static double large[N_LARGE];
    struct path path = scratch_path("many.h5");
    for (int i = 0; i < N_LARGE; i++) {
        large[i] = i;
    }
    hid_t file = create_file(path.text, FORMAT_NEW);
    for (int i = 0; i < 300; i++) {
        char name[64];
        snprintf(name, sizeof name, "experiment:number %d", i);
        add_number_attribute(file, name, i);
    }
    add_attribute(file, "large", H5T_NATIVE_DOUBLE, N_LARGE, large);
    check_copy(path.text, file, FORMAT_NEW);
}

static void leaves_references_and_what_is_there(void **state) {
    (void)state;
    struct path path = scratch_path("from.h5"), other = scratch_path("to.h5");
    hid_t from = create_file(path.text, FORMAT_OLD), to = create_file(other.text, FORMAT_OLD);
    hid_t compound = H5Tcreate(H5T_COMPOUND, 16);
    char row[16] = {0};
    hobj_ref_t reference;
    assert_true(H5Rcreate(&reference, from, "/", H5R_OBJECT, -1) >= 0);
    memcpy(row, &reference, sizeof reference);
    H5Tinsert(compound, "reference", 0, H5T_STD_REF_OBJ);
    H5Tinsert(compound, "index", 8, H5T_STD_I32LE);
    add_attribute(from, "REFERENCE", H5T_STD_REF_OBJ, 0, &reference);
    add_attribute(from, "REFERENCE_LIST", compound, 1, row);
    add_text_attribute(from, "both", "of the input");
    add_text_attribute(from, "one", "of the input");
    add_number_attribute(to, "both", 7);
    assert_true(sm_attributes_copy(from, to));
    double number = 0;
    assert_true(sm_attribute_number(to, "both", &number));
    assert_true(number == 7);
    assert_true(H5Aexists(to, "one") > 0);
    assert_int_equal(H5Aexists(to, "REFERENCE"), 0);
    assert_int_equal(H5Aexists(to, "REFERENCE_LIST"), 0);
    H5Tclose(compound);
    close_file(to);
    close_file(from);
}

static void tells_of_failure(void **state) {
    (void)state;
    struct path path = scratch_path("from.h5"), other = scratch_path("to.h5");
    hid_t from = create_file(path.text, FORMAT_OLD), to = create_file(other.text, FORMAT_OLD);
    add_text_attribute(from, "one", "of the input");
    close_file(to);
    to = open_file(other.text); /* not for writing */
    assert_false(sm_attributes_copy(from, to));
    assert_false(sm_attributes_copy(H5I_INVALID_HID, to));
    close_file(to);
    close_file(from);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(copies_texts),
        tidy_test(copies_numbers),
        tidy_test(copies_other_types),
        tidy_test(copies_many_and_large_ones),
        tidy_test(leaves_references_and_what_is_there),
        tidy_test(tells_of_failure),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
