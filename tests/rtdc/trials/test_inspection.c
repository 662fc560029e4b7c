/* Looks at many files in processes apart: each is answered for, whatever happens to the process that looks at it. The
 * program is linked with bad_trial.c, by which HDF5 crashes on files called crash-..., and loops on files called
 * loop....
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rtdc/trials/trial_inspection.h"
#include "rtdc/trials/trial_processes.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

static const struct sm_reach anywhere = {0};

/* A measurement of so many frames. */
static void create_measurement(const char *path, hsize_t n_frames) {
    const hsize_t extent[3] = {n_frames, 10, 16}, chunk[3] = {5, 10, 16};
    hid_t file = create_file(path, FORMAT_OLD), creation = chunked(3, chunk);
    add_dataset(file, "events/image", H5T_NATIVE_UINT8, 3, extent, creation, NULL);
    H5Pclose(creation);
    close_file(file);
}

static enum sparsemed_status look(const char *path, struct sm_headers *headers, struct sparsemed_error *error) {
    struct sparsemed_error problem = SPARSEMED_NO_ERROR;
    *error = SPARSEMED_NO_ERROR;
    enum sparsemed_status status = sm_trial_headers(path, &anywhere, headers, &problem, error);
    assert_int_equal(problem.status, SPARSEMED_OK);
    return status;
}

enum { MANY = 150 };

/* A file, and what is told of it. */
struct one {
    struct path path;
    hsize_t n_frames;
    const char *reason; /* NULL: it can */
};

/* Many files, of which some cannot be looked at. */
static struct one many[MANY];

static void create_many(void) {
    if (many[0].n_frames > 0) {
        return;
    }
    for (unsigned i = 0; i < MANY; i++) {
        bool spoils = i == 19 || i == 60 || i == 62;
        bool leaves = i == 80 || i == 81;
        bool crashes = i == 0 || (i >= 20 && i <= 24) || i == MANY - 1, is_text = i == 40, is_missing = i == 41;
        const char *kind = crashes ? "crash" : leaves ? "leave" : spoils ? "spoil" : "good";
        many[i] = (struct one){scratch_path("%s-%u.rtdc", kind, i), 5 + i, NULL};
        if (is_text) {
            write_text(many[i].path.text, "no measurement\n");
        } else if (!is_missing) {
            create_measurement(many[i].path.text, 5 + i);
        }
        many[i].reason = crashes || leaves ? "HDF5 crashes on it"
                         : is_text         ? "is not an HDF5 file"
                         : is_missing      ? "No such file"
                                           : NULL;
    }
}

static void assert_looked_at(const struct one *one) {
    struct sm_headers headers;
    struct sparsemed_error error;
    enum sparsemed_status status = look(one->path.text, &headers, &error);
    assert_int_equal(status, one->reason ? SPARSEMED_INPUT : SPARSEMED_OK);
    if (one->reason) {
        assert_ptr_equal(strstr(error.message, one->path.text), error.message);
        assert_non_null(strstr(error.message, one->reason));
    } else {
        assert_int_equal(headers.n_frames, one->n_frames);
        assert_int_equal(headers.state.size, sm_file_state_of(one->path.text).size);
    }
}

/* Those that crash in the middle of what was begun take nothing along: before, between and behind others. */
static void each_is_answered_for(void **state) {
    (void)state;
    create_many();
    sm_trial_start();
    for (unsigned n_ahead = 0; n_ahead <= MANY; n_ahead += n_ahead == 0 ? 1 : MANY - 1) {
        unsigned ahead = 0;
        for (unsigned i = 0; i < MANY; i++) {
            while (ahead < i + n_ahead && ahead < MANY && sm_trial_headers_ahead(many[ahead].path.text, &anywhere)) {
                ahead++;
            }
            assert_true(n_ahead == 0 || ahead > i);
            assert_looked_at(&many[i]);
        }
    }
    sm_trial_end();
}

/* What is begun and not asked for is forgotten, also where that crashes. */
static void what_is_begun_can_be_left(void **state) {
    (void)state;
    create_many();
    sm_trial_start();
    for (unsigned first = 1; first < 40; first += 3) {
        for (unsigned i = first; i < first + 5; i++) {
            assert_true(sm_trial_headers_ahead(many[i].path.text, &anywhere));
        }
        assert_looked_at(&many[first]);
        assert_looked_at(&many[50 + first]);
        assert_looked_at(&many[first + 1]);
    }
    sm_trial_end();
}

static void looks_are_taken_without_processes(void **state) {
    (void)state;
    const struct one good = {scratch_path("good.rtdc"), 7, NULL};
    create_measurement(good.path.text, 7);
    assert_false(sm_trial_headers_ahead(good.path.text, &anywhere));
    assert_looked_at(&good);
}

/* A child of a process; 0 where it has none. */
static pid_t child_of(pid_t process) {
    char path[64];
    long number = 0;
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)process, (long)process);
    FILE *list = fopen(path, "r");
    if (list) {
        if (fscanf(list, "%ld", &number) != 1) {
            number = 0;
        }
        fclose(list);
    }
    return (pid_t)number;
}

/* Kill the process that looks at files, which the forker's child oversees. */
static bool kill_inspector(void *n_killed) {
    pid_t overseer = child_of(child_of(getpid())), inspector = overseer > 0 ? child_of(overseer) : 0;
    if (inspector > 0 && kill(inspector, SIGKILL) == 0) {
        ++*(int *)n_killed;
    }
    return false;
}

static void one_that_is_killed_is_told(void **state) {
    (void)state;
    const struct one loop = {scratch_path("loop.rtdc"), 7, "was killed"}, good = {scratch_path("good.rtdc"), 7, NULL};
    int n_killed = 0;
    create_measurement(loop.path.text, 7);
    create_measurement(good.path.text, 7);
    sm_trial_start();
    sm_trial_listen(kill_inspector, &n_killed);
    assert_looked_at(&loop);
    sm_trial_listen(NULL, NULL);
    assert_true(n_killed > 0);
    assert_looked_at(&good);
    sm_trial_end();
}

static bool stop(void *data) {
    (void)data;
    return true;
}

/* Then nothing is left of what was begun. */
static void a_request_to_stop_is_heard(void **state) {
    (void)state;
    const struct one good = {scratch_path("good.rtdc"), 7, NULL};
    struct path loop = scratch_path("loop.rtdc");
    struct sm_headers headers;
    struct sparsemed_error error;
    create_measurement(loop.text, 7);
    create_measurement(good.path.text, 7);
    sm_trial_start();
    sm_trial_listen(stop, NULL);
    assert_true(sm_trial_headers_ahead(loop.text, &anywhere) && sm_trial_headers_ahead(good.path.text, &anywhere));
    assert_int_equal(look(loop.text, &headers, &error), SPARSEMED_STOPPED);
    sm_trial_listen(NULL, NULL);
    assert_looked_at(&good);
    sm_trial_end();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(each_is_answered_for),
        tidy_test(what_is_begun_can_be_left),
        tidy_test(looks_are_taken_without_processes),
        tidy_test(one_that_is_killed_is_told),
        tidy_test(a_request_to_stop_is_heard),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
