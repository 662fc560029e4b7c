/* Images and times in basins: every sound web gives the background of the plain measurement with the same frames, every
 * broken one is refused. The argument is the measurement that the frames are from. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "basin_webs/basin_webs.h"
#include "parallel/measurement/measurement.h"
#include "rtdc/filters/filters.h"
#include "support/compare_outputs.h"
#include "support/mpi_test.h"

enum { MAX_WEBS = 50, PATH_SIZE = 200 };

static char source[PATH_MAX];

/* ---- helpers ---- */

/* Path of a file of a web. */
static void path_of(const struct web *web, const char *name, char path[PATH_SIZE]) {
    snprintf(path, PATH_SIZE, "%s/%s/%s", scratch_folder(), web->name, name);
}

/* Let the first rank write the files of a web into a folder of its own. */
static void make_web(const struct web *web) {
    char path[PATH_SIZE];
    if (this_rank() == 0) {
        path_of(web, "", path);
        hid_t plain = open_file(source);
        demand(mkdir(path, 0777) == 0 && chdir(path) == 0, "make the folder");
        web->make(web, plain);
        release_rows();
        close_file(plain);
        demand(chdir("/") == 0, "leave the folder");
    }
    MPI_Barrier(MPI_COMM_WORLD);
}

/* Compute the background of one file of a web. */
static enum sparsemed_status measure(const struct web *web, const char *input, const char *output, bool offset,
                                     struct sparsemed_error *error) {
    char input_path[PATH_SIZE], output_path[PATH_SIZE];
    path_of(web, input, input_path);
    path_of(web, output, output_path);
    const struct sm_job job = {
        .input = input_path,
        .output = output_path,
        .parameters = {.kernel_size = 30, .split_time = 0.3, .frac_cleansing = 0.8, .offset_correction = offset},
        .zstd_level = SM_ZSTD_DEFAULT,
        .progress = SM_PROGRESS_NONE,
    };
    struct sm_report report;
    *error = SPARSEMED_NO_ERROR;
    sm_measure(MPI_COMM_WORLD, &job, &report, error);
    sm_report_free(&report);
    return error->status;
}

static void check_measures(const struct web *web, const char *input, const char *output, bool offset) {
    struct sparsemed_error error;
    measure(web, input, output, offset, &error);
    if (error.status != SPARSEMED_OK && this_rank() == 0) {
        fprintf(stderr, "%s\n", error.message);
    }
    assert_everywhere(error.status == SPARSEMED_OK);
}

/* ---- tests ---- */

/* The output is measured again: its images are reached through its basins. */
static void equals_the_plain_measurement(void **state) {
    const struct web *web = *state;
    char output[PATH_SIZE], reference[PATH_SIZE], again[PATH_SIZE];
    path_of(web, "out.rtdc", output);
    path_of(web, "reference.rtdc", reference);
    path_of(web, "again.rtdc", again);
    make_web(web);
    for (int offset = 0; offset <= 1; offset++) {
        check_measures(web, "in.rtdc", "out.rtdc", offset);
        check_measures(web, "plain.rtdc", "reference.rtdc", offset);
        assert_everywhere(this_rank() > 0 || outputs_agree(output, reference));
        if (offset) {
            check_measures(web, "out.rtdc", "again.rtdc", offset);
            assert_everywhere(this_rank() > 0 || outputs_agree(again, reference));
        }
        assert_everywhere(this_rank() > 0 || (remove(output) == 0 && remove(reference) == 0));
    }
}

static void is_refused(void **state) {
    const struct web *web = *state;
    char input[PATH_SIZE], output[PATH_SIZE];
    struct sparsemed_error error, first;
    path_of(web, "in.rtdc", input);
    path_of(web, "out.rtdc", output);
    make_web(web);
    measure(web, "in.rtdc", "out.rtdc", true, &error);
    first = error;
    MPI_Bcast(&first, sizeof first, MPI_BYTE, 0, MPI_COMM_WORLD);
    assert_everywhere(error.status == SPARSEMED_INPUT);
    assert_everywhere(strcmp(error.message, first.message) == 0);
    assert_everywhere(strncmp(error.message, input, strlen(input)) == 0);
    assert_everywhere(access(output, F_OK) != 0);
}

static size_t add_tests(const struct web *webs, CMUnitTestFunction test, struct CMUnitTest *tests, size_t n) {
    for (const struct web *web = webs; web->name; web++) {
        demand(n < MAX_WEBS, "take so many webs");
        tests[n++] = (struct CMUnitTest){web->name, test, NULL, NULL, (void *)web};
    }
    return n;
}

int main(int argc, char **argv) {
    static struct CMUnitTest tests[MAX_WEBS];
    mpi_test_start(&argc, &argv);
    demand(argc == 2 && realpath(argv[1], source), "find the measurement");
    size_t n = add_tests(sound_webs, equals_the_plain_measurement, tests, 0);
    n = add_tests(broken_webs, is_refused, tests, n);
    return mpi_test_finish(_cmocka_run_group_tests("webs", tests, n, mpi_scratch_create, mpi_scratch_remove));
}
