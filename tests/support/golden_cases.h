/* Measurements with the reference's results: a folder of NAME.in.rtdc and NAME.ref.rtdc, and a cases.tsv that names the
 * parameters of each. It may have a slices.tsv, too, which names the input and the frames that a further NAME.ref.rtdc
 * is of. */
#ifndef TESTS_SUPPORT_GOLDEN_CASES_H
#define TESTS_SUPPORT_GOLDEN_CASES_H

#include <stddef.h>

#include "rtdc/input_options.h"
#include "sparsemed/parameters.h"

enum { MAX_CASES = 100, CASE_PATH_SIZE = 512 };

struct golden {
    char name[64];
    char input[CASE_PATH_SIZE], reference[CASE_PATH_SIZE];
    struct sm_input_options input_options;
    struct sparsemed_parameters parameters;
    int zstd_level; /* of the reference's output */
};

/* Append the measurements of a folder to cases[MAX_CASES], of which there are n already. Returns how many there are
 * then; 0, and a message, where the folder has no list. */
size_t read_cases(const char *folder, struct golden *cases, size_t n);

#endif
