/* Reading the values of options. The messages name the option. */
#ifndef CLI_VALUES_H
#define CLI_VALUES_H

#include <stdint.h>

#include "sparsemed/status.h"

/* A whole number. SPARSEMED_USAGE: the text is anything else. */
enum sparsemed_status sm_read_integer(const char *name, const char *text, int64_t *value,
                                      struct sparsemed_error *error);

/* A number, possibly an infinite one. SPARSEMED_USAGE: the text is anything else. */
enum sparsemed_status sm_read_number(const char *name, const char *text, double *value, struct sparsemed_error *error);

/* The index of a word in a list that ends with NULL. SPARSEMED_USAGE: it is not there; the message names the list. */
enum sparsemed_status sm_read_word(const char *name, const char *text, const char *const *words, int *index,
                                   struct sparsemed_error *error);

#endif
