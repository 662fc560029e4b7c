/* The measurements of an archive and their outputs: folders, files and shards. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "parallel/sources/source_lists.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

static int make_tree(void **state) {
    if (hdf5_test_start(state) != 0) {
        return -1;
    }
    static const char *const folders[] = {"tree", "tree/sub", "tree/sub/deep", "tree/.hidden", "other"};
    static const char *const files[] = {
        "tree/b.rtdc",    "tree/a.rtdc",     "tree/a_bg.rtdc", "tree/notes.txt",      "tree/.c.rtdc",
        "tree/rtdc",      "tree/sub/a.rtdc", "other/a.rtdc",   "tree/.hidden/d.rtdc", "tree/sub/deep/e.f.rtdc",
        "tree/a_bg.rtdcx"};
    for (size_t i = 0; i < LENGTH(folders); i++) {
        make_folder(scratch_path("%s", folders[i]).text);
    }
    for (size_t i = 0; i < LENGTH(files); i++) {
        write_text(scratch_path("%s", files[i]).text, "");
    }
    struct path file = scratch_path("tree/link.rtdc"), whole = scratch_path("whole");
    return symlink("../other/a.rtdc", file.text) || symlink("tree", whole.text);
}

static const char *const whole_tree[][2] = {{"tree/a.rtdc", "out/a_bg.rtdc"},
                                            {"tree/b.rtdc", "out/b_bg.rtdc"},
                                            {"tree/link.rtdc", "out/link_bg.rtdc"},
                                            {"tree/sub/a.rtdc", "out/sub/a_bg.rtdc"},
                                            {"tree/sub/deep/e.f.rtdc", "out/sub/deep/e.f_bg.rtdc"}};

static void a_folder_stands_for_its_measurements(void **state) {
    (void)state;
    static const char *const names[] = {"tree", "tree/", "whole", "other/../tree/sub/.."};
    struct path out = scratch_path("out"), base = scratch_path("tree");
    for (size_t i = 0; i < LENGTH(names); i++) {
        struct sm_sources sources = {.output_folder = out.text};
        add(&sources, names[i]);
        assert_string_equal(sources.base, base.text);
        assert_list(&sources, LENGTH(whole_tree), whole_tree);
        sm_sources_free(&sources);
    }
}

static void files_are_taken_by_any_name_and_once(void **state) {
    (void)state;
    static const char *const expected[][2] = {{"other/a.rtdc", "out/a_bg.rtdc"},
                                              {"tree/a_bg.rtdc", "out/a_bg_bg.rtdc"},
                                              {"tree/link.rtdc", "out/link_bg.rtdc"},
                                              {"tree/sub/deep/e.f.rtdc", "out/e.f_bg.rtdc"}};
    struct path out = scratch_path("out"), base = scratch_path(".");
    struct sm_sources sources = {.output_folder = out.text};
    add(&sources, "tree/sub/deep/e.f.rtdc");
    add(&sources, "tree/a_bg.rtdc");
    add(&sources, "tree/sub/deep");
    add(&sources, "tree/link.rtdc");
    add(&sources, "other");
    base.text[strlen(base.text) - 2] = '\0';
    assert_string_equal(sources.base, base.text);
    assert_list(&sources, LENGTH(expected), expected);
    sm_sources_free(&sources);
}

static void in_place_the_outputs_are_the_inputs(void **state) {
    (void)state;
    static const char *const expected[][2] = {{"tree/sub/a.rtdc", "tree/sub/a.rtdc"},
                                              {"tree/sub/deep/e.f.rtdc", "tree/sub/deep/e.f.rtdc"}};
    struct sm_sources sources = {.in_place = true};
    add(&sources, "tree/sub");
    add(&sources, "tree/sub/a.rtdc");
    assert_list(&sources, LENGTH(expected), expected);
    sm_sources_free(&sources);
}

static void refuses_what_cannot_be_added(void **state) {
    (void)state;
    struct path nowhere = scratch_path("nowhere"), dangling = scratch_path("dangling");
    struct sm_sources sources = {.in_place = true};
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_sources_add(&sources, nowhere.text, &error), SPARSEMED_INPUT);
    assert_int_equal(symlink("nowhere", dangling.text), 0);
    error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_sources_add(&sources, dangling.text, &error), SPARSEMED_INPUT);
    error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_sources_add(&sources, "/dev/null", &error), SPARSEMED_USAGE);
    assert_int_equal(sources.n, 0);
    sm_sources_free(&sources);
}

/* Every measurement is in exactly one shard, and shards differ by one measurement at most. */
static void each_measurement_is_in_one_shard(void **state) {
    (void)state;
    struct path out = scratch_path("out");
    for (size_t n_shards = 1; n_shards <= 6; n_shards++) {
        int n_found[LENGTH(whole_tree)] = {0};
        for (size_t shard = 1; shard <= n_shards; shard++) {
            struct sparsemed_error error = SPARSEMED_NO_ERROR;
            struct sm_sources sources = {.output_folder = out.text};
            add(&sources, "tree");
            sm_sources_settle(&sources, &error);
            sm_sources_keep_shard(&sources, shard, n_shards);
            assert_true(sources.n >= LENGTH(whole_tree) / n_shards &&
                        sources.n <= (LENGTH(whole_tree) + n_shards - 1) / n_shards);
            for (size_t i = 0; i < sources.n; i++) {
                for (size_t k = 0; k < LENGTH(whole_tree); k++) {
                    struct path input = scratch_path("%s", whole_tree[k][0]);
                    n_found[k] += strcmp(sources.list[i].input, input.text) == 0;
                }
            }
            sm_sources_free(&sources);
        }
        for (size_t k = 0; k < LENGTH(whole_tree); k++) {
            assert_int_equal(n_found[k], 1);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(a_folder_stands_for_its_measurements), tidy_test(files_are_taken_by_any_name_and_once),
        tidy_test(in_place_the_outputs_are_the_inputs),  tidy_test(refuses_what_cannot_be_added),
        tidy_test(each_measurement_is_in_one_shard),
    };
    return cmocka_run_group_tests(tests, make_tree, scratch_remove);
}
