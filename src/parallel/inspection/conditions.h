/* Which measurements are worked on, by what their headers tell: --only-if.
 *
 * A condition is one of
 *
 *     no-background, background          whether there is a background of any kind
 *     resolves, unresolved               whether all that it leads to is found
 *     FIELD=TEXT, FIELD!=TEXT            ppid, region, maker
 *     FIELD<NUMBER, <=, =, !=, >=, >     frames, images, width, height, generation
 *     newer-than=DATE, older-than=DATE   when it was made; DATE as 2024-05-31 or 2024-05-31T10:20:30
 *
 * What is not told fulfils no comparison but "!=". A measurement that does not tell when it was made, was made when its
 * file was changed last. */
#ifndef PARALLEL_INSPECTION_CONDITIONS_H
#define PARALLEL_INSPECTION_CONDITIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parallel/inspection/audit.h"
#include "parallel/sources/sources.h"

enum { SM_MAX_CONDITIONS = 16 };

struct sm_condition {
    int field;         /* index in a table of conditions.c */
    int relation;      /* likewise */
    int64_t number;    /* to compare with */
    const char *value; /* the text to compare with; borrowed; NULL where there is none */
};

/* All must be fulfilled. All zero is none. */
struct sm_conditions {
    size_t n;
    struct sm_condition list[SM_MAX_CONDITIONS];
};

/* Add a condition. SPARSEMED_USAGE: it is none, or there are too many; the message tells what is valid.
 *
 * text   borrowed */
enum sparsemed_status sm_conditions_add(struct sm_conditions *conditions, const char *text,
                                        struct sparsemed_error *error);

/* Whether a measurement fulfils all conditions. What cannot be read fulfils them: nobody is to miss it. */
bool sm_conditions_hold(const struct sm_conditions *conditions, const struct sm_audit_entry *entry);

/* Keep the measurements of a list that fulfil the conditions; what is left out is counted in the list. For the first
 * rank.
 *
 * entries   [sources->n], of sm_audit; those that are left out are released
 *
 * SPARSEMED_INTERNAL: out of memory; nothing has changed. */
enum sparsemed_status sm_conditions_apply(const struct sm_conditions *conditions, struct sm_sources *sources,
                                          struct sm_audit_entry *entries, struct sparsemed_error *error);

#endif
