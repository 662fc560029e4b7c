/* Files that have the same are told from those that lack something, or have it differently. */
#include <stdlib.h>
#include <string.h>

#include "rtdc/outputs/compare_files.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

enum { N = 300000 }; /* so many numbers are more than 1 MiB */

/* What is other than in the first file. */
enum change {
    NOTHING,
    NUMBER,
    SHAPE,
    TYPE,
    LINE,
    LIST,
    FIXED,
    ATTRIBUTE,
    NO_ATTRIBUTE,
    MISSING,
    LARGE,
    CHUNKED,
    N_CHANGES
};

static void add_lists(hid_t file, int last) {
    int numbers[3] = {1, 2, last};
    const hvl_t lists[2] = {{3, numbers}, {1, numbers}};
    hid_t type = H5Tvlen_create(H5T_NATIVE_INT);
    add_list(file, "tables/lists", type, 2, lists);
    H5Tclose(type);
}

static hid_t make(const char *name, enum change change) {
    static double large[N];
    double numbers[3] = {1, 2, change == NUMBER ? 4 : 3};
    large[N - 1] = change == LARGE;
    hid_t file = begin_file(name);
    add_list(file, "events/numbers", change == TYPE ? H5T_IEEE_F64BE : H5T_NATIVE_DOUBLE, change == SHAPE ? 2 : 3,
             numbers);
    add_list(file, "events/large", H5T_NATIVE_DOUBLE, N, large);
    const hsize_t n = N, chunk = N / 2 - 1;
    hid_t creation = chunked(1, &chunk);
    large[N - 1] = change == CHUNKED;
    add_dataset(file, "events/many", H5T_NATIVE_DOUBLE, 1, &n, creation, large);
    H5Pclose(creation);
    add_lines(file, "logs/lines", 2, (const char *const[]){"one", change == LINE ? "too" : "two"});
    add_lists(file, change == LIST ? 4 : 3);
    add_group(file, "basins");
    hid_t text = fixed_text(3, H5T_STR_NULLPAD, H5T_CSET_ASCII);
    if (change != MISSING) {
        add_list(file, "basins/fixed", text, 1, change == FIXED ? "abd" : "abc");
    }
    H5Tclose(text);
    add_text_attribute(file, "sample", change == ATTRIBUTE ? "cells" : "beads");
    if (change != NO_ATTRIBUTE) {
        add_text_attribute(file, "claim", "mine");
    }
    close_file(file);
    struct path path = scratch_path("%s", name);
    return open_file(path.text);
}

/* The path that differs, "" where none does; valid until the next call. */
static const char *different(enum change change, const struct sm_tolerance *tolerance) {
    static char path[64];
    hid_t expected = make("expected.h5", NOTHING), found = make("found.h5", change);
    char *differs = sm_compare_files(expected, found, tolerance);
    strncpy(path, differs ? differs : "", sizeof path - 1);
    free(differs);
    close_file(found);
    close_file(expected);
    return path;
}

static void finds_what_differs(void **state) {
    (void)state;
    static const char *const paths[N_CHANGES] = {
        [NOTHING] = "",        [NUMBER] = "events/numbers", [SHAPE] = "events/numbers", [TYPE] = "events/numbers",
        [LINE] = "logs/lines", [LIST] = "tables/lists",     [FIXED] = "basins/fixed",   [ATTRIBUTE] = ".",
        [NO_ATTRIBUTE] = ".",  [MISSING] = "basins/fixed",  [LARGE] = "events/large",   [CHUNKED] = "events/many",
    };
    const struct sm_tolerance all = {.most_bytes = SIZE_MAX};
    for (int change = 0; change < N_CHANGES; change++) {
        assert_string_equal(different((enum change)change, &all), paths[change]);
    }
}

static enum sm_likeness judge(const char *path, void *data) {
    const char *const *paths = data;
    return strcmp(path, paths[0]) == 0 ? SM_ALIKE_FRAME : strcmp(path, paths[1]) == 0 ? SM_UNLIKE : SM_ALIKE;
}

static bool is_claim(const char *attribute) {
    return strcmp(attribute, "claim") == 0;
}

static void tolerates_what_may_differ(void **state) {
    (void)state;
    const char *paths[] = {"events/numbers", "basins/fixed"};
    const struct sm_tolerance some = {judge, is_claim, 1 << 20, true, paths};
    static const enum change tolerated[] = {NUMBER, FIXED, MISSING, NO_ATTRIBUTE};
    for (size_t i = 0; i < sizeof tolerated / sizeof *tolerated; i++) {
        assert_string_equal(different(tolerated[i], &some), "");
    }
    assert_string_equal(different(LARGE, &some), "events/large"); /* compared in pieces, and chunk by chunk */
    assert_string_equal(different(CHUNKED, &some), "events/many");
    assert_string_equal(different(SHAPE, &some), "events/numbers");
    assert_string_equal(different(LINE, &some), "logs/lines");
    assert_string_equal(different(ATTRIBUTE, &some), ".");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(finds_what_differs),
        tidy_test(tolerates_what_may_differ),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
