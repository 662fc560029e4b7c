/* Values of variable length are read only where what leads to them is sound, and attributes only where all of them are.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/changed_calls.h"
#include "rtdc/hdf5/guard.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/heap_values.h"
#include "support/file_bytes.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

/* ---- helpers ---- */

enum { N_TYPES = 6 };

static hid_t compound_of(hid_t text, hid_t numbers) {
    hid_t compound = H5Tcreate(H5T_COMPOUND, sizeof(int) + sizeof(char *) + sizeof(hvl_t) + 8);
    H5Tinsert(compound, "number", 0, H5T_NATIVE_INT);
    H5Tinsert(compound, "numbers", 8, numbers);
    H5Tinsert(compound, "text", 8 + sizeof(hvl_t), text);
    return compound;
}

/* A value of each type that leads to a heap, as attributes of a file; at the end of the file is a heap of their own. */
static void write_values(const char *path) {
    static const char *texts[3] = {"one", "", "three and more"};
    static int16_t pieces[] = {7, 8, 9};
    hvl_t numbers = {3, pieces}, nested = {1, &numbers};
    char row[40] = {0};
    const hsize_t n = 3;
    hid_t file = create_file(path, FORMAT_OLD), text = variable_text(H5T_CSET_UTF8);
    hid_t list = H5Tvlen_create(H5T_NATIVE_INT16), lists = H5Tvlen_create(list), array = H5Tarray_create2(text, 1, &n);
    hid_t compound = compound_of(text, list);
    memcpy(row + 8, &numbers, sizeof numbers);
    memcpy(row + 8 + sizeof numbers, &texts[2], sizeof texts[2]);
    add_attribute(file, "0", text, 0, &texts[2]);
    add_attribute(file, "1", text, 3, texts);
    add_attribute(file, "2", list, 0, &numbers);
    add_attribute(file, "3", lists, 0, &nested);
    add_attribute(file, "4", array, 0, texts);
    add_attribute(file, "5", compound, 0, row);
    add_number_attribute(file, "number", 4);
    add_list(file, "texts", text, 3, texts);
    H5Tclose(compound);
    H5Tclose(array);
    H5Tclose(lists);
    H5Tclose(list);
    H5Tclose(text);
    close_file(file);
}

static enum sparsemed_status check_attribute(hid_t file, int i) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    const char name[] = {(char)('0' + i), '\0'};
    hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
    assert_true(attribute >= 0);
    enum sparsemed_status status = sm_heap_values_check(attribute, &error);
    H5Aclose(attribute);
    return status;
}

static void check_all(const char *path, enum sparsemed_status expected) {
    hid_t file = open_file(path);
    for (int i = 0; i < N_TYPES; i++) {
        assert_int_equal(check_attribute(file, i), expected);
    }
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    char *read[3] = {NULL, NULL, NULL};
    hid_t dataset = H5Dopen2(file, "texts", H5P_DEFAULT), type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    assert_int_equal(sm_guarded_read(dataset, type, read, &error), expected);
    if (expected == SPARSEMED_OK) {
        assert_string_equal(read[2], "three and more");
        sm_hdf5_reclaim(type, space, read);
    }
    H5Sclose(space);
    H5Tclose(type);
    H5Dclose(dataset);
    hid_t memory = sm_hdf5_create_in_memory();
    assert_int_equal(sm_attributes_copy(file, memory), expected == SPARSEMED_OK);
    H5Fclose(memory);
    close_file(file);
}

/* Change a byte of all values in heaps, at an offset from their heads: 0 number, 8 length. */
static void change_values(const char *path, size_t offset, uint8_t by) {
    struct bytes bytes = load_bytes(path);
    uint8_t *heap = memmem(bytes.data, bytes.n, "GCOL", 4);
    assert_non_null(heap);
    for (uint8_t *value = heap + 16; value[0] > 0;) {
        uint8_t *head = value;
        value += 16 + (value[8] + 7) / 8 * 8;
        head[offset] = (uint8_t)(head[offset] + by);
    }
    save_and_free(path, bytes);
}

/* ---- tests ---- */

static void follows_sound_ones(void **state) {
    (void)state;
    struct path path = scratch_path("sound.h5");
    write_values(path.text);
    check_all(path.text, SPARSEMED_OK);
}

static void refuses_values_that_are_not_there(void **state) {
    (void)state;
    struct path path = scratch_path("missing.h5");
    write_values(path.text);
    change_values(path.text, 0, 100);
    check_all(path.text, SPARSEMED_INPUT);
}

/* A value within a value has no length that is known here. */
static void refuses_values_of_other_lengths(void **state) {
    (void)state;
    static const uint8_t by[] = {1, 255};
    for (size_t i = 0; i < LENGTH(by); i++) {
        struct path path = scratch_path("lengths.h5");
        write_values(path.text);
        change_values(path.text, 8, by[i]);
        hid_t file = open_file(path.text);
        for (int j = 0; j < N_TYPES; j++) {
            assert_true(j == 3 || check_attribute(file, j) == SPARSEMED_INPUT);
        }
        char *text = sm_attribute_text(file, "0", NULL);
        assert_null(text);
        close_file(file);
    }
}

/* Bytes of the head of a heap, and of its last piece, which is free. */
static void refuses_heaps_that_are_none(void **state) {
    (void)state;
    static const struct {
        size_t offset;
        uint8_t value;
    } changes[] = {{0, 'x'}, {4, 2}, {9, 0}, {9, 1}, {14, 1}, {24, 0xff}, {25, 0xff}, {31, 0xff}, {30, 1}};
    for (size_t i = 0; i < LENGTH(changes); i++) {
        struct path path = scratch_path("heap.h5");
        write_values(path.text);
        struct bytes bytes = load_bytes(path.text);
        uint8_t *heap = memmem(bytes.data, bytes.n, "GCOL", 4);
        assert_non_null(heap);
        heap[changes[i].offset] = changes[i].value;
        save_and_free(path.text, bytes);
        check_all(path.text, SPARSEMED_INPUT);
    }
}

/* HDF5 would go round for ever where what is free has no length. */
static void refuses_a_heap_without_end(void **state) {
    (void)state;
    struct path path = scratch_path("endless.h5");
    write_values(path.text);
    struct bytes bytes = load_bytes(path.text);
    uint8_t *value = memmem(bytes.data, bytes.n, "GCOL", 4);
    assert_non_null(value);
    for (value += 16; value[0] > 0;) {
        value += 16 + (value[8] + 7) / 8 * 8;
    }
    memset(value + 8, 0, 8);
    save_and_free(path.text, bytes);
    check_all(path.text, SPARSEMED_INPUT);
}

/* One that does not decode; behind others, so that HDF5 would have begun a table of them. */
static void copies_none_where_one_is_damaged(void **state) {
    (void)state;
    struct path path = scratch_path("undecodable.h5");
    hid_t file = create_file(path.text, FORMAT_OLD);
    for (int i = 0; i < 20; i++) {
        char name[] = {'n', (char)('a' + i), '\0'};
        add_number_attribute(file, name, i);
    }
    close_file(file);
    struct bytes bytes = load_bytes(path.text);
    uint8_t *found = memmem(bytes.data, bytes.n, "nr", 3);
    assert_non_null(found);
    found[-8] = 99; /* version, reserved, and the lengths of name, type and space come before the name */
    save_and_free(path.text, bytes);
    for (int i = 0; i < 100; i++) {
        file = open_file(path.text);
        hid_t memory = sm_hdf5_create_in_memory();
        assert_false(sm_attributes_copy(file, memory));
        H5Fclose(memory);
        close_file(file);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(follows_sound_ones),
        tidy_test(refuses_values_that_are_not_there),
        tidy_test(refuses_values_of_other_lengths),
        tidy_test(refuses_heaps_that_are_none),
        tidy_test(refuses_a_heap_without_end),
        tidy_test(copies_none_where_one_is_damaged),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
