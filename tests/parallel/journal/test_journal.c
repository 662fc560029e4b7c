/* The journal of an archive: what is appended is read back, whatever a crash has left of it. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parallel/journal/failure_kind.h"
#include "parallel/journal/history.h"
#include "parallel/journal/journal.h"
#include "parallel/journal/journal_record.h"
#include "rtdc/files/surrogates.h"
#include "support/scratch.h"

static struct path path;

static int set_up(void **state) {
    int outcome = scratch_create(state);
    path = scratch_path("journal.jsonl");
    return outcome;
}

/* A record as journals have it. */
static const char *record(const char *output, const char *status, int size, const char *finished) {
    static char text[512];
    snprintf(text, sizeof text,
             "{\"status\": \"%s\", \"output\": \"%s\", \"ppid\": \"sparsemed:k=%d^s=1^t=0^f=0.8^o=1\", \"frames\": 7, "
             "\"error\": \"because\", \"input_size\": %d, \"input_modified\": 1700000000123456789, "
             "\"output_size\": 9, \"output_modified\": 1800000000123456789, \"finished\": \"%s\"}",
             status, output, size, size, finished);
    return text;
}

static void append(const char *to, const char *text) {
    struct sm_journal journal;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_journal_open(to, &journal, &error), SPARSEMED_OK);
    assert_int_equal(sm_journal_append(&journal, text, &error), SPARSEMED_OK);
    sm_journal_close(&journal);
}

/* The size that the journals tell of an output, or -1. */
static int64_t size_of(const char *output) {
    struct sm_history history;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_history_read(path.text, &history, &error), SPARSEMED_OK);
    const struct sm_past *past = sm_history_find(&history, output);
    int64_t size = past ? (int64_t)past->input.size : -1;
    sm_history_free(&history);
    return size;
}

static void all_is_read_back(void **state) {
    (void)state;
    struct sm_history history;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    append(path.text, record("/a", "done", 3, "2026-01-01T00:00:00.000000Z"));
    append(path.text, record("/b", "failed", 4, "2026-01-01T00:00:00.000000Z"));
    append(path.text, record("/c", "unchanged", 5, "2026-01-01T00:00:00.000000Z"));
    assert_int_equal(sm_history_read(path.text, &history, &error), SPARSEMED_OK);
    const struct sm_past *a = sm_history_find(&history, "/a"), *b = sm_history_find(&history, "/b");
    assert_true(a && a->done && a->input.size == 3 && a->input.modified == 1700000000123456789 && a->n_frames == 7);
    assert_true(a->output.size == 9 && a->output.modified == 1800000000123456789 && a->parameters.kernel_size == 3);
    assert_true(b && !b->done && b->input.size == 4 && strcmp(b->reason, "because") == 0);
    assert_true(sm_history_find(&history, "/c")->done);
    assert_null(sm_history_find(&history, "/d"));
    sm_history_free(&history);
}

static void there_may_be_none(void **state) {
    (void)state;
    assert_int_equal(size_of("/a"), -1);
    path = scratch_path("no/journal.jsonl");
    assert_int_equal(size_of("/a"), -1);
}

static void the_latest_counts(void **state) {
    (void)state;
    append(path.text, record("/a", "done", 3, "2026-01-02T00:00:00.000000Z"));
    append(path.text, record("/a", "done", 4, "2026-01-02T00:00:00.000001Z"));
    assert_int_equal(size_of("/a"), 4);
    append(path.text, record("/a", "done", 5, "2025-12-31T23:59:59.999999Z"));
    assert_int_equal(size_of("/a"), 4);
}

/* A failure does not make the output that there was before unknown. */
static void a_failure_after_a_success(void **state) {
    (void)state;
    static const char *const done = "2026-01-01T00:00:00.000000Z", *const failed = "2026-01-02T00:00:00.000000Z";
    for (int turned = 0; turned < 2; turned++) {
        struct sm_history history;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        char failure[512];
        snprintf(failure, sizeof failure,
                 "{\"status\": \"failed\", \"output\": \"/%d\", \"ppid\": \"sparsemed:k=1\", \"input_size\": 8, "
                 "\"finished\": \"%s\"}",
                 turned, failed);
        const char *success = record(turned ? "/1" : "/0", "done", 3, done);
        append(path.text, turned ? failure : success);
        append(path.text, turned ? success : failure);
        assert_int_equal(sm_history_read(path.text, &history, &error), SPARSEMED_OK);
        const struct sm_past *past = sm_history_find(&history, turned ? "/1" : "/0");
        assert_true(past && !past->done && past->input.size == 8 && past->output.size == 9 && past->n_frames == 7);
        assert_true(past->output.modified == 1800000000123456789);
        sm_history_free(&history);
    }
}

/* Cut the journal at every byte: what was whole before is still read, and what is appended next. */
static void a_torn_line_spoils_no_other(void **state) {
    (void)state;
    append(path.text, record("/a", "done", 3, "2026-01-01T00:00:00.000000Z"));
    struct stat info;
    assert_int_equal(stat(path.text, &info), 0);
    off_t whole = info.st_size;
    append(path.text, record("/b", "done", 4, "2026-01-01T00:00:00.000000Z"));
    assert_int_equal(stat(path.text, &info), 0);
    for (off_t size = info.st_size - 1; size >= whole; size--) {
        assert_int_equal(truncate(path.text, size), 0);
        assert_int_equal(size_of("/a"), 3);
        assert_int_equal(size_of("/b"), size == info.st_size - 1 ? 4 : -1); /* only the line break is missing */
        append(path.text, record("/c", "done", (int)size, "2026-01-01T00:00:00.000000Z"));
        assert_int_equal(size_of("/a"), 3);
        assert_int_equal(size_of("/c"), size);
    }
}

static void rubbish_is_passed_over(void **state) {
    (void)state;
    append(path.text, "");
    append(path.text, "a text");
    append(path.text, "[1, 2]");
    append(path.text, "{\"status\": 3, \"output\": \"/a\"}");
    append(path.text, "{\"status\": \"done\", \"output\": \"/a\", \"ppid\": \"nonsense\", \"finished\": \"now\"}");
    append(path.text, "{\"status\": \"done\", \"ppid\": \"sparsemed:k=1\", \"finished\": \"now\"}");
    assert_int_equal(size_of("/a"), -1);
    append(path.text, record("/a", "done", 3, "2026-01-01T00:00:00.000000Z"));
    assert_int_equal(size_of("/a"), 3);
}

static void shards_are_read_together(void **state) {
    (void)state;
    char *first = sm_journal_shard_path(path.text, 1, 12), *second = sm_journal_shard_path(path.text, 2, 12);
    struct path expected = scratch_path("journal.1-of-12.jsonl"), other = scratch_path("journal.1-of-12.jsonl.old");
    assert_string_equal(first, expected.text);
    append(first, record("/a", "done", 3, "2026-01-01T00:00:00.000000Z"));
    append(second, record("/b", "done", 4, "2026-01-01T00:00:00.000000Z"));
    append(other.text, record("/c", "done", 5, "2026-01-01T00:00:00.000000Z"));
    assert_int_equal(size_of("/a"), 3);
    assert_int_equal(size_of("/b"), 4);
    assert_int_equal(size_of("/c"), -1);
    free(first);
    free(second);
}

/* A mark as journals have it. */
static void append_mark(const char *status, int size, const char *time) {
    char text[256];
    snprintf(text, sizeof text,
             "{\"status\": \"%s\", \"output\": \"/a\", \"input_size\": %d, \"input_modified\": 5, \"time\": \"%s\"}",
             status, size, time);
    append(path.text, text);
}

/* What sm_past_lost tells of "/a". */
static int lost(void) {
    struct sm_history history;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_history_read(path.text, &history, &error), SPARSEMED_OK);
    const struct sm_past *past = sm_history_find(&history, "/a");
    int n = past ? sm_past_lost(past) : -1;
    sm_history_free(&history);
    return n;
}

static void beginnings_without_end_are_counted(void **state) {
    (void)state;
    append_mark("begun", 3, "2026-01-01T00:00:00.000000Z");
    assert_int_equal(lost(), 1);
    append_mark("begun", 3, "2026-01-02T00:00:00.000000Z");
    assert_int_equal(lost(), 2);
    append_mark("begun", 3, "2026-01-03T00:00:00.000000Z");
    assert_int_equal(lost(), 2);
    append_mark("begun", 4, "2026-01-04T00:00:00.000000Z"); /* the input has changed */
    assert_int_equal(lost(), 1);
    append_mark("stopped", 4, "2026-01-05T00:00:00.000000Z");
    assert_int_equal(lost(), 0);
    append_mark("begun", 4, "2026-01-06T00:00:00.000000Z");
    append_mark("begun", 4, "2026-01-07T00:00:00.000000Z");
    assert_int_equal(lost(), 2);
    append(path.text, record("/a", "failed", 4, "2026-01-06T12:00:00.000000Z"));
    assert_int_equal(lost(), 1); /* whatever the order of lines */
    append(path.text, record("/a", "done", 4, "2026-01-08T00:00:00.000000Z"));
    assert_int_equal(lost(), 0);
    assert_int_equal(size_of("/a"), 4);
}

/* Somebody has kept a copy, or made journals of shards out of one. */
static void a_beginning_in_two_journals_is_one(void **state) {
    (void)state;
    const struct path journal = path;
    char *copy = sm_journal_shard_path(path.text, 1, 2);
    for (int i = 0; i < 2; i++) {
        append_mark("begun", 3, "2026-01-01T00:00:00.000000Z");
        strcpy(path.text, copy);
    }
    path = journal;
    assert_int_equal(lost(), 1);
    append_mark("begun", 3, "2026-01-02T00:00:00.000000Z");
    assert_int_equal(lost(), 2);
    free(copy);
}

/* What sm_past_was_late tells of "/a". */
static bool was_late(void) {
    struct sm_history history;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_history_read(path.text, &history, &error), SPARSEMED_OK);
    const struct sm_past *past = sm_history_find(&history, "/a");
    bool late = past && sm_past_was_late(past);
    sm_history_free(&history);
    return late;
}

/* Marks count until there is a result; a failure of this kind counts by itself. */
static void what_took_too_long_is_known(void **state) {
    (void)state;
    append_mark("begun", 3, "2026-01-01T00:00:00.000000Z");
    assert_false(was_late());
    append_mark("overdue", 3, "2026-01-01T00:00:00.000001Z");
    assert_true(was_late());
    assert_int_equal(lost(), 1);
    append(path.text, record("/a", "done", 3, "2026-01-02T00:00:00.000000Z"));
    assert_false(was_late());
    append_mark("overdue", 3, "2026-01-03T00:00:00.000000Z");
    append_mark("begun", 3, "2026-01-01T00:00:00.000000Z"); /* whatever the order of lines */
    assert_true(was_late());
    append_mark("stopped", 3, "2026-01-04T00:00:00.000000Z");
    assert_false(was_late());
    append(path.text,
           "{\"status\": \"failed\", \"output\": \"/a\", \"ppid\": \"sparsemed:k=1\", \"kind\": \"timeout\", "
           "\"may_pass\": true, \"finished\": \"2026-01-05T00:00:00.000000Z\"}");
    assert_true(was_late());
    append(path.text, record("/a", "failed", 3, "2026-01-06T00:00:00.000000Z"));
    assert_false(was_late());
}

/* By its status, or in the words of the system. */
static void failures_have_a_kind(void **state) {
    (void)state;
    const struct {
        enum sparsemed_status status;
        const char *message;
        enum sm_failure_kind kind;
    } failures[] = {
        {SPARSEMED_TIMED_OUT, "a: takes longer", SM_FAILURE_TIMEOUT},
        {SPARSEMED_TOO_LARGE, "a: needs more", SM_FAILURE_MEMORY},
        {SPARSEMED_OUTPUT, "a: No space left on device", SM_FAILURE_DISK},
        {SPARSEMED_INPUT, "a: Input/output error", SM_FAILURE_DISK},
        {SPARSEMED_INPUT, "a: Transport endpoint is not connected", SM_FAILURE_DISK},
        {SPARSEMED_OUTPUT, "a: Cannot send after transport endpoint shutdown", SM_FAILURE_DISK},
        {SPARSEMED_INTERNAL, "a: Input/output error", SM_FAILURE_OTHER},
        {SPARSEMED_INPUT, "a: is damaged", SM_FAILURE_OTHER},
    };
    for (size_t i = 0; i < LENGTH(failures); i++) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        sparsemed_fail(&error, failures[i].status, "%s", failures[i].message);
        enum sm_failure_kind kind = sm_failure_kind(&error);
        assert_int_equal(kind, failures[i].kind);
        assert_true(sm_failure_may_pass(kind) == (kind == SM_FAILURE_DISK || kind == SM_FAILURE_TIMEOUT));
    }
}

/* Marks take nothing away from what records tell. */
static void a_beginning_leaves_what_was_before(void **state) {
    (void)state;
    append(path.text, record("/a", "done", 3, "2026-01-02T00:00:00.000000Z"));
    append_mark("begun", 8, "2026-01-03T00:00:00.000000Z");
    append_mark("stopped", 8, "2026-01-03T00:00:01.000000Z");
    append_mark("begun", 8, "2026-01-01T00:00:00.000000Z");
    assert_int_equal(size_of("/a"), 3);
    assert_int_equal(lost(), 0);
}

static void names_without_extension(void **state) {
    (void)state;
    char *plain = sm_journal_shard_path("a.b/journal", 1, 2), *hidden = sm_journal_shard_path(".journal", 1, 2);
    assert_string_equal(plain, "a.b/journal.1-of-2");
    assert_string_equal(hidden, ".journal.1-of-2");
    free(plain);
    free(hidden);
}

static void names_that_are_not_utf8_are_told_apart(void **state) {
    (void)state;
    append(path.text, record("/caf\\udce9", "done", 3, "2026-01-01T00:00:00.000000Z"));
    append(path.text, record("/caf\\udce8", "done", 4, "2026-01-01T00:00:00.000000Z"));
    append(path.text, record("/caf?", "done", 5, "2026-01-01T00:00:00.000000Z"));
    assert_int_equal(size_of("/caf\xe9"), 3);
    assert_int_equal(size_of("/caf\xe8"), 4);
    assert_int_equal(size_of("/caf?"), 5);
}

/* What a journal has of names is what comes out again. */
static void a_record_is_found_by_its_names(void **state) {
    (void)state;
    struct sm_used_file files[] = {{"/in", {0}}, {"/store\xff", {.st_size = 8}}};
    const struct sm_job job = {.input = "/in\xe9", .output = "/out\xe9\n", .parameters = SPARSEMED_PARAMETERS_DEFAULT};
    struct sm_report report = {.n_ranks = 1, .files = {2, files}};
    struct sparsemed_error outcome = SPARSEMED_NO_ERROR;
    struct sm_history history;
    sparsemed_fail(&outcome, SPARSEMED_INPUT, "/in\xe9: is gone");
    char *text = sm_journal_record(&job, &report, &outcome, (struct sm_file_state){3, 4});
    assert_non_null(text);
    append(path.text, text);
    outcome = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_history_read(path.text, &history, &outcome), SPARSEMED_OK);
    const struct sm_past *past = sm_history_find(&history, job.output);
    assert_true(past && !past->done && strcmp(past->reason, "/in\xe9: is gone") == 0);
    char *store = sm_json_to_bytes(json_object_get(json_array_get(past->other_files, 0), "path"));
    assert_string_equal(store, files[1].path);
    free(store);
    sm_history_free(&history);
    free(text);
}

static void one_writer_at_a_time(void **state) {
    (void)state;
    struct sm_journal first, second;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_journal_open(path.text, &first, &error), SPARSEMED_OK);
    assert_int_equal(sm_journal_open(path.text, &second, &error), SPARSEMED_OUTPUT);
    assert_non_null(strstr(error.message, "another job"));
    sm_journal_close(&second);
    sm_journal_close(&first);
    error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_journal_open(path.text, &second, &error), SPARSEMED_OK);
    sm_journal_close(&second);
}

static void what_cannot_be_opened(void **state) {
    (void)state;
    struct sm_journal journal;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_journal_open(scratch_folder(), &journal, &error), SPARSEMED_OUTPUT);
    sm_journal_close(&journal);
}

/* Neither written to nor waited for. */
static void what_is_no_file_is_refused(void **state) {
    (void)state;
    struct path pipe = scratch_path("pipe"), link = scratch_path("link"), target = scratch_path("target");
    const char *const paths[] = {pipe.text, "/dev/null", link.text};
    static const char *const reasons[] = {"is not a file", "is not a file", "is a symbolic link"};
    assert_int_equal(mkfifo(pipe.text, 0600), 0);
    assert_int_equal(symlink("target", link.text), 0);
    for (size_t i = 0; i < LENGTH(paths); i++) {
        struct sm_journal journal;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        assert_int_equal(sm_journal_open(paths[i], &journal, &error), SPARSEMED_OUTPUT);
        assert_non_null(strstr(error.message, paths[i]));
        assert_non_null(strstr(error.message, reasons[i]));
        sm_journal_close(&journal);
    }
    assert_int_equal(access(target.text, F_OK), -1);
    struct sm_history history;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_history_read(pipe.text, &history, &error), SPARSEMED_INPUT);
    assert_non_null(strstr(error.message, "pipe: is not a file"));
    sm_history_free(&history);
}

/* What somebody has named by mistake, such as a measurement, stays as it is. */
static void another_file_is_refused(void **state) {
    (void)state;
    struct path other = scratch_path("other");
    struct sm_journal journal;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    FILE *stream = fopen(other.text, "w");
    assert_non_null(stream);
    assert_true(fputs("\x89HDF", stream) >= 0 && fclose(stream) == 0);
    assert_int_equal(sm_journal_open(other.text, &journal, &error), SPARSEMED_USAGE);
    assert_non_null(strstr(error.message, "other: exists and is no journal; name another file"));
    sm_journal_close(&journal);
}

static void a_full_disk_is_told(void **state) {
    (void)state;
    struct sm_journal journal = SM_NO_JOURNAL;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    journal.path = strdup("/dev/full");
    journal.descriptor = open("/dev/full", O_WRONLY);
    assert_int_equal(sm_journal_append(&journal, "{}", &error), SPARSEMED_OUTPUT);
    assert_non_null(strstr(error.message, "No space left"));
    assert_true(journal.torn);
    sm_journal_close(&journal);
}

/* What could not be written comes later, in its order, whatever was written of it. */
static void what_is_owed_is_written(void **state) {
    (void)state;
    struct sm_journal journal;
    struct sparsemed_error error = SPARSEMED_NO_ERROR, failure = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_journal_open(path.text, &journal, &error), SPARSEMED_OK);
    int file = journal.descriptor;
    journal.descriptor = open("/dev/full", O_WRONLY);
    char *first = strdup(record("/a", "done", 1, "2026-01-01T00:00:00.000000Z"));
    assert_int_equal(sm_journal_append(&journal, first, &failure), SPARSEMED_OUTPUT);
    failure = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_journal_append(&journal, record("/b", "done", 2, "2026-01-01T00:00:00.000000Z"), &failure),
                     SPARSEMED_OUTPUT);
    failure = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_journal_flush(&journal, &failure), SPARSEMED_OUTPUT);
    close(journal.descriptor);
    journal.descriptor = file;
    assert_int_equal(write(file, first, 10), 10); /* a part that had room */
    assert_int_equal(sm_journal_flush(&journal, &error), SPARSEMED_OK);
    assert_int_equal(size_of("/a"), 1);
    assert_int_equal(size_of("/b"), 2);
    assert_null(journal.owed);
    free(first);
    sm_journal_close(&journal);
}

#define journal_test(function) cmocka_unit_test_setup_teardown(function, set_up, scratch_remove)

int main(void) {
    const struct CMUnitTest tests[] = {
        journal_test(all_is_read_back),
        journal_test(there_may_be_none),
        journal_test(the_latest_counts),
        journal_test(a_torn_line_spoils_no_other),
        journal_test(a_failure_after_a_success),
        journal_test(rubbish_is_passed_over),
        journal_test(shards_are_read_together),
        journal_test(names_without_extension),
        journal_test(names_that_are_not_utf8_are_told_apart),
        journal_test(a_record_is_found_by_its_names),
        journal_test(one_writer_at_a_time),
        journal_test(beginnings_without_end_are_counted),
        journal_test(a_beginning_in_two_journals_is_one),
        journal_test(a_beginning_leaves_what_was_before),
        journal_test(what_took_too_long_is_known),
        journal_test(failures_have_a_kind),
        journal_test(what_cannot_be_opened),
        journal_test(what_is_no_file_is_refused),
        journal_test(another_file_is_refused),
        journal_test(what_is_owed_is_written),
        journal_test(a_full_disk_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
