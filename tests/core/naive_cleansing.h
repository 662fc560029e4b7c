/* Cleansing written down plainly, step by step, without regard to speed: what the library is held against. */
#ifndef TESTS_CORE_NAIVE_CLEANSING_H
#define TESTS_CORE_NAIVE_CLEANSING_H

#include <stddef.h>
#include <stdint.h>

#include "sparsemed/cleansing.h"
#include "sparsemed/parameters.h"

/* Decide which of n_steps >= 1 images are kept.
 *
 * profiles     [n_steps][height]; one for each split point, so those of a shared window are repeated
 * cleansing    receives the decision; release with sparsemed_cleansing_free */
void naive_cleanse(const uint8_t *profiles, size_t n_steps, size_t height,
                   const struct sparsemed_parameters *parameters, struct sparsemed_cleansing *cleansing);

#endif
