#include "support/golden_cases.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "rtdc/filters/filters.h"

/* Read one line of a list. Returns false for what is no case.
 *
 * sliced   it names the input and the frames behind the numbers that all have */
static bool read_case(const char *line, const char *folder, bool sliced, struct golden *golden) {
    long long kernel_size;
    int offset, compress;
    char input[64], frames[64];
    *golden = (struct golden){0};
    if (sscanf(line, "%63s %lld %lf %lf %lf %d %d", golden->name, &kernel_size, &golden->parameters.split_time,
               &golden->parameters.thresh_cleansing, &golden->parameters.frac_cleansing, &offset, &compress) != 7) {
        return false;
    }
    golden->parameters.kernel_size = kernel_size;
    golden->parameters.offset_correction = offset;
    golden->zstd_level = compress ? SM_ZSTD_DEFAULT : SM_ZSTD_NONE;
    snprintf(golden->reference, CASE_PATH_SIZE, "%s/%s.ref.rtdc", folder, golden->name);
    if (!sliced) {
        strcpy(input, golden->name);
    } else if (sscanf(line, "%*s %*s %*s %*s %*s %*s %*s %*s %*s %63s %63s", input, frames) != 2 ||
               !sm_slice_parse(frames, &golden->input_options.slice)) {
        return false;
    }
    snprintf(golden->input, CASE_PATH_SIZE, "%s/%s.in.rtdc", folder, input);
    if (access(golden->input, R_OK) != 0) {
        snprintf(golden->input, CASE_PATH_SIZE, "%s/%s.rtdc", folder, input);
    }
    return true;
}

static size_t read_list(const char *folder, bool sliced, struct golden *cases, size_t n) {
    char path[CASE_PATH_SIZE], line[512];
    snprintf(path, sizeof path, "%s/%s", folder, sliced ? "slices.tsv" : "cases.tsv");
    FILE *list = fopen(path, "r");
    if (!list) {
        perror(path);
        return 0;
    }
    while (fgets(line, sizeof line, list) && n < MAX_CASES) {
        n += read_case(line, folder, sliced, &cases[n]);
    }
    fclose(list);
    return n;
}

size_t read_cases(const char *folder, struct golden *cases, size_t n) {
    char path[CASE_PATH_SIZE];
    snprintf(path, sizeof path, "%s/slices.tsv", folder);
    n = read_list(folder, false, cases, n);
    return n > 0 && access(path, F_OK) == 0 ? read_list(folder, true, cases, n) : n;
}
