/* Lists of measurements in a file: what they may look like, and what is refused. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "parallel/sources/manifest.h"
#include "parallel/sources/source_lists.h"

/* Read a manifest in the folder of the test.
 *
 * bytes   [n], zeros and all */
static enum sparsemed_status read_bytes(struct sm_sources *sources, const char *bytes, size_t n,
                                        struct sparsemed_error *error) {
    char *text = allocate(n + 1);
    memcpy(text, bytes, n);
    text[n] = '\0';
    assert_int_equal(chdir(scratch_folder()), 0);
    *error = SPARSEMED_NO_ERROR;
    sm_manifest_add(sources, text, n, "list", error);
    free(text);
    return error->status;
}

/* The same of a text. */
static enum sparsemed_status read_manifest(struct sm_sources *sources, const char *text,
                                           struct sparsemed_error *error) {
    return read_bytes(sources, text, strlen(text), error);
}

static void manifests_name_inputs_and_outputs(void **state) {
    (void)state;
    static const char *const expected[][2] = {{"gone.rtdc", "out/gone_bg.rtdc"},
                                              {"tree/./a.rtdc", "out/tree/./a_bg.rtdc"},
                                              {"tree/b.rtdc", "out/deep/name"},
                                              {"tree/sub/a.rtdc", "far/x"}};
    struct path out = scratch_path("out");
    char text[2048];
    struct sparsemed_error error;
    struct sm_sources sources = {.output_folder = out.text};
    snprintf(text, sizeof text,
             "tree/./a.rtdc\n\n././gone.rtdc\r\ntree/b.rtdc\tdeep/name\ngone.rtdc\n%s/tree/sub/a.rtdc\t%s/far/x",
             scratch_folder(), scratch_folder());
    assert_int_equal(read_manifest(&sources, text, &error), SPARSEMED_OK);
    assert_string_equal(sources.base, scratch_folder());
    assert_list(&sources, LENGTH(expected), expected);
    sm_sources_free(&sources);
}

static void absolute_paths_are_mirrored_as_a_whole(void **state) {
    (void)state;
    struct sparsemed_error error;
    struct sm_sources sources = {.output_folder = "/out"};
    assert_int_equal(read_manifest(&sources, "/far/away/a.rtdc\n", &error), SPARSEMED_OK);
    assert_string_equal(sources.list[0].output, "/out/far/away/a_bg.rtdc");
    sm_sources_free(&sources);
}

static void refuses_bad_manifests_with_their_line(void **state) {
    (void)state;
    static const struct {
        const char *text, *message, *output_folder;
    } cases[] = {
        {"a\tb\nc\n", "list, line 2: there is no output", NULL},
        {"a\n\n\tb\n", "list, line 3: a path is empty", "/out"},
        {"a\t\n", "list, line 1: a path is empty", "/out"},
        {"../a\n", "list, line 1: \"../a\" leads out", "/out"},
        {"a/../../b\n", "list, line 1: \"a/../../b\" leads out", "/out"},
        {"a\tb/..\n", "list, line 1: \"b/..\" leads out", "/out"},
        {"a\tb\tc\n", "list, line 1: there is more than one tabulator", "/out"},
        {"a\n# a list\n", "list, line 2: there is no file \"# a list\": a manifest has no comments", "/out"},
        {"a\n\nb \n", "list, line 3: there is no file \"b \": it begins or ends with a blank", "/out"},
        {" b\n", "list, line 1: there is no file \" b\": it begins or ends with a blank", "/out"},
        {"   \n", "list, line 1: there is no file \"   \": it begins or ends with a blank", "/out"},
        {"a\rb\r", "list, line 1: there is no file \"a\rb\": it has a carriage return", "/out"},
        {"\xef\xbb\xbf# a list\n", "list, line 1: there is no file \"# a list\"", "/out"},
        {"\xff\xfe"
         "a",
         "list, line 1: is UTF-16", "/out"},
        {"\xfe\xff", "list, line 1: is UTF-16", "/out"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct sparsemed_error error;
        struct sm_sources sources = {.output_folder = cases[i].output_folder};
        assert_int_equal(read_manifest(&sources, cases[i].text, &error), SPARSEMED_USAGE);
        assert_memory_equal(error.message, cases[i].message, strlen(cases[i].message));
        sm_sources_free(&sources);
    }
}

static void what_looks_like_a_mistake_may_be_a_file(void **state) {
    (void)state;
    static const char *const expected[][2] = {
        {" b.rtdc", "out/ b_bg.rtdc"}, {"# c.rtdc", "out/# c_bg.rtdc"}, {"a.rtdc ", "out/a_bg.rtdc"}};
    struct path out = scratch_path("out");
    struct sparsemed_error error;
    struct sm_sources sources = {.output_folder = out.text};
    for (size_t i = 0; i < LENGTH(expected); i++) {
        write_text(scratch_path("%s", expected[i][0]).text, "");
    }
    assert_int_equal(read_manifest(&sources,
                                   "\xef\xbb\xbf"
                                   "a.rtdc \r\n b.rtdc\r\n\r\n# c.rtdc\r\n",
                                   &error),
                     SPARSEMED_OK);
    assert_list(&sources, LENGTH(expected), expected);
    sm_sources_free(&sources);
}

static void zeros_may_end_paths(void **state) {
    (void)state;
    static const char bytes[] = "./# new\nline.rtdc\0 tab\tand blanks \0caf\xe9\r\0"
                                "last";
    static const char *const expected[][2] = {{" tab\tand blanks ", "out/ tab\tand blanks _bg.rtdc"},
                                              {"# new\nline.rtdc", "out/# new\nline_bg.rtdc"},
                                              {"caf\xe9\r", "out/caf\xe9\r_bg.rtdc"},
                                              {"last", "out/last_bg.rtdc"}};
    struct path out = scratch_path("out");
    struct sparsemed_error error;
    for (size_t ended = 0; ended < 2; ended++) { /* the last one, by a zero */
        struct sm_sources sources = {.output_folder = out.text};
        assert_int_equal(read_bytes(&sources, bytes, sizeof bytes - 1 + ended, &error), SPARSEMED_OK);
        assert_list(&sources, LENGTH(expected), expected);
        sm_sources_free(&sources);
    }
}

static void refuses_bad_lists_with_zeros(void **state) {
    (void)state;
    static const struct {
        const char *bytes, *message;
        size_t n;
    } cases[] = {
        {"a\0\0b", "list, path 2: a path is empty", 4},
        {"aa\0../b", "list, path 2: \"../b\" leads out", 7},
        {"/\0a\0", "list, line 1: is UTF-16", 4},
        {"\0/\0a", "list, line 1: is UTF-16", 4},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct sparsemed_error error;
        struct sm_sources sources = {.output_folder = "/out"};
        assert_int_equal(read_bytes(&sources, cases[i].bytes, cases[i].n, &error), SPARSEMED_USAGE);
        assert_memory_equal(error.message, cases[i].message, strlen(cases[i].message));
        sm_sources_free(&sources);
    }
}

/* Through a pipe, in pieces: all of it is waited for, from before it is written on. */
static void a_manifest_may_come_through_a_pipe(void **state) {
    (void)state;
    struct path pipe = scratch_path("pipe");
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_sources sources = {0};
    char *text;
    size_t size;
    assert_int_equal(mkfifo(pipe.text, 0600), 0);
    pid_t writer = fork();
    if (writer == 0) {
        const struct timespec while_ago = {0, 100000000};
        nanosleep(&while_ago, NULL);
        int descriptor = open(pipe.text, O_WRONLY);
        for (int i = 0; i < 3; i++) {
            nanosleep(&while_ago, NULL);
            if (write(descriptor, "some\0text\n", 10) != 10) {
                _exit(1);
            }
        }
        _exit(0);
    }
    assert_int_equal(sm_manifest_read(pipe.text, &sources, &text, &size, &error), SPARSEMED_OK);
    assert_int_equal(size, 30);
    assert_memory_equal(text, "some\0text\nsome\0text\nsome\0text\n", 31);
    free(text);
    int end;
    assert_int_equal(waitpid(writer, &end, 0), writer);
    assert_int_equal(end, 0);
}

static void tells_which_manifest_cannot_be_read(void **state) {
    (void)state;
    struct path missing = scratch_path("missing"), folder = scratch_path("tree");
    const char *const paths[] = {missing.text, folder.text};
    for (size_t i = 0; i < LENGTH(paths); i++) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        struct sm_sources sources = {0};
        char *text;
        size_t size;
        assert_int_equal(sm_manifest_read(paths[i], &sources, &text, &size, &error), SPARSEMED_INPUT);
        assert_non_null(strstr(error.message, paths[i]));
        free(text);
    }
}

static void refuses_outputs_that_collide(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"a\tx\nb\ty\nc\tx\n", "would both make"},
        {"a\tx\nb\ta\n", "would take the place of the input"},
        {"a\tb\nb\tx\n", "would take the place of the input"},
        {"a\tx\na\ty\n", NULL}, /* two outputs of one input are fine */
        {"a\ta\nb\tx\n", NULL}, /* in place */
        {"a\tx\na\tx\n", NULL}, /* the same twice */
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct sparsemed_error error;
        struct sm_sources sources = {0};
        assert_int_equal(read_manifest(&sources, cases[i].text, &error), SPARSEMED_OK);
        assert_int_equal(sm_sources_settle(&sources, &error), cases[i].message ? SPARSEMED_USAGE : SPARSEMED_OK);
        assert_true(!cases[i].message || strstr(error.message, cases[i].message));
        sm_sources_free(&sources);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(manifests_name_inputs_and_outputs),
        cmocka_unit_test(absolute_paths_are_mirrored_as_a_whole),
        cmocka_unit_test(refuses_bad_manifests_with_their_line),
        cmocka_unit_test(what_looks_like_a_mistake_may_be_a_file),
        cmocka_unit_test(zeros_may_end_paths),
        cmocka_unit_test(refuses_bad_lists_with_zeros),
        cmocka_unit_test(a_manifest_may_come_through_a_pipe),
        cmocka_unit_test(tells_which_manifest_cannot_be_read),
        cmocka_unit_test(refuses_outputs_that_collide),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
