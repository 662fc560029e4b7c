/* Bit-equality with the reference: every measurement of a folder, with the parameters that its cases.tsv names. The
 * folder is the first argument, and any further one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compare.h"
#include "mpi_test.h"
#include "parallel/measurement.h"
#include "rtdc/filters.h"

enum { MAX_CASES = 100, PATH_SIZE = 512 };

struct golden {
    char name[64];
    char input[PATH_SIZE], reference[PATH_SIZE];
    struct sm_parameters parameters;
    int zstd_level;
};

static char folder[64];

static void agrees_with_reference(void **state) {
    const struct golden *golden = *state;
    char output[PATH_SIZE];
    snprintf(output, sizeof output, "%s/%s.rtdc", folder, golden->name);
    const struct sm_job job = {
        .input = golden->input,
        .output = output,
        .parameters = golden->parameters,
        .zstd_level = golden->zstd_level,
        .progress = SM_PROGRESS_NONE,
    };
    struct sm_report report;
    struct sm_error error = SM_NO_ERROR;
    sm_measure(MPI_COMM_WORLD, &job, &report, &error);
    sm_report_free(&report);
    if (error.status != SM_OK && this_rank() == 0) {
        fprintf(stderr, "%s\n", error.message);
    }
    assert_everywhere(error.status == SM_OK);
    assert_everywhere(this_rank() > 0 || outputs_agree(output, golden->reference));
}

/* Read one line of cases.tsv. Returns false for what is no case. */
static bool read_case(const char *line, const char *from, struct golden *golden) {
    long long kernel_size;
    int offset, compress;
    if (sscanf(line, "%63s %lld %lf %lf %lf %d %d", golden->name, &kernel_size, &golden->parameters.split_time,
               &golden->parameters.thresh_cleansing, &golden->parameters.frac_cleansing, &offset, &compress) != 7) {
        return false;
    }
    golden->parameters.kernel_size = kernel_size;
    golden->parameters.offset_correction = offset;
    golden->zstd_level = compress ? SM_ZSTD_DEFAULT : SM_ZSTD_NONE;
    snprintf(golden->reference, PATH_SIZE, "%s/%s.ref.rtdc", from, golden->name);
    snprintf(golden->input, PATH_SIZE, "%s/%s.in.rtdc", from, golden->name);
    if (access(golden->input, R_OK) != 0) {
        snprintf(golden->input, PATH_SIZE, "%s/%s.rtdc", from, golden->name);
    }
    return true;
}

static size_t read_cases(const char *from, struct golden *cases, size_t n) {
    char path[PATH_SIZE], line[512];
    snprintf(path, sizeof path, "%s/cases.tsv", from);
    FILE *list = fopen(path, "r");
    if (!list) {
        perror(path);
        MPI_Abort(MPI_COMM_WORLD, 1);
        return n;
    }
    while (fgets(line, sizeof line, list) && n < MAX_CASES) {
        n += read_case(line, from, &cases[n]);
    }
    fclose(list);
    return n;
}

int main(int argc, char **argv) {
    static struct golden cases[MAX_CASES];
    static struct CMUnitTest tests[MAX_CASES];
    mpi_test_start(&argc, &argv);
    size_t n = 0;
    for (int i = 1; i < argc; i++) {
        n = read_cases(argv[i], cases, n);
    }
    for (size_t i = 0; i < n; i++) {
        tests[i] = (struct CMUnitTest){cases[i].name, agrees_with_reference, NULL, NULL, &cases[i]};
    }
    mpi_test_make_folder(folder);
    int n_failed = n > 0 ? _cmocka_run_group_tests("golden", tests, n, NULL, NULL) : 1;
    mpi_test_remove_folder(folder);
    return mpi_test_finish(n_failed);
}
