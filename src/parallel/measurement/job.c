#include "parallel/measurement/job.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum sparsemed_status sm_report_open(struct sm_report *report, int n_ranks, struct sparsemed_error *error) {
    *report = (struct sm_report){
        .n_ranks = n_ranks,
        .worked = calloc((size_t)n_ranks, sizeof *report->worked),
        .waited = calloc((size_t)n_ranks, sizeof *report->waited),
    };
    return report->worked && report->waited ? SPARSEMED_OK : sparsemed_fail_memory(error, "preparing the report");
}

void sm_report_warn(struct sm_report *report, const char *format, ...) {
    if (report->n_warnings == SM_MAX_WARNINGS) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(report->warnings[report->n_warnings++], SM_WARNING_SIZE, format, arguments);
    va_end(arguments);
}

void sm_report_free(struct sm_report *report) {
    free(report->worked);
    free(report->waited);
    report->worked = report->waited = NULL;
    sm_used_files_free(&report->files);
}
