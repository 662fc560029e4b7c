#include "parallel/sources/source_lists.h"

#include <stdlib.h>
#include <string.h>

void add(struct sm_sources *sources, const char *name) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct path path = scratch_path("%s", name);
    assert_int_equal(sm_sources_add(sources, path.text, &error), SPARSEMED_OK);
}

void assert_list(struct sm_sources *sources, size_t n, const char *const expected[][2]) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_sources_settle(sources, &error), SPARSEMED_OK);
    assert_int_equal(sources->n, n);
    for (size_t i = 0; i < n; i++) {
        struct path input = scratch_path("%s", expected[i][0]), output = scratch_path("%s", expected[i][1]);
        assert_string_equal(sources->list[i].input, input.text);
        assert_string_equal(sources->list[i].output, output.text);
    }
}

static int compare_passed_over(const void *left, const void *right) {
    const struct sm_passed_over *a = left, *b = right;
    return strcmp(a->path, b->path);
}

void assert_passed_over(struct sm_sources *sources, size_t n, const char *const expected[][2]) {
    assert_int_equal(sources->n_passed_over, n);
    qsort(sources->passed_over, n, sizeof *sources->passed_over, compare_passed_over);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(sources->passed_over[i].path, scratch_path("%s", expected[i][0]).text);
        assert_non_null(strstr(sources->passed_over[i].reason, expected[i][1]));
    }
}
