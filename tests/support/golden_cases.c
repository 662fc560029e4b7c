#include "support/golden_cases.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "rtdc/filters/filters.h"

/* Read one line of cases.tsv. Returns false for what is no case. */
static bool read_case(const char *line, const char *folder, struct golden *golden) {
    long long kernel_size;
    int offset, compress;
    if (sscanf(line, "%63s %lld %lf %lf %lf %d %d", golden->name, &kernel_size, &golden->parameters.split_time,
               &golden->parameters.thresh_cleansing, &golden->parameters.frac_cleansing, &offset, &compress) != 7) {
        return false;
    }
    golden->parameters.kernel_size = kernel_size;
    golden->parameters.offset_correction = offset;
    golden->zstd_level = compress ? SM_ZSTD_DEFAULT : SM_ZSTD_NONE;
    snprintf(golden->reference, CASE_PATH_SIZE, "%s/%s.ref.rtdc", folder, golden->name);
    snprintf(golden->input, CASE_PATH_SIZE, "%s/%s.in.rtdc", folder, golden->name);
    if (access(golden->input, R_OK) != 0) {
        snprintf(golden->input, CASE_PATH_SIZE, "%s/%s.rtdc", folder, golden->name);
    }
    return true;
}

size_t read_cases(const char *folder, struct golden *cases, size_t n) {
    char path[CASE_PATH_SIZE], line[512];
    snprintf(path, sizeof path, "%s/cases.tsv", folder);
    FILE *list = fopen(path, "r");
    if (!list) {
        perror(path);
        return 0;
    }
    while (fgets(line, sizeof line, list) && n < MAX_CASES) {
        n += read_case(line, folder, &cases[n]);
    }
    fclose(list);
    return n;
}
