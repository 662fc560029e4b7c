/* Paths from one file to another, through links and without. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rtdc/files/path.h"
#include "support/scratch.h"

/* Folders, files and links for all tests. */
static int make_tree(void **state) {
    if (scratch_create(state) != 0) {
        return -1;
    }
    static const char *const folders[] = {"a", "a/b", "a/bc", "d", "d/e"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        make_folder(scratch_path("%s", folders[i]).text);
    }
    write_text(scratch_path("top").text, "");
    write_text(scratch_path("a/one").text, "");
    write_text(scratch_path("a/b/two").text, "");
    write_text(scratch_path("a/bc/three").text, "");
    struct path link = scratch_path("d/e/folder"), file = scratch_path("d/link"), nowhere = scratch_path("d/nowhere");
    struct path target = scratch_path("a/b");
    return symlink(target.text, link.text) || symlink("../a/one", file.text) || symlink("gone", nowhere.text);
}

static void assert_relative(const char *target, const char *from, const char *expected) {
    struct path target_path = scratch_path("%s", target), from_path = scratch_path("%s", from);
    char *real = realpath(target_path.text, NULL), *relative = real ? sm_path_relative(real, from_path.text) : NULL;
    if (expected) {
        assert_non_null(relative);
        assert_string_equal(relative, expected);
    } else {
        assert_null(relative);
    }
    free(relative);
    free(real);
}

static void relative_paths_lead_from_folder_to_file(void **state) {
    (void)state;
    assert_relative("a/one", "a/output", "one");
    assert_relative("top", "a/b/output", "../../top");
    assert_relative("a/b/two", "output", "a/b/two");
    assert_relative("a/bc/three", "a/b/output", "../bc/three"); /* names that begin alike */
    assert_relative("a/b/two", "a/bc/output", "../b/two");
    assert_relative("a/one", "d/e/output", "../../a/one");
    assert_relative("a/./b/../one", "a//output", "one");
}

static void relative_paths_resolve_links(void **state) {
    (void)state;
    assert_relative("d/e/folder/two", "a/output", "b/two");
    assert_relative("d/link", "d/output", "../a/one");
    assert_relative("a/one", "d/e/folder/output", "../one");
}

static void relative_paths_need_their_ends(void **state) {
    (void)state;
    assert_relative("a/missing", "output", NULL);
    assert_relative("d/nowhere", "output", NULL);
    assert_relative("top", "missing/output", NULL);
}

static void relative_paths_start_at_the_working_folder(void **state) {
    (void)state;
    assert_int_equal(chdir(scratch_folder()), 0);
    struct path one = scratch_path("a/one");
    char *real = realpath(one.text, NULL), *relative = sm_path_relative(real, "output");
    assert_string_equal(relative, "a/one");
    free(relative);
    free(real);
    assert_int_equal(chdir("/"), 0);
    relative = sm_path_relative(one.text, "output"); /* the root has no name of its own */
    assert_string_equal(relative, one.text + 1);
    free(relative);
}

static void names_are_behind_the_last_slash(void **state) {
    (void)state;
    assert_string_equal(sm_path_name("/a/b"), "b");
    assert_string_equal(sm_path_name("b"), "b");
    assert_string_equal(sm_path_name("a/"), "");
    assert_string_equal(sm_path_name("/"), "");
    assert_string_equal(sm_path_name(""), "");
}

static void assert_beside(const char *file, const char *name, const char *expected) {
    char *path = sm_path_beside(file, name);
    assert_string_equal(path, expected);
    free(path);
}

static void paths_beside_share_the_folder(void **state) {
    (void)state;
    assert_beside("/a/b", "c", "/a/c");
    assert_beside("b", "longer name", "longer name");
    assert_beside("/b", "c", "/c");
    assert_beside("a/b/c", "../d", "a/b/../d");
}

static void same_files_are_recognized(void **state) {
    (void)state;
    struct path one = scratch_path("a/one"), linked_one = scratch_path("d/link"), two = scratch_path("a/b/two");
    struct path linked = scratch_path("d/e/folder/two"), hard = scratch_path("hard"), missing = scratch_path("missing");
    assert_int_equal(link(one.text, hard.text), 0);
    assert_true(sm_path_same(one.text, one.text));
    assert_true(sm_path_same(one.text, linked_one.text));
    assert_true(sm_path_same(linked_one.text, one.text));
    assert_true(sm_path_same(one.text, hard.text));
    assert_true(sm_path_same(linked.text, two.text));
    assert_false(sm_path_same(one.text, two.text));
    assert_false(sm_path_same(missing.text, missing.text));
    assert_false(sm_path_same(one.text, missing.text));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(relative_paths_lead_from_folder_to_file),
        cmocka_unit_test(relative_paths_resolve_links),
        cmocka_unit_test(relative_paths_need_their_ends),
        cmocka_unit_test(relative_paths_start_at_the_working_folder),
        cmocka_unit_test(names_are_behind_the_last_slash),
        cmocka_unit_test(paths_beside_share_the_folder),
        cmocka_unit_test(same_files_are_recognized),
    };
    return cmocka_run_group_tests(tests, make_tree, scratch_remove);
}
