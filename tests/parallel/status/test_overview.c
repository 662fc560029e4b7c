/* What status brings together: heartbeats and journals, whatever moment each is from. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parallel/journal/journal.h"
#include "parallel/status/heartbeat.h"
#include "parallel/status/overview.h"
#include "parallel/status/paces.h"
#include "support/scratch.h"

static struct path path;

static int set_up(void **state) {
    int outcome = scratch_create(state);
    path = scratch_path("journal.jsonl");
    return outcome;
}

/* ---- what is there ---- */

static void append(const char *line) {
    struct sm_journal journal;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_journal_open(path.text, &journal, &error), SPARSEMED_OK);
    assert_int_equal(sm_journal_append(&journal, line, &error), SPARSEMED_OK);
    sm_journal_close(&journal);
}

/* Times are in seconds of one minute. */
static const char *moment(int second) {
    static char texts[4][SM_JOURNAL_TIME_SIZE];
    static int next;
    char *text = texts[next++ % 4];
    snprintf(text, SM_JOURNAL_TIME_SIZE, "2026-01-01T00:00:%02d.000000Z", second);
    return text;
}

static void mark(const char *status, const char *name, int second) {
    char line[512];
    snprintf(line, sizeof line,
             "{\"status\": \"%s\", \"input\": \"/in/%s\", \"output\": \"/out/%s\", \"input_size\": 1, "
             "\"input_modified\": 1, \"time\": \"%s\"}",
             status, name, name, moment(second));
    append(line);
}

static void finish(const char *name, int second, const char *rest) {
    char line[1024];
    snprintf(line, sizeof line,
             "{\"input\": \"/in/%s\", \"output\": \"/out/%s\", \"ppid\": \"sparsemed:k=200^s=1^t=0^f=0.8^o=1\", "
             "\"input_size\": 1, \"input_modified\": 1, \"finished\": \"%s\", %s}",
             name, name, moment(second), rest);
    append(line);
}

static void done(const char *name, int second) {
    finish(name, second,
           "\"status\": \"done\", \"bytes_decoded\": 96000000, \"ranks\": 2, \"seconds\": {\"total\": 5.0}");
}

static void failed(const char *name, int second, const char *reason, bool may_pass) {
    char rest[256];
    snprintf(rest, sizeof rest, "\"status\": \"failed\", \"error\": \"/in/%s: %s\", \"may_pass\": %s", name, reason,
             may_pass ? "true" : "false");
    finish(name, second, rest);
}

/* A job of 10 frames a second, that began at 0 and was seen last at 30. */
static struct sm_pulse pulse_of(struct sm_undertaking *list, size_t n) {
    struct sm_pulse pulse = {
        .host = "node",
        .process = 7,
        .slurm_job = "12_3",
        .shard = 1,
        .n_shards = 2,
        .n_ranks = 4,
        .interval = 5,
        .phase = SM_AT_WORK,
        .seconds = 30,
        .n_files = 9,
        .n_to_do = 8,
        .n_left = 6,
        .n_frames = 1000,
        .n_frames_done = 300,
        .n_at_work = n,
        .n = n,
        .undertakings = list,
    };
    strcpy(pulse.started, moment(0));
    strcpy(pulse.renewed, moment(30));
    return pulse;
}

static struct sm_undertaking undertaking(const char *name, int since) {
    char input[64], output[64];
    snprintf(input, sizeof input, "/in/%s", name);
    snprintf(output, sizeof output, "/out/%s", name);
    struct sm_undertaking made = {.input = strdup(input),
                                  .output = strdup(output),
                                  .seconds = 30 - since,
                                  .n_ranks = 2,
                                  .n_frames = 100,
                                  .n_frames_done = 40,
                                  .bytes = 96000000};
    strcpy(made.since, moment(since));
    return made;
}

/* Write the heartbeat of a shard. Releases what the pulse holds. */
static void beat(size_t shard, struct sm_pulse pulse) {
    struct sm_heartbeat heartbeat;
    char *journal = sm_journal_shard_path(path.text, shard, 2), *text = sm_pulse_write(&pulse);
    sm_heartbeat_start(journal, &heartbeat);
    heartbeat.latest -= 5;
    assert_true(sm_heartbeat_is_due(&heartbeat));
    sm_heartbeat_renew(&heartbeat, text);
    assert_false(sm_heartbeat_is_due(&heartbeat));
    assert_int_equal(heartbeat.error.status, SPARSEMED_OK);
    free(heartbeat.path); /* the job dies */
    free(heartbeat.part);
    free(text);
    free(journal);
    for (size_t i = 0; i < pulse.n; i++) {
        free(pulse.undertakings[i].input);
        free(pulse.undertakings[i].output);
    }
}

static struct sm_history history;
static struct sm_sightings sightings;
static struct sm_overview overview;

static void look(void) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_sightings_look(path.text, &sightings, &error), SPARSEMED_OK);
    assert_int_equal(sm_history_follow(path.text, &history, &error), SPARSEMED_OK);
    assert_int_equal(sm_overview_make(&history, &sightings, &overview, &error), SPARSEMED_OK);
}

static int forget(void **state) {
    sm_overview_free(&overview);
    sm_sightings_free(&sightings);
    sm_history_free(&history);
    return scratch_remove(state);
}

/* ---- tests ---- */

static void a_pulse_is_read_back(void **state) {
    (void)state;
    struct sm_undertaking list[2] = {undertaking("a\\xff\\u001b", 10), undertaking("b", 20)};
    struct sm_pulse pulse = pulse_of(list, 2), again;
    char *text = sm_pulse_write(&pulse);
    assert_non_null(text);
    assert_true(sm_pulse_read(text, &again));
    assert_string_equal(again.host, "node");
    assert_string_equal(again.slurm_job, "12_3");
    assert_true(again.process == 7 && again.shard == 1 && again.n_shards == 2 && again.n_ranks == 4);
    assert_true(again.n_left == 6 && again.n_frames == 1000 && again.n_frames_done == 300 && again.n == 2);
    assert_string_equal(again.undertakings[0].input, list[0].input);
    assert_true(again.undertakings[1].bytes == 96000000 && again.undertakings[1].seconds == 10);
    sm_pulse_free(&again);
    free(text);
    for (size_t i = 0; i < 2; i++) {
        free(list[i].input);
        free(list[i].output);
    }
}

static void what_is_no_pulse_is_passed_over(void **state) {
    (void)state;
    static const char *const texts[] = {"",
                                        "{",
                                        "[]",
                                        "{}",
                                        "{\"host\": 3, \"phase\": \"work\", \"renewed\": \"now\"}",
                                        ("{\"host\": \"a\", \"phase\": \"work\", \"renewed\": \"now\", "
                                         "\"measurements\": [{\"input\": \"/a\"}, 3]}")};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct sm_pulse pulse;
        assert_false(sm_pulse_read(texts[i], &pulse));
        sm_pulse_free(&pulse);
    }
    struct sm_pulse odd;
    assert_true(sm_pulse_read("{\"host\": \"a\", \"phase\": \"?\", \"renewed\": \"now\", \"interval\": -1e300, "
                              "\"seconds\": 1e300, \"left\": -1, \"ranks\": \"many\"}",
                              &odd));
    assert_true(odd.interval == 1 && odd.seconds == 0 && odd.n_left == 0 && odd.n_ranks == 0);
    sm_pulse_free(&odd);
    assert_true(sm_pulse_read("{\"host\": \"a\", \"phase\": \"?\", \"renewed\": \"now\", \"interval\": 1e9}", &odd));
    assert_true(odd.interval <= 20); /* that is waited for, where clocks differ */
    sm_pulse_free(&odd);
}

static void what_lives_is_judged_by_one_clock(void **state) {
    (void)state;
    static const struct {
        struct sm_beat beat;
        enum sm_liveness liveness;
    } cases[] = {
        {{5, 3, 0, false}, SM_LIVES},        {{5, 59, 0, false}, SM_LIVES},      {{5, 61, 0, false}, SM_DOUBTFUL},
        {{5, 61, 12, false}, SM_DOUBTFUL},   {{5, 61, 13, false}, SM_SILENT},    {{5, 61, 13, true}, SM_LIVES},
        {{5, 601, 0, false}, SM_SILENT},     {{5, 601, 0, true}, SM_LIVES},      {{5, -59, 0, false}, SM_LIVES},
        {{5, -7200, 0, false}, SM_DOUBTFUL}, {{5, -7200, 13, false}, SM_SILENT}, {{5, -7200, 3, true}, SM_LIVES},
        {{5, 3, 60, true}, SM_SILENT},       {{5, 3, 60, false}, SM_SILENT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(sm_beat_judge(&cases[i].beat), cases[i].liveness);
    }
}

static void journals_and_heartbeats_are_merged(void **state) {
    (void)state;
    struct sm_undertaking first[2] = {undertaking("a", 10), undertaking("b", 20)}, second[1] = {undertaking("c", 1)};
    struct sm_pulse faster = pulse_of(second, 1);
    faster.n_frames_done = 600; /* 20 a second */
    beat(1, pulse_of(first, 2));
    beat(2, faster);
    mark("begun", "a", 10);
    mark("begun", "b", 20);
    mark("begun", "c", 1);
    done("b", 31); /* since the heartbeat */
    mark("begun", "d", 32);
    mark("begun", "lost", 5);
    mark("begun", "stopped", 3);
    mark("stopped", "stopped", 4);
    mark("begun", "again", 1);
    failed("again", 2, "no space", true);
    mark("begun", "again", 3);
    done("again", 4);
    look();
    assert_true(overview.n_done == 2 && overview.n_failed == 0 && overview.n_stopped == 1 && overview.n_lost == 1);
    assert_true(overview.n_jobs == 2 && overview.n_left == 12 && overview.n_frames == 2000);
    assert_true(overview.n_frames_done == 900 && overview.rate == 30 && overview.seconds_left == 70);
    assert_int_equal(overview.n_running, 3);
    assert_string_equal(overview.running[0].path, "/in/c");
    assert_true(overview.running[0].undertaking->n_frames_done == 40 && overview.running[0].seconds >= 29);
    assert_string_equal(overview.running[1].path, "/in/a");
    assert_string_equal(overview.running[2].path, "/out/d");
    assert_true(!overview.running[2].undertaking && overview.running[2].seconds < 0);
}

static void of_a_silent_job_all_is_lost(void **state) {
    (void)state;
    struct sm_undertaking list[1] = {undertaking("a", 10)};
    const struct timespec long_ago[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    char *journal = sm_journal_shard_path(path.text, 1, 2), *heartbeat = sm_heartbeat_path(journal);
    beat(1, pulse_of(list, 1));
    mark("begun", "a", 10);
    mark("begun", "b", 32);
    assert_int_equal(utimensat(AT_FDCWD, heartbeat, long_ago, 0), 0);
    look();
    assert_true(overview.n_jobs == 0 && overview.n_running == 0 && overview.n_lost == 2);
    assert_int_equal(sm_sightings_count(&sightings, SM_SILENT), 1);
    assert_false(sm_sightings_go_on(&sightings));
    free(heartbeat);
    free(journal);
}

static void those_too_many_to_be_told_are_at_work(void **state) {
    (void)state;
    struct sm_undertaking list[1] = {undertaking("a", 10)};
    struct sm_pulse pulse = pulse_of(list, 1);
    pulse.n_at_work = 2;
    beat(1, pulse);
    mark("begun", "a", 10);
    mark("begun", "b", 11);
    mark("begun", "c", 12);
    look();
    assert_true(overview.n_running == 2 && overview.n_lost == 1);
}

static void failures_have_the_same_reason_once(void **state) {
    (void)state;
    failed("a", 1, "damaged", false);
    failed("b", 2, "no space", true);
    failed("c", 3, "no space", true);
    failed("d", 4, "no space", false);
    failed("a", 5, "damaged again", false);
    look();
    const struct sm_reasons *reasons = &overview.reasons;
    assert_true(overview.n_failed == 4 && reasons->n == 3);
    assert_string_equal(reasons->list[0].text, "no space");
    assert_true(reasons->list[0].n == 2 && reasons->list[0].may_pass);
    assert_string_equal(reasons->list[0].example, "/in/b: no space");
    assert_string_equal(reasons->list[1].text, "damaged again");
    assert_true(reasons->list[2].n == 1 && !reasons->list[2].may_pass);
}

static void numbers_make_no_other_reason(void **state) {
    (void)state;
    failed("a", 1, "cut at 15 of 1000 bytes", false);
    failed("b", 2, "cut at 3 of 70 bytes", false);
    failed("c", 3, "cut at 3 of 70 bytes, twice", false);
    failed("d", 4, "cut at  of 70 bytes", false);
    look();
    const struct sm_reasons *reasons = &overview.reasons;
    assert_true(reasons->n == 3 && reasons->list[0].n == 2);
    assert_string_equal(reasons->list[0].example, "/in/a: cut at 15 of 1000 bytes");
}

/* Each has taken 10 seconds of a rank for 100 MB and its opening, so two ranks take 5. */
static void stragglers_take_much_longer_than_their_like(void **state) {
    (void)state;
    struct sm_undertaking list[2] = {undertaking("slow", 4), undertaking("usual", 12)};
    struct sm_pulse pulse = pulse_of(list, 2);
    for (int i = 0; i < 5; i++) {
        char name[8];
        snprintf(name, sizeof name, "%d", i);
        if (i == 4) {
            look();
            assert_true(overview.n_done == 4);
            struct sm_paces few = sm_paces_of(&history);
            assert_true(sm_paces_expect(&few, 96000000, 2) == 0);
            sm_paces_free(&few);
            sm_overview_free(&overview);
        }
        done(name, i);
    }
    beat(1, pulse);
    look();
    struct sm_paces paces = sm_paces_of(&history);
    assert_float_equal(sm_paces_expect(&paces, 96000000, 2), 5, 1e-9);
    assert_float_equal(sm_paces_expect(&paces, 96000000, 10), 1, 1e-9);
    assert_float_equal(sm_paces_expect(&paces, 996000000, 1), 100, 1e-9); /* there is none like it: by all */
    sm_paces_free(&paces);
    assert_int_equal(overview.n_running, 2);
    assert_string_equal(overview.running[0].path, "/in/slow"); /* 26 s of 5 */
    assert_true(overview.running[0].is_straggler);
    assert_string_equal(overview.running[1].path, "/in/usual"); /* 18 s */
    assert_false(overview.running[1].is_straggler);
}

/* What is new is read, and nothing twice. */
static void journals_are_followed(void **state) {
    (void)state;
    look();
    assert_int_equal(history.n, 0);
    append("");
    done("a", 1);
    sm_overview_free(&overview);
    look();
    assert_true(overview.n_done == 1);
    struct stat info;
    assert_int_equal(stat(path.text, &info), 0);
    assert_int_equal(json_integer_value(json_object_get(history.places, "journal.jsonl")), info.st_size);
    mark("begun", "b", 2);
    assert_int_equal(truncate(path.text, info.st_size + 20), 0); /* half of it is there */
    sm_overview_free(&overview);
    look();
    assert_true(overview.n_done == 1 && overview.n_lost == 0);
    assert_int_equal(json_integer_value(json_object_get(history.places, "journal.jsonl")), info.st_size);
    assert_int_equal(truncate(path.text, info.st_size), 0);
    mark("begun", "b", 2);
    sm_overview_free(&overview);
    look();
    assert_true(overview.n_done == 1 && overview.n_lost == 1);
}

static void odd_heartbeats_are_passed_over(void **state) {
    (void)state;
    struct path names[4];
    for (int i = 0; i < 4; i++) {
        names[i] = scratch_path(".journal.%d-of-4.jsonl.heartbeat", i + 1);
    }
    assert_int_equal(mkfifo(names[0].text, 0600), 0);
    assert_int_equal(symlink("/dev/zero", names[1].text), 0);
    assert_int_equal(mkdir(names[2].text, 0700), 0);
    int huge = open(names[3].text, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(ftruncate(huge, (off_t)1 << 40), 0);
    close(huge);
    beat(1, pulse_of(NULL, 0));
    look();
    assert_int_equal(sightings.n, 1);
    assert_int_equal(overview.n_jobs, 1);
}

static void a_heartbeat_replaces_no_file_of_others(void **state) {
    (void)state;
    struct sm_heartbeat heartbeat;
    struct path other = scratch_path("other");
    struct stat info;
    int descriptor = open(other.text, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(descriptor, "text", 4), 4);
    close(descriptor);
    sm_heartbeat_start(path.text, &heartbeat);
    assert_int_equal(symlink(other.text, heartbeat.part), 0);
    sm_heartbeat_renew(&heartbeat, "{}");
    assert_int_equal(heartbeat.error.status, SPARSEMED_OK);
    assert_true(lstat(heartbeat.path, &info) == 0 && S_ISREG(info.st_mode) && info.st_size == 3);
    assert_true(stat(other.text, &info) == 0 && info.st_size == 4);
    assert_int_equal(mkdir(heartbeat.part, 0700), 0); /* it cannot be written any more, which is told once */
    sm_heartbeat_renew(&heartbeat, "{}");
    assert_int_equal(heartbeat.error.status, SPARSEMED_OUTPUT);
    assert_non_null(strstr(heartbeat.error.message, heartbeat.path));
    char removed[4096];
    snprintf(removed, sizeof removed, "%s", heartbeat.path);
    sm_heartbeat_stop(&heartbeat);
    assert_int_equal(access(removed, F_OK), -1);
}

#define overview_test(test) cmocka_unit_test_setup_teardown(test, set_up, forget)

int main(void) {
    const struct CMUnitTest tests[] = {
        overview_test(a_pulse_is_read_back),
        overview_test(what_is_no_pulse_is_passed_over),
        overview_test(what_lives_is_judged_by_one_clock),
        overview_test(journals_and_heartbeats_are_merged),
        overview_test(of_a_silent_job_all_is_lost),
        overview_test(those_too_many_to_be_told_are_at_work),
        overview_test(failures_have_the_same_reason_once),
        overview_test(numbers_make_no_other_reason),
        overview_test(stragglers_take_much_longer_than_their_like),
        overview_test(journals_are_followed),
        overview_test(odd_heartbeats_are_passed_over),
        overview_test(a_heartbeat_replaces_no_file_of_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
