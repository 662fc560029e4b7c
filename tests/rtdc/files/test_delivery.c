/* An output is put on disk and given its name, here or by a thread; or nothing of it is left, and that is told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "rtdc/files/delivery.h"
#include "support/scratch.h"

static const char content[] = "what is to be kept";

static bool is_there(const char *path) {
    struct stat info;
    return lstat(path, &info) == 0;
}

static bool holds_content(const char *path) {
    char text[sizeof content + 1] = "";
    FILE *file = fopen(path, "r");
    size_t n = file ? fread(text, 1, sizeof text, file) : 0;
    if (file) {
        fclose(file);
    }
    return n == sizeof content && memcmp(text, content, n) == 0;
}

/* An output that is in memory and has all but its name. */
static struct sm_delivery prepare(const char *output) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_delivery delivery = SM_NO_DELIVERY;
    sm_temporary_open(output, "input.rtdc", false, &delivery.temporary, &error);
    sm_workpiece_share(&delivery.temporary, delivery.temporary.path, &delivery.workpiece, &error);
    sm_workpiece_keep_in_memory(&delivery.temporary, &delivery.workpiece, &error);
    assert_int_equal(error.status, SPARSEMED_OK);
    assert_true(sm_memory_file_write(delivery.workpiece.memory, 0, sizeof content, content));
    return delivery;
}

/* Deliver it, here or aside. */
static enum sparsemed_status deliver(struct sm_delivery *delivery, bool aside, struct sm_file_state *state,
                                     struct sparsemed_error *error) {
    if (!aside) {
        return sm_deliver(delivery, state, error);
    }
    sm_delivery_begin(delivery);
    while (sm_delivery_waits()) {
    }
    assert_false(sm_delivery_is_under_way());
    return sm_delivery_end(state, error);
}

static void gives_a_name_to_what_is_whole(void **state) {
    (void)state;
    struct path output = scratch_path("out.rtdc");
    char *hidden = sm_temporary_path(output.text);
    for (int i = 0; i < 6; i++) {
        struct sm_delivery delivery = prepare(output.text);
        struct sm_file_state now;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        assert_true(is_there(hidden));
        assert_false(is_there(output.text));
        assert_int_equal(deliver(&delivery, i % 2, &now, &error), SPARSEMED_OK);
        assert_true(holds_content(output.text));
        assert_true(sm_file_state_equal(now, sm_file_state_of(output.text)));
        assert_false(is_there(hidden));
        assert_null(delivery.temporary.path);
        assert_int_equal(delivery.workpiece.descriptor, -1);
        remove(output.text);
    }
    free(hidden);
}

static void leaves_nothing_where_it_fails(void **state) {
    (void)state;
    struct path output = scratch_path("out.rtdc");
    char *hidden = sm_temporary_path(output.text);
    for (int i = 0; i < 4; i++) {
        struct sm_delivery delivery = prepare(output.text);
        struct sm_file_state now;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        write_text(output.text, "somebody else's\n"); /* made meanwhile */
        assert_int_equal(deliver(&delivery, i % 2, &now, &error), SPARSEMED_OUTPUT);
        assert_non_null(strstr(error.message, output.text));
        assert_true(now.size == 0);
        assert_false(is_there(hidden));
        assert_true(is_there(output.text));
        assert_false(holds_content(output.text));
        remove(output.text);
    }
    free(hidden);
}

/* What does not read back is not given a name. */
static void notices_what_is_lost(void **state) {
    (void)state;
    struct path output = scratch_path("out.rtdc");
    char *hidden = sm_temporary_path(output.text);
    for (int i = 0; i < 2; i++) {
        struct sm_delivery delivery = prepare(output.text);
        struct sm_file_state now;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        FILE *other = fopen(hidden, "r+");
        assert_non_null(other);
        assert_int_equal(fseek(other, 1000, SEEK_SET), 0); /* behind all that is written */
        fputs("more", other);
        fclose(other);
        assert_int_equal(deliver(&delivery, i % 2, &now, &error), SPARSEMED_OUTPUT);
        assert_non_null(strstr(error.message, "does not read back"));
        assert_false(is_there(hidden));
        assert_false(is_there(output.text));
    }
    free(hidden);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_a_name_to_what_is_whole),
        cmocka_unit_test(leaves_nothing_where_it_fails),
        cmocka_unit_test(notices_what_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
