/* Reading a file before it is asked for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rtdc/files/read_ahead.h"
#include "support/scratch.h"

static struct path write_file(const char *name, const char *text) {
    struct path path = scratch_path("%s", name);
    FILE *file = fopen(path.text, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return path;
}

/* Begin, and wait until all that can be read is there. */
static void read_ahead(const char *path, uint64_t most) {
    sm_read_ahead_begin(path, most);
    while (sm_read_ahead_waits(path)) {
    }
}

static void assert_has(const struct sm_memory_file *file, const char *text) {
    char found[64] = "";
    assert_non_null(file);
    assert_false(file->is_on_disk);
    assert_int_equal(file->size, strlen(text));
    assert_int_equal(sm_memory_file_read(file, 0, sizeof found, found), strlen(text));
    assert_string_equal(found, text);
    assert_int_equal(file->state.st_size, strlen(text));
}

static void what_was_begun_is_had(void **state) {
    (void)state;
    struct path path = write_file("had", "all of it");
    assert_null(sm_read_ahead_take(path.text));
    for (int i = 0; i < 3; i++) {
        read_ahead(path.text, UINT64_MAX);
        struct sm_memory_file *file = sm_read_ahead_take(path.text);
        assert_has(file, "all of it");
        assert_null(sm_read_ahead_take(path.text)); /* it is taken */
        sm_read_ahead_end(file);
        assert_null(sm_read_ahead_take(path.text));
    }
    sm_read_ahead_end(NULL);
}

static void the_next_one_is_read_beside_the_one_at_work(void **state) {
    (void)state;
    struct path a = write_file("a", "first"), b = write_file("b", "second"), c = write_file("c", "third");
    read_ahead(a.text, UINT64_MAX);
    struct sm_memory_file *first = sm_read_ahead_take(a.text);
    read_ahead(b.text, UINT64_MAX);
    read_ahead(c.text, UINT64_MAX); /* it comes in the place of the second */
    assert_null(sm_read_ahead_take(b.text));
    struct sm_memory_file *third = sm_read_ahead_take(c.text);
    assert_has(first, "first");
    assert_has(third, "third");
    read_ahead(b.text, UINT64_MAX); /* there is no room */
    assert_null(sm_read_ahead_take(b.text));
    sm_read_ahead_end(first);
    sm_read_ahead_end(third);
}

static void what_has_changed_since_is_not_had(void **state) {
    (void)state;
    struct path grown = write_file("grown", "text"), old = write_file("old", "1234"), new = write_file("new", "5678");
    read_ahead(grown.text, UINT64_MAX);
    FILE *file = fopen(grown.text, "a");
    assert_non_null(file);
    assert_true(fputs(" and more", file) >= 0 && fclose(file) == 0);
    assert_null(sm_read_ahead_take(grown.text));
    read_ahead(old.text, UINT64_MAX);
    assert_int_equal(rename(new.text, old.text), 0);
    assert_null(sm_read_ahead_take(old.text));
    read_ahead(old.text, UINT64_MAX);
    struct sm_memory_file *renewed = sm_read_ahead_take(old.text);
    assert_has(renewed, "5678");
    sm_read_ahead_end(renewed);
    read_ahead(old.text, UINT64_MAX);
    assert_int_equal(unlink(old.text), 0);
    assert_null(sm_read_ahead_take(old.text));
}

static void what_cannot_be_read_is_not_had(void **state) {
    (void)state;
    struct path missing = scratch_path("missing"), pipe = scratch_path("pipe"), folder = scratch_path(".");
    assert_int_equal(mkfifo(pipe.text, 0600), 0);
    const char *const paths[] = {missing.text, pipe.text, folder.text};
    for (int i = 0; i < 3; i++) {
        read_ahead(paths[i], UINT64_MAX);
        assert_null(sm_read_ahead_take(paths[i]));
    }
}

static void what_is_large_is_only_opened(void **state) {
    (void)state;
    struct path path = write_file("large", "12345"), huge = write_file("huge", "");
    char found[5];
    read_ahead(path.text, 4);
    struct sm_memory_file *file = sm_read_ahead_take(path.text);
    assert_non_null(file);
    assert_true(file->is_on_disk);
    assert_int_equal(pread(file->descriptor, found, sizeof found, 0), 5);
    sm_read_ahead_end(file);
    assert_int_equal(truncate(huge.text, SM_READ_AHEAD_MOST + 1), 0);
    read_ahead(huge.text, UINT64_MAX);
    file = sm_read_ahead_take(huge.text);
    assert_non_null(file);
    assert_true(file->is_on_disk);
    sm_read_ahead_end(file);
    read_ahead(path.text, 5);
    file = sm_read_ahead_take(path.text);
    assert_has(file, "12345");
    sm_read_ahead_spare(file);
    assert_true(file->is_on_disk);
    assert_int_equal(pread(file->descriptor, found, sizeof found, 0), 5);
    sm_read_ahead_end(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_begun_is_had),
        cmocka_unit_test(the_next_one_is_read_beside_the_one_at_work),
        cmocka_unit_test(what_has_changed_since_is_not_had),
        cmocka_unit_test(what_cannot_be_read_is_not_had),
        cmocka_unit_test(what_is_large_is_only_opened),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
