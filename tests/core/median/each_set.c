#include "core/median/each_set.h"

#include <stdio.h>
#include <stdlib.h>

size_t for_each_set(const char *name, CMUnitTestFunction function, struct CMUnitTest *tests) {
    static enum sparsemed_instruction_set sets[SPARSEMED_N_INSTRUCTION_SETS];
    static char names[16][SPARSEMED_N_INSTRUCTION_SETS][80];
    static size_t n_functions;
    if (n_functions == LENGTH(names)) {
        fprintf(stderr, "there are more functions than names\n");
        abort();
    }
    for (int i = 0; i < SPARSEMED_N_INSTRUCTION_SETS; i++) {
        char *full_name = names[n_functions][i];
        sets[i] = (enum sparsemed_instruction_set)i;
        snprintf(full_name, sizeof names[0][0], "%s, %s", name, sparsemed_instruction_set_name(sets[i]));
        tests[i] = (struct CMUnitTest){.name = full_name, .test_func = function, .initial_state = &sets[i]};
    }
    n_functions++;
    return SPARSEMED_N_INSTRUCTION_SETS;
}

enum sparsemed_instruction_set set_of_test(void **state) {
    enum sparsemed_instruction_set set = *(const enum sparsemed_instruction_set *)*state, chosen;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(setenv(SPARSEMED_INSTRUCTION_SET_VARIABLE, sparsemed_instruction_set_name(set), 1), 0);
    if (sparsemed_instruction_set_choose(&chosen, &error) != SPARSEMED_OK) {
        print_message("skipped: this processor lacks %s\n", sparsemed_instruction_set_name(set));
        skip();
    }
    assert_int_equal(chosen, set);
    return set;
}
