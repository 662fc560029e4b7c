/* Files that something was read from: each once, and written down for later. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rtdc/files/file_state.h"
#include "rtdc/files/surrogates.h"
#include "rtdc/files/used_files.h"
#include "support/scratch.h"

static void a_file_is_listed_once(void **state) {
    (void)state;
    struct sm_used_files files = {0}, more = {0};
    struct path path = scratch_path("file"), link = scratch_path("link");
    struct stat info;
    write_text(path.text, "text");
    assert_int_equal(symlink("file", link.text), 0);
    assert_int_equal(stat(path.text, &info), 0);
    assert_true(sm_used_files_add(&files, path.text, &info) && sm_used_files_add(&files, link.text, &info));
    assert_int_equal(files.n, 1);
    assert_true(sm_used_files_add(&files, "/a", &(struct stat){0}) &&
                sm_used_files_add(&files, "/b", &(struct stat){0}) &&
                sm_used_files_add(&files, "/a", &(struct stat){0}));
    assert_int_equal(files.n, 3);
    assert_true(sm_used_files_add_all(&more, &files) && sm_used_files_add_all(&more, &files));
    assert_int_equal(more.n, 3);
    sm_used_files_free(&more);
    sm_used_files_free(&files);
}

static void what_is_written_down_is_read_again(void **state) {
    (void)state;
    struct sm_used_files files = {0}, again = {0};
    struct path input = scratch_path("input"), other = scratch_path("\xf6ther");
    struct stat info;
    write_text(input.text, "input");
    write_text(other.text, "more than the input");
    assert_int_equal(stat(input.text, &info), 0);
    assert_true(sm_used_files_add(&files, input.text, &info));
    assert_null(sm_used_files_to_json(&files));
    assert_int_equal(stat(other.text, &info), 0);
    assert_true(sm_used_files_add(&files, other.text, &info) && sm_used_files_add(&files, "/gone", &(struct stat){0}));
    json_t *array = sm_used_files_to_json(&files);
    char *text = sm_json_write(array, 0);
    json_decref(array);
    array = sm_json_read(text);
    assert_int_equal(json_array_size(array), 2);
    json_array_append_new(array, json_string("no file"));
    json_array_append_new(array, json_pack("{si}", "path", 7));
    assert_true(sm_used_files_from_json(&again, array));
    assert_int_equal(again.n, 2);
    assert_string_equal(again.list[0].path, other.text);
    assert_true(sm_file_state_equal(sm_file_state_from(&again.list[0].state), sm_file_state_of(other.text)));
    assert_true(sm_file_state_equal(sm_file_state_from(&again.list[1].state), sm_file_state_of("/gone")));
    json_decref(array);
    free(text);
    sm_used_files_free(&again);
    sm_used_files_free(&files);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_listed_once),
        cmocka_unit_test(what_is_written_down_is_read_again),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
