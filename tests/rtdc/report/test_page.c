/* Pages and other texts as files: whole ones, in the place of earlier ones alone. */
#include <stdlib.h>
#include <string.h>

#include "rtdc/report/page.h"
#include "support/file_bytes.h"
#include "support/scratch.h"
#include "support/unit_test.h"

#define EVIL "</title><script>alert(1)</script>"

static char *read_text(const char *path) {
    struct bytes bytes = load_bytes(path);
    char *text = allocate(bytes.n + 1);
    memcpy(text, bytes.data, bytes.n);
    text[bytes.n] = '\0';
    free(bytes.data);
    return text;
}

static size_t count(const char *text, const char *part) {
    size_t n = 0;
    while ((text = strstr(text, part))) {
        n++;
        text += strlen(part);
    }
    return n;
}

static void a_page_is_whole(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    json_t *data = json_pack("{ss ss}", "kind", "archive", "name", EVIL "@STYLE@");
    const struct path page = scratch_path("page.html");
    const char *path = page.text;
    for (int i = 0; i < 2; i++) { /* the second time over the first one */
        assert_int_equal(sm_text_file_check("-o", path, SM_PAGE_BEGINNING, &error), SPARSEMED_OK);
        assert_int_equal(sm_page_write(path, EVIL, data, &error), SPARSEMED_OK);
    }
    char *text = read_text(path);
    assert_memory_equal(text, SM_PAGE_BEGINNING, strlen(SM_PAGE_BEGINNING));
    assert_int_equal(count(text, "<script"), 2); /* the data, and ours */
    assert_int_equal(count(text, "</script>"), 2);
    assert_int_equal(count(text, "@STYLE@"), 1); /* what data says is not filled in */
    assert_int_equal(count(text, "'sha256-"), 2);
    assert_int_equal(count(text, "</html>"), 1);
    assert_int_equal(count(text, "http"), count(text, "http-equiv") + count(text, "http://www.w3.org/2000/svg"));
    json_decref(data);
    free(text);
}

static void assert_refused(const char *path, const char *message) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_text_file_check("-o", path, SM_PAGE_BEGINNING, &error), SPARSEMED_USAGE);
    assert_non_null(strstr(error.message, message));
}

static void what_is_no_report_is_not_replaced(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_refused("a.rtdc", "the name of a measurement");
    assert_refused("a.RTDC", "the name of a measurement");
    assert_refused("folder/", "names no file");
    const struct path thesis = scratch_path("thesis.html"), folder = scratch_path("folder.html");
    const char *path = thesis.text;
    write_text(path, "<!DOCTYPE html>\nmine");
    assert_refused(path, "exists and is no such report");
    write_text(path, "");
    assert_int_equal(sm_text_file_check("-o", path, SM_PAGE_BEGINNING, &error), SPARSEMED_OK);
    make_folder(folder.text);
    assert_refused(folder.text, "exists and is no such report");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_is_whole),
        cmocka_unit_test(what_is_no_report_is_not_replaced),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
