/* Measurements below a folder, as symbolic links lead to them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parallel/sources/source_lists.h"

/* Links to files and folders, in a tree of their own:
 *
 *   links/far -> ../other             links/a.rtdc -> ../tree/a.rtdc
 *   links/deep/on -> ../../links      links/b.rtdc -> a.rtdc
 *   links/gone.rtdc, links/gone, links/gone.txt, lead nowhere
 *   links/self.rtdc -> self.rtdc      links/pipe.rtdc, a FIFO */
static int make_links(void **state) {
    if (scratch_create(state) != 0) {
        return -1;
    }
    static const char *const links[][2] = {
        {"../other", "far"},      {"../tree/a.rtdc", "a.rtdc"}, {"../../links", "deep/on"}, {"a.rtdc", "b.rtdc"},
        {"nowhere", "gone.rtdc"}, {"nowhere", "gone"},          {"nowhere", "gone.txt"},    {"self.rtdc", "self.rtdc"}};
    static const char *const folders[] = {"other", "tree", "links"};
    for (size_t i = 0; i < LENGTH(folders); i++) {
        make_folder(scratch_path("%s", folders[i]).text);
    }
    write_text(scratch_path("other/a.rtdc").text, "");
    write_text(scratch_path("tree/a.rtdc").text, "");
    make_folder(scratch_path("links/deep").text);
    for (size_t i = 0; i < LENGTH(links); i++) {
        assert_int_equal(symlink(links[i][0], scratch_path("links/%s", links[i][1]).text), 0);
    }
    return mkfifo(scratch_path("links/pipe.rtdc").text, 0600);
}

static void links_that_lead_on_are_followed(void **state) {
    (void)state;
    static const char *const expected[][2] = {{"links/a.rtdc", "out/a_bg.rtdc"},
                                              {"links/b.rtdc", "out/b_bg.rtdc"},
                                              {"links/far/a.rtdc", "out/far/a_bg.rtdc"}};
    struct path out = scratch_path("out");
    struct sm_sources sources = {.output_folder = out.text};
    add(&sources, "links");
    assert_list(&sources, LENGTH(expected), expected);
    sm_sources_free(&sources);
}

static void what_is_passed_over_is_noted(void **state) {
    (void)state;
    static const char *const expected[][2] = {{"links/deep/on", "folder that it is in"},
                                              {"links/gone", "leads nowhere"},
                                              {"links/gone.rtdc", "leads nowhere"},
                                              {"links/pipe.rtdc", "neither a file nor a folder"},
                                              {"links/self.rtdc", "leads nowhere"}};
    struct path out = scratch_path("out");
    struct sm_sources sources = {.output_folder = out.text};
    add(&sources, "links");
    assert_passed_over(&sources, LENGTH(expected), expected);
    sm_sources_free(&sources);
}

/* However many links lead to it; hard links are files of their own. */
static void in_place_a_file_is_worked_on_once(void **state) {
    (void)state;
    static const char *const expected[][2] = {{"place/a.rtdc", "place/a.rtdc"},
                                              {"place/hard.rtdc", "place/hard.rtdc"},
                                              {"place/sub/other.rtdc", "place/sub/other.rtdc"}};
    static const char *const detours[][2] = {{"place/link.rtdc", "another path"}, {"place/way/other.rtdc", "another"}};
    struct sm_sources sources = {.in_place = true};
    make_folder(scratch_path("place").text);
    make_folder(scratch_path("place/sub").text);
    write_text(scratch_path("place/a.rtdc").text, "");
    write_text(scratch_path("place/sub/other.rtdc").text, "");
    assert_int_equal(link(scratch_path("place/a.rtdc").text, scratch_path("place/hard.rtdc").text), 0);
    assert_int_equal(symlink("a.rtdc", scratch_path("place/link.rtdc").text), 0);
    assert_int_equal(symlink("sub", scratch_path("place/way").text), 0);
    add(&sources, "place");
    assert_list(&sources, LENGTH(expected), expected);
    assert_passed_over(&sources, LENGTH(detours), detours);
    sm_sources_free(&sources);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_that_lead_on_are_followed),
        cmocka_unit_test(what_is_passed_over_is_noted),
        cmocka_unit_test(in_place_a_file_is_worked_on_once),
    };
    return cmocka_run_group_tests(tests, make_links, scratch_remove);
}
