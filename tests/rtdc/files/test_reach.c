/* Who may read what: where basins and links of a measurement may lead. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rtdc/files/reach.h"
#include "support/scratch.h"

/* ---- a tree of files ---- */

static int make_tree(void **state) {
    static const char *const folders[] = {"data", "data/sub", "data-other", "other"};
    static const char *const files[] = {"data/in.rtdc",       "data/beside.h5", "data/sub/below.h5",
                                        "data-other/near.h5", "other/there.h5", "above.h5"};
    scratch_create(state);
    for (size_t i = 0; i < LENGTH(folders); i++) {
        make_folder(scratch_path("%s", folders[i]).text);
    }
    for (size_t i = 0; i < LENGTH(files); i++) {
        write_text(scratch_path("%s", files[i]).text, files[i]);
    }
    return symlink("../other/there.h5", scratch_path("data/link.h5").text) ||
           symlink("../data/in.rtdc", scratch_path("other/in.rtdc").text) ||
           symlink("data", scratch_path("data-link").text);
}

/* Ask by a path in the tree. Returns whether it passes; a refusal must have these words. */
static bool passes(const char *name, enum sm_way way, const char *words) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct path path = scratch_path("%s", name), measurement = scratch_path("data/in.rtdc");
    bool passed = sm_reach_pass(measurement.text, path.text, way, &error) == SPARSEMED_OK;
    if (!passed && (error.status != SPARSEMED_INPUT || !strstr(error.message, words) ||
                    strncmp(error.message, "leads to /", strlen("leads to /")) != 0)) {
        fail_msg("%s: %s", name, error.message);
    }
    return passed;
}

static const char follow[] = "outside the measurement's folder; --follow-links", roots[] = "--basin-root";

/* ---- tests ---- */

static void links_stay_in_the_tree_and_basins_need_not(void **state) {
    (void)state;
    static const struct sm_reach rules = {0};
    struct path measurement = scratch_path("data/in.rtdc");
    for (int at_hand = 0; at_hand < 2; at_hand++) {
        if (at_hand) {
            sm_reach_begin(&rules, measurement.text, NULL, NULL);
        }
        assert_true(passes("data/beside.h5", SM_BY_LINK, ""));
        assert_true(passes("data/sub/below.h5", SM_BY_LINK, ""));
        assert_true(passes("data/sub/../beside.h5", SM_BY_LINK, ""));
        assert_true(passes("data-link/beside.h5", SM_BY_LINK, ""));
        assert_false(passes("above.h5", SM_BY_LINK, follow));
        assert_false(passes("data/../above.h5", SM_BY_LINK, follow));
        assert_false(passes("data-other/near.h5", SM_BY_LINK, follow));
        assert_false(passes("data/link.h5", SM_BY_LINK, "other/there.h5), which is outside"));
        assert_true(passes("above.h5", SM_BY_BASIN, ""));
        assert_true(passes("data/link.h5", SM_BY_BASIN, ""));
    }
    sm_reach_end(NULL);
}

/* A link to a measurement: its own folder, and that of the measurement. */
static void a_measurement_that_is_a_link_has_two_folders(void **state) {
    (void)state;
    static const struct sm_reach rules = {0};
    struct path link = scratch_path("other/in.rtdc");
    sm_reach_begin(&rules, link.text, NULL, NULL);
    assert_true(passes("other/there.h5", SM_BY_LINK, ""));
    assert_true(passes("data/sub/below.h5", SM_BY_LINK, ""));
    assert_false(passes("above.h5", SM_BY_LINK, follow));
    sm_reach_end(NULL);
}

static void roots_confine_all(void **state) {
    (void)state;
    struct path measurement = scratch_path("data/in.rtdc"), data = scratch_path("data"), other = scratch_path("other");
    const struct sm_reach one = {.n_roots = 1, .roots = {other.text}},
                          both = {.n_roots = 2, .roots = {data.text, other.text}, .follow_links = true},
                          all = {.n_roots = 1, .roots = {"/"}, .follow_links = true};
    sm_reach_begin(&one, measurement.text, NULL, NULL);
    assert_true(passes("other/there.h5", SM_BY_BASIN, ""));
    assert_true(passes("data/link.h5", SM_BY_BASIN, "")); /* by what it leads to */
    assert_false(passes("other/there.h5", SM_BY_LINK, follow));
    assert_false(passes("data/beside.h5", SM_BY_BASIN, roots));
    assert_false(passes("data/beside.h5", SM_BY_LINK, roots));
    assert_false(passes("other/in.rtdc", SM_BY_BASIN, roots));
    sm_reach_begin(&both, measurement.text, NULL, NULL);
    assert_true(passes("data/beside.h5", SM_BY_LINK, ""));
    assert_true(passes("other/there.h5", SM_BY_LINK, ""));
    assert_false(passes("data-other/near.h5", SM_BY_BASIN, roots));
    assert_false(passes("data-other/near.h5", SM_BY_LINK, roots));
    sm_reach_begin(&all, measurement.text, NULL, NULL);
    assert_true(passes("data-other/near.h5", SM_BY_LINK, ""));
    sm_reach_end(NULL);
}

static void only_files_pass_and_they_are_noted(void **state) {
    (void)state;
    static const struct sm_reach rules = {0};
    struct path measurement = scratch_path("data/in.rtdc"), beside = scratch_path("data/beside.h5");
    struct sm_used_files used = {0}, missed = {0}, others = {0};
    sm_reach_begin(&rules, measurement.text, &used, &missed);
    assert_false(passes("data/sub", SM_BY_LINK, "which is not a file"));
    assert_false(passes("data/missing.h5", SM_BY_LINK, "cannot be read: No such file"));
    assert_true(passes("data/beside.h5", SM_BY_LINK, "") && passes("data/sub/../beside.h5", SM_BY_LINK, ""));
    assert_int_equal(used.n, 1);
    assert_string_equal(used.list[0].path, beside.text);
    assert_int_equal(used.list[0].state.st_size, strlen("data/beside.h5"));
    assert_int_equal(missed.n, 2); /* the folder, and what is missing */
    assert_false(passes("above.h5", SM_BY_LINK, follow));
    assert_int_equal(missed.n, 3);
    assert_int_equal(missed.list[2].state.st_ino, 0); /* other rules may let it pass */
    sm_reach_miss("/nowhere/a");
    sm_reach_miss("/nowhere/b");
    sm_reach_miss("/nowhere/a");
    sm_reach_miss(beside.text);
    assert_int_equal(missed.n, 6);
    assert_int_equal(missed.list[4].state.st_ino, 0);
    assert_true(missed.list[5].state.st_ino != 0);
    sm_reach_end(&others); /* of something else */
    sm_reach_miss("/nowhere/c");
    assert_int_equal(missed.n, 7);
    sm_reach_end(&used);
    sm_reach_miss("/nowhere/d");
    assert_int_equal(missed.n, 7);
    sm_used_files_free(&used);
    sm_used_files_free(&missed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_stay_in_the_tree_and_basins_need_not),
        cmocka_unit_test(a_measurement_that_is_a_link_has_two_folders),
        cmocka_unit_test(roots_confine_all),
        cmocka_unit_test(only_files_pass_and_they_are_noted),
    };
    return cmocka_run_group_tests(tests, make_tree, scratch_remove);
}
