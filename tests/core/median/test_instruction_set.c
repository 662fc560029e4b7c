/* Choice of the instruction set. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sparsemed/median.h"
#include "support/unit_test.h"

/* What the processor has, asked of the compiler's runtime. */
static bool processor_has(enum sparsemed_instruction_set set) {
#if defined(__x86_64__) || defined(__i386__)
    switch (set) {
    case SPARSEMED_AVX2:
        return __builtin_cpu_supports("avx2");
    case SPARSEMED_AVX512BW:
        return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    default:
        break;
    }
#elif defined(__aarch64__)
    if (set == SPARSEMED_NEON) {
        return true;
    }
#endif
    return set == SPARSEMED_PORTABLE;
}

static void set_variable(const char *value) {
    assert_int_equal(setenv(SPARSEMED_INSTRUCTION_SET_VARIABLE, value, 1), 0);
}

static int unset_variable(void **state) {
    (void)state;
    return unsetenv(SPARSEMED_INSTRUCTION_SET_VARIABLE);
}

static void names_are_the_words_of_the_variable(void **state) {
    (void)state;
    assert_string_equal(SPARSEMED_INSTRUCTION_SET_VARIABLE, "SPARSEMED_INSTRUCTION_SET");
    assert_string_equal(sparsemed_instruction_set_name(SPARSEMED_PORTABLE), "portable");
    assert_string_equal(sparsemed_instruction_set_name(SPARSEMED_AVX2), "avx2");
    assert_string_equal(sparsemed_instruction_set_name(SPARSEMED_AVX512BW), "avx512bw");
    assert_string_equal(sparsemed_instruction_set_name(SPARSEMED_NEON), "neon");
}

static void best_is_chosen_by_itself(void **state) {
    (void)state;
    enum sparsemed_instruction_set best = SPARSEMED_PORTABLE, chosen;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    for (int set = 0; set < SPARSEMED_N_INSTRUCTION_SETS; set++) {
        best = processor_has((enum sparsemed_instruction_set)set) ? (enum sparsemed_instruction_set)set : best;
    }
    assert_int_equal(sparsemed_instruction_set_choose(&chosen, &error), SPARSEMED_OK);
    assert_int_equal(chosen, best);
}

static void variable_decides_or_fails(void **state) {
    (void)state;
    for (int i = 0; i < SPARSEMED_N_INSTRUCTION_SETS; i++) {
        enum sparsemed_instruction_set set = (enum sparsemed_instruction_set)i, chosen = SPARSEMED_N_INSTRUCTION_SETS;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        set_variable(sparsemed_instruction_set_name(set));
        enum sparsemed_status status = sparsemed_instruction_set_choose(&chosen, &error);
        if (processor_has(set)) {
            assert_int_equal(status, SPARSEMED_OK);
            assert_int_equal(chosen, set);
        } else {
            assert_int_equal(status, SPARSEMED_USAGE);
            assert_int_equal(error.status, SPARSEMED_USAGE);
            assert_non_null(strstr(error.message, sparsemed_instruction_set_name(set)));
        }
    }
}

static void sets_that_are_lacking_are_refused(void **state) {
    (void)state;
    for (int i = 0; i < SPARSEMED_N_INSTRUCTION_SETS; i++) {
        enum sparsemed_instruction_set chosen;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        if (!processor_has((enum sparsemed_instruction_set)i)) {
            set_variable(sparsemed_instruction_set_name((enum sparsemed_instruction_set)i));
            assert_int_equal(sparsemed_instruction_set_choose(&chosen, &error), SPARSEMED_USAGE);
            return;
        }
    }
    print_message("skipped: this processor lacks none of the instruction sets\n");
    skip();
}

static void unknown_words_are_refused(void **state) {
    (void)state;
    static const char *const words[] = {"sse2",  "AVX2",     "avx",  "avx512",  "avx512bwx", " avx2",
                                        "avx2 ", "Portable", "best", "portabl", "none",      "1"};
    for (size_t i = 0; i < LENGTH(words); i++) {
        enum sparsemed_instruction_set chosen;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        set_variable(words[i]);
        assert_int_equal(sparsemed_instruction_set_choose(&chosen, &error), SPARSEMED_USAGE);
        assert_int_equal(error.status, SPARSEMED_USAGE);
        assert_non_null(strstr(error.message, words[i]));
        assert_non_null(strstr(error.message, SPARSEMED_INSTRUCTION_SET_VARIABLE));
    }
}

#define IN_CLEAN_ENVIRONMENT(function) cmocka_unit_test_setup_teardown(function, unset_variable, unset_variable)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_the_words_of_the_variable), IN_CLEAN_ENVIRONMENT(best_is_chosen_by_itself),
        IN_CLEAN_ENVIRONMENT(variable_decides_or_fails),       IN_CLEAN_ENVIRONMENT(sets_that_are_lacking_are_refused),
        IN_CLEAN_ENVIRONMENT(unknown_words_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
