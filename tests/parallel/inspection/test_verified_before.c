/* What verify need not look at again. */
#include <stdlib.h>
#include <string.h>

#include "parallel/inspection/verified_before.h"
#include "support/scratch.h"

/* How many of one output are dropped, of which so much is to be computed anew. */
static size_t dropped(const char *journal, const char *output, uint64_t n_recompute) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_sources outputs = {0};
    struct sm_verified_before before;
    size_t n = 0;
    assert_int_equal(sm_sources_append(&outputs, strdup(output), strdup(output), NULL, &error), SPARSEMED_OK);
    assert_int_equal(sm_verified_before_open(journal, &before, &error), SPARSEMED_OK);
    assert_int_equal(sm_verified_before_drop(&before, &outputs, n_recompute, &n, &error), SPARSEMED_OK);
    assert_int_equal(n + outputs.n, 1);
    sm_verified_before_close(&before);
    sm_sources_free(&outputs);
    return n;
}

static void note(const char *journal, const char *output, struct sm_file_state state) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_verified_before before;
    assert_int_equal(sm_verified_before_open(journal, &before, &error), SPARSEMED_OK);
    assert_int_equal(sm_verified_before_note(&before, output, state, 5, &error), SPARSEMED_OK);
    sm_verified_before_close(&before);
}

static void what_is_as_it_was_need_not_be_looked_at(void **state) {
    (void)state;
    const struct path journal = scratch_path("verified.jsonl"), output = scratch_path("a_bg.rtdc");
    write_text(output.text, "good");
    assert_int_equal(dropped(journal.text, output.text, 0), 0);
    note(journal.text, output.text, sm_file_state_of(output.text));
    assert_int_equal(dropped(journal.text, output.text, 5), 1);
    assert_int_equal(dropped(journal.text, output.text, 6), 0);
    write_text(output.text, "another one");
    assert_int_equal(dropped(journal.text, output.text, 0), 0);
}

/* Verifying takes minutes, in which others may write. */
static void what_was_changed_meanwhile_is_looked_at_again(void **state) {
    (void)state;
    const struct path journal = scratch_path("verified.jsonl"), output = scratch_path("a_bg.rtdc");
    write_text(output.text, "good");
    const struct sm_file_state before = sm_file_state_of(output.text);
    write_text(output.text, "not verified");
    note(journal.text, output.text, before);
    assert_int_equal(dropped(journal.text, output.text, 0), 0);
}

static void a_journal_of_something_else_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {"\x89HDF\r\n\x1a\n", "text", "{\"status\": \"done\", \"output\": \"/a\"}\n",
                                        "{}\n"};
    const struct path journal = scratch_path("verified.jsonl");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        struct sm_verified_before before;
        write_text(journal.text, texts[i]);
        assert_int_equal(sm_verified_before_open(journal.text, &before, &error), SPARSEMED_USAGE);
        sm_verified_before_close(&before);
        assert_int_equal(sm_file_state_of(journal.text).size, strlen(texts[i]));
    }
}

#define scratch_test(function) cmocka_unit_test_setup_teardown(function, scratch_create, scratch_remove)

int main(void) {
    const struct CMUnitTest tests[] = {
        scratch_test(what_is_as_it_was_need_not_be_looked_at),
        scratch_test(what_was_changed_meanwhile_is_looked_at_again),
        scratch_test(a_journal_of_something_else_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
