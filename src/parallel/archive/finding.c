#include "parallel/archive/finding.h"

#include <stdlib.h>

#include "parallel/status/paces.h"

double sm_finding_cost(const struct sm_finding *finding) {
    return sm_cost_of_bytes((double)finding->facts.n_frames * (double)(finding->facts.height * finding->facts.width));
}

void sm_findings_free(struct sm_finding *findings, size_t n) {
    for (size_t i = 0; i < n && findings; i++) {
        free(findings[i].reason);
        free(findings[i].other_files);
    }
    free(findings);
}
