/* Tests that run once with every instruction set there is. */
#ifndef TESTS_CORE_MEDIAN_EACH_SET_H
#define TESTS_CORE_MEDIAN_EACH_SET_H

#include "sparsemed/instruction_set.h"
#include "support/unit_test.h"

/* Make the tests of a function, one an instruction set: tests[SPARSEMED_N_INSTRUCTION_SETS]. Returns how many. */
size_t for_each_set(const char *name, CMUnitTestFunction function, struct CMUnitTest *tests);

/* The instruction set that a test is for, which is chosen by the environment variable; the test is skipped where the
 * processor lacks it. */
enum sparsemed_instruction_set set_of_test(void **state);

#endif
