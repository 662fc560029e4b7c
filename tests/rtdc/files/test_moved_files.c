/* Files that are found by their names alone. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/files/moved_files.h"
#include "support/unit_test.h"

enum { MOST = 8 };

/* What was visited. */
struct visits {
    int n, end; /* end: the visit that ends them, from 1 on; 0: none */
    char paths[MOST][64];
};

static bool note(const char *path, void *data) {
    struct visits *visits = data;
    assert_true(visits->n < MOST);
    snprintf(visits->paths[visits->n++], sizeof visits->paths[0], "%s", path);
    return visits->n == visits->end;
}

static struct sm_moved_files make(const char *const *paths) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_moved_files files;
    size_t n = 0;
    while (paths[n]) {
        n++;
    }
    assert_int_equal(sm_moved_files_make(paths, n, &files, &error), SPARSEMED_OK);
    return files;
}

/* expected   ends with NULL */
static void assert_visits(const struct sm_moved_files *files, const char *path, const char *const *expected) {
    struct visits visits = {0};
    assert_false(sm_moved_files_visit(files, path, note, &visits));
    for (int i = 0; i < visits.n; i++) {
        assert_non_null(expected[i]);
        assert_string_equal(visits.paths[i], expected[i]);
    }
    assert_null(expected[visits.n]);
    assert_int_equal(sm_moved_files_have(files, path), visits.n > 0);
}

static void names_are_found_wherever_they_are(void **state) {
    (void)state;
    struct sm_moved_files files =
        make((const char *const[]){"/n/b.rtdc", "/n/a.rtdc", "/n/k/a.rtdc", "/n/c.rtdc", "/a.rtdc", NULL});
    assert_visits(&files, "/old/a.rtdc", (const char *const[]){"/n/a.rtdc", "/n/k/a.rtdc", "/a.rtdc", NULL});
    assert_visits(&files, "c.rtdc", (const char *const[]){"/n/c.rtdc", NULL});
    assert_visits(&files, "b.rtd", (const char *const[]){NULL});
    assert_visits(&files, "b.rtdcc", (const char *const[]){NULL});
    assert_visits(&files, "z/", (const char *const[]){NULL});
    assert_visits(&files, "", (const char *const[]){NULL});
    sm_moved_files_free(&files);
}

static void folders_that_are_called_alike_come_first(void **state) {
    (void)state;
    struct sm_moved_files files =
        make((const char *const[]){"/n/x/day/a", "/n/day/a", "/n/today/a", "/n/run/day/a", "/n/run/day2/a", NULL});
    assert_visits(&files, "/old/run/day/a",
                  (const char *const[]){"/n/run/day/a", "/n/x/day/a", "/n/day/a", "/n/today/a", "/n/run/day2/a", NULL});
    assert_visits(&files, "../day/a",
                  (const char *const[]){"/n/x/day/a", "/n/day/a", "/n/run/day/a", "/n/today/a", "/n/run/day2/a", NULL});
    assert_visits(&files, "/n/day/a",
                  (const char *const[]){"/n/day/a", "/n/x/day/a", "/n/run/day/a", "/n/today/a", "/n/run/day2/a", NULL});
    sm_moved_files_free(&files);
}

static void a_visit_may_be_the_last(void **state) {
    (void)state;
    struct sm_moved_files files = make((const char *const[]){"/n/a", "/m/a", "/l/a", NULL});
    struct visits visits = {.end = 2};
    assert_true(sm_moved_files_visit(&files, "a", note, &visits));
    assert_int_equal(visits.n, 2);
    sm_moved_files_free(&files);
}

static void a_copy_is_as_good(void **state) {
    (void)state;
    struct sm_moved_files files = make((const char *const[]){"/n/a", "/m/b", NULL});
    struct sm_moved_files copy = {files.n_bytes, malloc(files.n_bytes)};
    assert_non_null(copy.bytes);
    memcpy(copy.bytes, files.bytes, files.n_bytes);
    sm_moved_files_free(&files);
    assert_visits(&copy, "/old/b", (const char *const[]){"/m/b", NULL});
    sm_moved_files_free(&copy);
}

static void nothing_is_in_an_empty_list(void **state) {
    (void)state;
    struct sm_moved_files none = {0}, empty = make((const char *const[]){NULL});
    assert_visits(&none, "/old/a", (const char *const[]){NULL});
    assert_visits(&empty, "/old/a", (const char *const[]){NULL});
    sm_moved_files_free(&empty);
    sm_moved_files_free(&none);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_wherever_they_are), cmocka_unit_test(folders_that_are_called_alike_come_first),
        cmocka_unit_test(a_visit_may_be_the_last),           cmocka_unit_test(a_copy_is_as_good),
        cmocka_unit_test(nothing_is_in_an_empty_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
