/* What fuzz targets share. A target is a function that takes any bytes, and must come back: libFuzzer calls it with
 * ever new ones (preset "fuzz"), replay.c with those that are kept in the corpus. */
#ifndef TESTS_FUZZ_FUZZING_H
#define TESTS_FUZZ_FUZZING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sparsemed/status.h"

/* The target. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

/* Unless the condition holds, say what is wrong and crash. */
void must(bool condition, const char *what);

/* A function has returned this status, and left this error: either all is well, or it fails in one of the two ways,
 * with a message. Returns whether all is well. */
bool went_well(enum sparsemed_status status, const struct sparsemed_error *error, enum sparsemed_status failure,
               enum sparsemed_status other_failure);

/* Take the first byte; 0 where there is none. */
uint8_t take_byte(const uint8_t **data, size_t *n_bytes);

/* The bytes as a string, without what is behind a zero; to be released with free. */
char *to_text(const uint8_t *data, size_t n_bytes);

/* Path of a file that holds these bytes until the next call, alone in its folder. */
const char *to_file(const uint8_t *data, size_t n_bytes);

#endif
