/* The rows of a report as tables for other programs. */
#include <stdlib.h>
#include <string.h>

#include "rtdc/files/surrogates.h"
#include "rtdc/report/brief.h"
#include "rtdc/report/row_tables.h"
#include "support/file_bytes.h"
#include "support/scratch.h"

#define EVIL "=<b>\t\n\xff.rtdc"

static json_t *make_rows(void) {
    json_t *rows = json_array(), *row = sm_brief_of_failure("/a/x.rtdc", "done", NULL);
    json_object_set_new(row, "flags", json_pack("[ss]", "drift", "short"));
    json_object_set_new(row, "frames", json_integer(7000000000));
    json_object_set_new(row, "figures", json_pack("{sfsn}", "ref_kept_max", 0.25, "threshold"));
    json_array_append_new(rows, row);
    json_array_append_new(rows, sm_brief_of_failure("/b/x.rtdc", "unreadable", "damaged\there"));
    json_array_append_new(rows, sm_brief_of_failure("/c/" EVIL, "failed", NULL));
    return rows;
}

static char *read_text(const char *path) {
    struct bytes bytes = load_bytes(path);
    char *text = allocate(bytes.n + 1);
    memcpy(text, bytes.data, bytes.n);
    text[bytes.n] = '\0';
    free(bytes.data);
    return text;
}

static size_t count(const char *text, char wanted) {
    size_t n = 0;
    for (; *text; text++) {
        n += *text == wanted;
    }
    return n;
}

static void a_row_is_a_line(void **state) {
    (void)state;
    const struct path path = scratch_path("rows.tsv");
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    json_t *rows = make_rows();
    assert_int_equal(sm_tsv_write(path.text, rows, &error), SPARSEMED_OK);
    char *text = read_text(path.text);
    assert_memory_equal(text, SM_TSV_BEGINNING, strlen(SM_TSV_BEGINNING));
    assert_int_equal(count(text, '\n'), 4);
    assert_int_equal(count(text, '\t') % 4, 0);
    assert_non_null(strstr(text, "\nx.rtdc\t/a/x.rtdc\tdone\t\tdrift, short\t7000000000\t"));
    assert_non_null(strstr(text, "\t0.25\t"));
    assert_non_null(strstr(text, "\nx.rtdc\t/b/x.rtdc\tunreadable\tdamaged\\x09here\t"));
    assert_non_null(strstr(text, "\n'=<b>\\x09\\x0a\\udcff.rtdc\t"));
    json_decref(rows);
    free(text);
}

static void multiqc_gets_text_that_is_no_markup(void **state) {
    (void)state;
    const struct path path = scratch_path("rows_mqc.json");
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    json_t *rows = make_rows();
    assert_int_equal(sm_multiqc_write(path.text, rows, &error), SPARSEMED_OK);
    char *text = read_text(path.text);
    assert_memory_equal(text, SM_MULTIQC_BEGINNING, strlen(SM_MULTIQC_BEGINNING));
    json_t *content = json_loads(text, 0, NULL), *samples = json_object_get(content, "data");
    assert_int_equal(json_object_size(samples), 3);
    const json_t *done = json_object_get(samples, "x.rtdc");
    assert_string_equal(json_string_value(json_object_get(done, "state")), "done");
    assert_string_equal(json_string_value(json_object_get(done, "flags")), "drift, short");
    assert_true(json_real_value(json_object_get(done, "ref_kept_max")) == 0.25);
    assert_null(json_object_get(done, "threshold"));        /* it is not known */
    assert_non_null(json_object_get(samples, "/b/x.rtdc")); /* the name is taken */
    assert_non_null(json_object_get(samples, "=&lt;b&gt;\\x09\\x0a\\udcff.rtdc"));
    assert_null(strchr(text, '<'));
    json_decref(content);
    json_decref(rows);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_a_line),
        cmocka_unit_test(multiqc_gets_text_that_is_no_markup),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
