/* cmocka, with the headers that it wants before its own, and what tests need everywhere. */
#ifndef TESTS_SUPPORT_UNIT_TEST_H
#define TESTS_SUPPORT_UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

/* Elements of an array. */
#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* Memory that is there; release with free. */
static inline void *allocate(size_t n_bytes) {
    void *memory = malloc(n_bytes);
    assert_non_null(memory);
    return memory;
}

#endif
