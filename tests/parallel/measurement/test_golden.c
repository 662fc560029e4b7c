/* Bit-equality with the reference: every measurement of a folder, with the parameters that its cases.tsv names, and
 * the slices of its slices.tsv; with images that frames share, and with an image a frame. The folder is the first
 * argument, and any further one. */
#include <stdio.h>

#include "parallel/measurement/measurement.h"
#include "support/compare_outputs.h"
#include "support/golden_cases.h"
#include "support/mpi_test.h"

static bool agrees(const struct golden *golden, bool frame_images) {
    struct path output = scratch_path("%s-%d.rtdc", golden->name, frame_images);
    const struct sm_job job = {
        .input = golden->input,
        .output = output.text,
        .input_options = golden->input_options,
        .parameters = golden->parameters,
        .zstd_level = golden->zstd_level,
        .frame_images = frame_images,
        .progress = SM_PROGRESS_NONE,
    };
    struct sm_report report;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    sm_measure(MPI_COMM_WORLD, &job, &report, &error);
    sm_report_free(&report);
    if (error.status != SPARSEMED_OK && this_rank() == 0) {
        fprintf(stderr, "%s\n", error.message);
    }
    return everywhere(error.status == SPARSEMED_OK) &&
           everywhere(this_rank() > 0 || (frame_images ? frames_agree : outputs_agree)(output.text, golden->reference));
}

static void agrees_with_reference(void **state) {
    const struct golden *golden = *state;
    assert_true(agrees(golden, false));
    assert_true(agrees(golden, true));
}

int main(int argc, char **argv) {
    static struct golden cases[MAX_CASES];
    static struct CMUnitTest tests[MAX_CASES];
    mpi_test_start(&argc, &argv);
    size_t n = 0;
    for (int i = 1; i < argc; i++) {
        n = read_cases(argv[i], cases, n);
        if (n == 0) {
            MPI_Abort(MPI_COMM_WORLD, 1);
        }
    }
    for (size_t i = 0; i < n; i++) {
        tests[i] = (struct CMUnitTest){cases[i].name, agrees_with_reference, NULL, NULL, &cases[i]};
    }
    return mpi_test_finish(n > 0 ? _cmocka_run_group_tests("golden", tests, n, mpi_scratch_create, mpi_scratch_remove)
                                 : 1);
}
