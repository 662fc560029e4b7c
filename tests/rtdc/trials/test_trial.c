/* Trials of files, with and without the process that carries them out. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rtdc/hdf5/hdf5.h"
#include "rtdc/outputs/metadata.h"
#include "rtdc/trials/trial.h"
#include "rtdc/trials/trial_processes.h"
#include "rtdc/trials/trial_watch.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"
#include "support/text_heap.h"

static const struct sm_input_options as_measurement = {0};

static enum sparsemed_status try_file(const char *path, struct sparsemed_error *error) {
    *error = SPARSEMED_NO_ERROR;
    return sm_trial(SM_TRIAL_INPUT, path, &as_measurement, error);
}

/* A file with an attribute that is kept in a heap. */
static void create_measurement(const char *path) {
    const hsize_t extent[3] = {20, 10, 16}, chunk[3] = {5, 10, 16};
    hid_t file = create_file(path, FORMAT_OLD), creation = chunked(3, chunk);
    add_text_attribute(file, "setup:identifier", "a text of some length");
    add_dataset(file, "events/image", H5T_NATIVE_UINT8, 3, extent, creation, NULL);
    H5Pclose(creation);
    close_file(file);
}

static void create_both(const char *good, const char *bad) {
    create_measurement(good);
    create_measurement(bad);
    claim_endless_text(bad);
}

/* Whether the metadata can be read after all, which must not crash. */
static bool can_be_read(const char *path) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t file = open_file(path), memory = sm_hdf5_create_in_memory();
    bool read = sm_metadata_copy(file, memory, 0, &error) == SPARSEMED_OK;
    close_file(memory);
    close_file(file);
    return read;
}

static void passes_everything_without_its_process(void **state) {
    (void)state;
    struct path good = scratch_path("good.rtdc"), bad = scratch_path("bad.rtdc");
    struct sparsemed_error error;
    create_both(good.text, bad.text);
    assert_int_equal(try_file(good.text, &error), SPARSEMED_OK);
    assert_int_equal(try_file(bad.text, &error), SPARSEMED_OK);
    sm_trial_end();
}

static void refuses_what_hdf5_crashes_on(void **state) {
    (void)state;
    struct path good = scratch_path("good.rtdc"), bad = scratch_path("bad.rtdc");
    struct sparsemed_error error;
    create_both(good.text, bad.text);
    sm_trial_start();
    for (int i = 0; i < 3; i++) { /* one trial has no bearing on the next */
        assert_int_equal(try_file(good.text, &error), SPARSEMED_OK);
        if (try_file(bad.text, &error) == SPARSEMED_OK) {
            assert_false(can_be_read(bad.text)); /* this HDF5 does without a crash */
        } else {
            assert_int_equal(error.status, SPARSEMED_INPUT);
            assert_ptr_equal(strstr(error.message, bad.text), error.message);
        }
        error = SPARSEMED_NO_ERROR;
        enum sparsemed_status as_input = try_file(bad.text, &error);
        error = SPARSEMED_NO_ERROR;
        enum sparsemed_status as_output = sm_trial(SM_TRIAL_OUTPUT, bad.text, NULL, &error);
        assert_true(as_output == SPARSEMED_OK || as_output == as_input); /* there only a crash counts */
    }
    sm_trial_end();
    assert_int_equal(try_file(bad.text, &error), SPARSEMED_OK);
}

/* The answer is the failure that the job would have. */
static void tells_what_is_plainly_wrong(void **state) {
    (void)state;
    struct path text = scratch_path("text.rtdc"), missing = scratch_path("missing.rtdc"),
                good = scratch_path("good.h5");
    const struct sm_input_options options = {.dataset = "nowhere"}, rate = {.frame_rate = 100};
    struct sparsemed_error error, expected;
    write_text(text.text, "time\tarea_um\n");
    create_measurement(good.text);
    sm_trial_start();
    const struct {
        const char *path;
        const struct sm_input_options *options;
    } cases[] = {{text.text, &as_measurement}, {missing.text, &as_measurement}, {good.text, &options}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        error = expected = SPARSEMED_NO_ERROR;
        struct sm_facts none;
        char others[SM_OTHERS_BYTES];
        sm_trial_read(SM_TRIAL_INPUT, cases[i].path, cases[i].options, 0, &none, others, &expected);
        assert_int_equal(expected.status, SPARSEMED_INPUT);
        assert_int_equal(sm_trial(SM_TRIAL_INPUT, cases[i].path, cases[i].options, &error), expected.status);
        assert_string_equal(error.message, expected.message);
    }
    error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_trial(SM_TRIAL_INPUT, good.text, &rate, &error), SPARSEMED_OK);
    sm_trial_end();
}

/* What is known is the same whoever finds it out, and the split points come where they are asked for. */
static void tells_what_it_is(void **state) {
    (void)state;
    struct path path = scratch_path("facts.rtdc");
    const struct sm_input_options rate = {.frame_rate = 10};
    uint64_t n_steps[2];
    create_measurement(path.text);
    for (int apart = 0; apart < 2; apart++) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        struct sm_facts facts;
        if (apart) {
            sm_trial_start();
        }
        assert_int_equal(sm_trial_learn(SM_TRIAL_INPUT, path.text, &rate, 0.5, &facts, NULL, &error), SPARSEMED_OK);
        assert_int_equal(facts.n_frames, 20);
        assert_int_equal(facts.height, 10);
        assert_int_equal(facts.width, 16);
        assert_int_equal(facts.slab_frames, 5);
        assert_string_equal(facts.storage, "5x10x16");
        n_steps[apart] = facts.n_steps;
        assert_int_equal(sm_trial_learn(SM_TRIAL_INPUT, path.text, &rate, 0.25, &facts, NULL, &error), SPARSEMED_OK);
        assert_true(facts.n_steps > n_steps[apart]);
        assert_int_equal(sm_trial_learn(SM_TRIAL_INPUT, path.text, &rate, 0, &facts, NULL, &error), SPARSEMED_OK);
        assert_int_equal(facts.n_steps, 0);
    }
    assert_true(n_steps[0] > 1);
    assert_int_equal(n_steps[1], n_steps[0]);
    sm_trial_end();
}

/* What was a log in an input is the user's affair where the background goes into the input itself. */
static void metadata_counts_where_it_is_taken_over(void **state) {
    (void)state;
    struct path path = scratch_path("log.rtdc");
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    create_measurement(path.text);
    hid_t file = H5Fopen(path.text, H5F_ACC_RDWR, H5P_DEFAULT);
    const hsize_t extent = 3000, chunk = 1000;
    hid_t creation = chunked(1, &chunk);
    H5Pset_filter(creation, 305, H5Z_FLAG_OPTIONAL, 0, NULL); /* nobody has it */
    add_dataset(file, "logs/strange", H5T_NATIVE_INT, 1, &extent, creation, NULL);
    H5Pclose(creation);
    close_file(file);
    sm_trial_start();
    assert_int_equal(sm_trial(SM_TRIAL_IN_PLACE, path.text, &as_measurement, &error), SPARSEMED_OK);
    assert_int_equal(sm_trial(SM_TRIAL_INPUT, path.text, &as_measurement, &error), SPARSEMED_INPUT);
    sm_trial_end();
}

/* Neither passes untested for its length, but what no system opens. */
static void long_questions(void **state) {
    (void)state;
    struct path good = scratch_path("good.rtdc");
    char *dataset = calloc(1, 200000), *path = calloc(1, 10000), *bytes = memset(dataset, 'a', 5000);
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    const struct sm_input_options options = {.dataset = dataset};
    create_measurement(good.text);
    memset(path, '/', 10000 - 1);
    sm_trial_start();
    assert_int_equal(sm_trial(SM_TRIAL_INPUT, good.text, &options, &error), SPARSEMED_INPUT);
    assert_non_null(strstr(error.message, "no dataset aaa"));
    memset(bytes, 'a', 199999);
    error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_trial(SM_TRIAL_INPUT, good.text, &options, &error), SPARSEMED_INPUT);
    assert_non_null(strstr(error.message, "too long"));
    error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_trial(SM_TRIAL_INPUT, path, &as_measurement, &error), SPARSEMED_OK);
    assert_int_equal(try_file(good.text, &error), SPARSEMED_OK);
    sm_trial_end();
    free(path);
    free(dataset);
}

/* The number of this process's only child. */
static pid_t child(void) {
    char path[64];
    long number = 0;
    snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
    FILE *list = fopen(path, "r");
    assert_non_null(list);
    int n = fscanf(list, "%ld", &number);
    fclose(list);
    assert_int_equal(n, 1);
    return (pid_t)number;
}

/* Who stops all processes of a job and lets the ranks go on must not have them wait for good. */
static void ends_though_its_process_is_stopped(void **state) {
    (void)state;
    sm_trial_start();
    pid_t forker = child();
    assert_int_equal(kill(forker, SIGSTOP), 0);
    sm_trial_end();
    assert_int_equal(kill(forker, 0), -1);
}

/* It may be a measurement of any size that they read, whatever the size of the file that leads there. */
static void what_reads_frames_has_hours(void **state) {
    (void)state;
    assert_true(sm_trial_most_seconds(SM_TRIAL_HEADERS, 1000) <= 60);
    assert_true(sm_trial_most_seconds(SM_TRIAL_VERIFY, 1000) > 3600);
    assert_true(sm_trial_most_seconds(SM_TRIAL_COMPARE, 1000) > 3600);
}

/* Whether a file is tried out with the right answer. */
static void assert_answer(const char *path, bool is_good) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(try_file(path, &error), is_good ? SPARSEMED_OK : SPARSEMED_INPUT);
    assert_true(is_good || strncmp(error.message, path, strlen(path)) == 0);
}

/* Whatever was asked ahead, and whether or not it is asked for then, each answer is that to the question. */
static void answers_what_was_asked_ahead(void **state) {
    (void)state;
    struct path paths[3] = {scratch_path("good.rtdc"), scratch_path("no1.rtdc"), scratch_path("no2.rtdc")};
    create_measurement(paths[0].text);
    write_text(paths[1].text, "time\n");
    write_text(paths[2].text, "area_um\n");
    sm_trial_start();
    for (int i = 0; i < 27; i++) {
        const int ahead[] = {i % 3, i / 3 % 3, i / 9};
        for (int j = 0; j < 3; j++) {
            sm_trial_ahead(SM_TRIAL_INPUT, paths[ahead[j]].text, &as_measurement, 0);
        }
        for (int j = 0; j < 3; j++) {
            assert_answer(paths[j].text, j == 0);
        }
    }
    sm_trial_ahead(SM_TRIAL_INPUT, paths[1].text, &as_measurement, 0);
    sm_trial_end();
    sm_trial_ahead(SM_TRIAL_INPUT, paths[1].text, &as_measurement, 0); /* there is nobody any more */
    assert_answer(paths[0].text, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(answers_what_was_asked_ahead),
        tidy_test(passes_everything_without_its_process),
        tidy_test(refuses_what_hdf5_crashes_on),
        tidy_test(tells_what_is_plainly_wrong),
        tidy_test(tells_what_it_is),
        tidy_test(metadata_counts_where_it_is_taken_over),
        tidy_test(long_questions),
        tidy_test(ends_though_its_process_is_stopped),
        tidy_test(what_reads_frames_has_hours),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
