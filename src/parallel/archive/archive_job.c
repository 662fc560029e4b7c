#include "parallel/archive/archive_job.h"

#include <stdlib.h>

void sm_archive_report_free(struct sm_archive_report *report) {
    for (size_t i = 0; i < report->n_failed && report->failures; i++) {
        free(report->failures[i].input);
        free(report->failures[i].reason);
    }
    free(report->failures);
    *report = (struct sm_archive_report){0};
}
