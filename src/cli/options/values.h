/* Reading the values of options. The messages name the option. */
#ifndef CLI_OPTIONS_VALUES_H
#define CLI_OPTIONS_VALUES_H

#include <stdint.h>

#include "sparsemed/status.h"

/* What the command line gives an option. Strings are borrowed. */
struct sm_value {
    const char *option; /* long name, without hyphens */
    const char *text;
};

/* A whole number. SPARSEMED_USAGE: the text is anything else. */
enum sparsemed_status sm_read_integer(const struct sm_value *value, int64_t *integer, struct sparsemed_error *error);

/* A number, possibly an infinite one. SPARSEMED_USAGE: the text is anything else. */
enum sparsemed_status sm_read_number(const struct sm_value *value, double *number, struct sparsemed_error *error);

/* A number of bytes, such as 512M: with K, M, G or T it is one of KiB, MiB and so on, and may have a fraction; 0
 * becomes UINT64_MAX, which is no limit. SPARSEMED_USAGE: the text is anything else, or less than a byte. */
enum sparsemed_status sm_read_bytes(const struct sm_value *value, uint64_t *n_bytes, struct sparsemed_error *error);

/* The index of a word in a list that ends with NULL. SPARSEMED_USAGE: it is not there; the message names the list. */
enum sparsemed_status sm_read_word(const struct sm_value *value, const char *const *words, int *index,
                                   struct sparsemed_error *error);

/* The text itself, borrowed. SPARSEMED_USAGE: it is empty.
 *
 * what   it is, for the message, such as "path" */
enum sparsemed_status sm_read_text(const struct sm_value *value, const char *what, const char **text,
                                   struct sparsemed_error *error);

#endif
