/* Which measurements fulfil conditions. */
#include <stdio.h>
#include <string.h>

#include "parallel/inspection/conditions.h"
#include "support/unit_test.h"

/* A measurement of which all is told. */
static struct sm_audit_entry make_entry(void) {
    struct sm_audit_entry entry = {.status = SPARSEMED_OK, .resolves = true};
    entry.state.modified = (int64_t)1717200000 * 1000000000; /* 2024-06-01T00:00:00 */
    entry.headers = (struct sm_headers){
        .n_frames = 1000,
        .height = 80,
        .width = 320,
        .background = SM_BACKGROUND_INTERNAL,
        .n_images = 12,
        .generation = 11,
        .ppid = "sparsemed:k=200^s=1^t=0^f=0.8^o=1",
        .region = "channel",
        .maker = "dcnum",
        .made = "2024-05-31T10:20:30",
    };
    return entry;
}

/* Whether an entry fulfils conditions, which end with NULL. */
static bool fulfils(const struct sm_audit_entry *entry, const char *const *texts) {
    struct sm_conditions conditions = {0};
    for (; *texts; texts++) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        assert_int_equal(sm_conditions_add(&conditions, *texts, &error), SPARSEMED_OK);
    }
    return sm_conditions_hold(&conditions, entry);
}

static bool fulfils_one(const struct sm_audit_entry *entry, const char *text) {
    return fulfils(entry, (const char *const[]){text, NULL});
}

/* Each list ends with NULL. */
static void assert_all(const struct sm_audit_entry *entry, const char *const *fulfilled, const char *const * not ) {
    for (; *fulfilled; fulfilled++) {
        if (!fulfils_one(entry, *fulfilled)) {
            fail_msg("not fulfilled: %s", *fulfilled);
        }
    }
    for (; *not ; not ++) {
        if (fulfils_one(entry, *not )) {
            fail_msg("fulfilled: %s", *not );
        }
    }
}

static void what_is_told_is_compared(void **state) {
    (void)state;
    const struct sm_audit_entry entry = make_entry();
    assert_all(&entry,
               (const char *const[]){"background", "resolves", "ppid=sparsemed:k=200^s=1^t=0^f=0.8^o=1",
                                     "ppid!=sparsemed", "region=channel", "region!=reservoir", "maker=dcnum",
                                     "maker!=sparsemed", NULL},
               (const char *const[]){"no-background", "unresolved", "ppid=sparsemed",
                                     "ppid!=sparsemed:k=200^s=1^t=0^f=0.8^o=1", "region=reservoir", "region!=channel",
                                     "region=Channel", "maker=dcnu", "maker!=dcnum", NULL});
}

static void numbers_are_compared_as_such(void **state) {
    (void)state;
    const struct sm_audit_entry entry = make_entry();
    assert_all(&entry,
               (const char *const[]){"frames=1000", "frames>999", "frames<1001", "frames>=1000", "frames<=1000",
                                     "frames!=999", "frames>=0999", "images=12", "images<100", "width=320", "height=80",
                                     "generation=11", "generation>9", "generation<=11", NULL},
               (const char *const[]){"frames=999", "frames>1000", "frames<1000", "frames>=1001", "frames<=999",
                                     "frames!=1000", "images>12", "width!=320", "height<80", "generation<11",
                                     "generation!=11", NULL});
}

static void every_kind_of_background_is_one(void **state) {
    (void)state;
    struct sm_audit_entry entry = make_entry();
    for (int kind = SM_BACKGROUND_NONE; kind < SM_N_BACKGROUND_KINDS; kind++) {
        entry.headers.background = (enum sm_background_kind)kind;
        assert_int_equal(fulfils_one(&entry, "background"), kind != SM_BACKGROUND_NONE);
        assert_int_equal(fulfils_one(&entry, "no-background"), kind == SM_BACKGROUND_NONE);
    }
}

static void what_is_not_told_is_only_unequal(void **state) {
    (void)state;
    struct sm_audit_entry entry = make_entry();
    *entry.headers.ppid = *entry.headers.region = *entry.headers.maker = '\0';
    entry.headers.generation = -1;
    entry.headers.n_frames = entry.headers.width = entry.headers.height = 0;
    entry.headers.n_images = 0; /* that is told: there are none */
    entry.resolves = false;
    assert_all(&entry,
               (const char *const[]){"ppid!=a", "region!=channel", "maker!=dcnum", "generation!=11", "frames!=7",
                                     "width!=7", "images=0", "images<1", "unresolved", NULL},
               (const char *const[]){"ppid=a", "region=channel", "maker=dcnum", "generation=11", "generation<11",
                                     "generation>=0", "generation<=0", "frames<1000", "frames=0", "width<7",
                                     "height<=80", "resolves", NULL});
}

static void dates_may_leave_out_their_end(void **state) {
    (void)state;
    struct sm_audit_entry entry = make_entry();
    assert_all(&entry,
               (const char *const[]){"newer-than=2024-05-30", "newer-than=2024-05-31T10:20:29",
                                     "newer-than=2024-05-31T10:19", "older-than=2024-06-01",
                                     "older-than=2024-05-31T10:20:31", "older-than=2024-05-31T10:21", NULL},
               (const char *const[]){"newer-than=2024-05-31", "older-than=2024-05-31", "newer-than=2024-05-31T10:20",
                                     "older-than=2024-05-31T10:20:30", "newer-than=2024-05-31T10:20:30",
                                     "newer-than=2025-01-01", "older-than=2000-01-01", NULL});
    *entry.headers.made = '\0'; /* the file tells then when it was changed */
    assert_all(&entry, (const char *const[]){"newer-than=2024-05-31", "older-than=2024-06-01T00:00:01", NULL},
               (const char *const[]){"newer-than=2024-06-01", "older-than=2024-06-01", NULL});
    strcpy(entry.headers.made, "yesterday");
    assert_true(fulfils_one(&entry, "newer-than=2024-05-31"));
}

static void all_conditions_must_hold(void **state) {
    (void)state;
    struct sm_audit_entry entry = make_entry();
    assert_true(fulfils(&entry, (const char *const[]){NULL}));
    assert_true(fulfils(&entry, (const char *const[]){"background", "frames>1", "frames<2000", NULL}));
    assert_false(fulfils(&entry, (const char *const[]){"background", "frames>1", "frames<200", NULL}));
    assert_false(fulfils(&entry, (const char *const[]){"no-background", "frames>1", NULL}));
    entry.status = SPARSEMED_INPUT; /* what cannot be read is never left out */
    assert_true(fulfils(&entry, (const char *const[]){"no-background", "frames<1", NULL}));
}

static void what_is_no_condition_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",
        "=",
        "background=1",
        "no-background!",
        "frames",
        "frames=",
        "frames=a",
        "frames=-1",
        "frames= 1",
        "frames=1e3",
        "frames==1",
        "frames=99999999999999999999",
        "ppid",
        "ppid=",
        "ppid==a",
        "region!==channel",
        "ppid<a",
        "region>=a",
        "Frames=1",
        "frame=1",
        "newer-than",
        "newer-than=",
        "newer-than=2024-00-10",
        "newer-than=2024-13-10",
        "older-than=2024-05-00",
        "older-than=2024-05-32",
        "newer-than=2024-05-31T24:00",
        "newer-than=2024-05-31T10:60",
        "newer-than=2024-05-31T10:20:60",
        "newer-than<2024-05-31",
        "newer-than=2024",
        "older-than=2024-05-31T10",
        "older-than=31.05.2024",
    };
    for (size_t i = 0; i < LENGTH(texts); i++) {
        struct sm_conditions conditions = {0};
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        if (sm_conditions_add(&conditions, texts[i], &error) != SPARSEMED_USAGE || conditions.n != 0) {
            fail_msg("taken for a condition: %s", texts[i]);
        }
        assert_non_null(strstr(error.message, "is no condition; valid are no-background"));
    }
}

static void there_is_a_most_of_conditions(void **state) {
    (void)state;
    struct sm_conditions conditions = {0};
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    for (size_t i = 0; i < SM_MAX_CONDITIONS; i++) {
        assert_int_equal(sm_conditions_add(&conditions, "frames>1", &error), SPARSEMED_OK);
    }
    assert_int_equal(sm_conditions_add(&conditions, "frames>1", &error), SPARSEMED_USAGE);
    assert_int_equal(conditions.n, SM_MAX_CONDITIONS);
}

static void what_does_not_fulfil_them_leaves_the_list(void **state) {
    (void)state;
    enum { N = 5 };
    struct sm_sources sources = {.in_place = true};
    struct sm_conditions conditions = {0};
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_audit_entry *entries = calloc(N, sizeof *entries);
    assert_non_null(entries);
    for (int i = 0; i < N; i++) {
        char path[16];
        snprintf(path, sizeof path, "/%d.rtdc", i);
        assert_int_equal(sm_sources_append(&sources, strdup(path), strdup(path), NULL, &error), SPARSEMED_OK);
        entries[i] = make_entry();
        entries[i].headers.n_frames = (uint64_t)i;
        entries[i].reason = strdup("a reason");
    }
    entries[0].status = SPARSEMED_INPUT;
    assert_int_equal(sm_conditions_add(&conditions, "frames>=3", &error), SPARSEMED_OK);
    assert_int_equal(sm_conditions_apply(&conditions, &sources, entries, &error), SPARSEMED_OK);
    assert_int_equal(sources.n, 3);
    assert_int_equal(sources.n_unfit, 2);
    static const char *const left[] = {"/0.rtdc", "/3.rtdc", "/4.rtdc"};
    for (size_t i = 0; i < LENGTH(left); i++) {
        assert_string_equal(sources.list[i].input, left[i]);
        assert_int_equal(entries[i].headers.n_frames, left[i][1] - '0');
    }
    sm_audit_free(entries, sources.n);
    sm_sources_free(&sources);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_told_is_compared),
        cmocka_unit_test(numbers_are_compared_as_such),
        cmocka_unit_test(every_kind_of_background_is_one),
        cmocka_unit_test(what_is_not_told_is_only_unequal),
        cmocka_unit_test(dates_may_leave_out_their_end),
        cmocka_unit_test(all_conditions_must_hold),
        cmocka_unit_test(what_is_no_condition_is_refused),
        cmocka_unit_test(there_is_a_most_of_conditions),
        cmocka_unit_test(what_does_not_fulfil_them_leaves_the_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
