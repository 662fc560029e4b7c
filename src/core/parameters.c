#include "sparsemed/parameters.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char ppid_code[] = "sparsemed:";

/* Names in the order of the identifier, which abbreviates each to its first letter. */
enum { KERNEL_SIZE, SPLIT_TIME, THRESH_CLEANSING, FRAC_CLEANSING, OFFSET_CORRECTION, N_PARAMETERS };
static const char *const names[N_PARAMETERS] = {
    "kernel_size", "split_time", "thresh_cleansing", "frac_cleansing", "offset_correction",
};

enum sparsemed_status sparsemed_parameters_check(const struct sparsemed_parameters *parameters,
                                                 struct sparsemed_error *error) {
    if (parameters->kernel_size < 1 || parameters->kernel_size > SPARSEMED_MAX_KERNEL_SIZE) {
        return sparsemed_fail(error, SPARSEMED_USAGE,
                              "the kernel size must be a whole number of frames from 1 to %d, not %lld",
                              SPARSEMED_MAX_KERNEL_SIZE, (long long)parameters->kernel_size);
    }
    if (!(parameters->split_time > 0) || isinf(parameters->split_time)) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "the split time must be a number of seconds above 0, not %g",
                              parameters->split_time);
    }
    if (!(parameters->thresh_cleansing >= 0) || isinf(parameters->thresh_cleansing)) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "the cleansing threshold must be a number from 0 on, not %g",
                              parameters->thresh_cleansing);
    }
    if (!(parameters->frac_cleansing > 0 && parameters->frac_cleansing <= 1)) {
        return sparsemed_fail(error, SPARSEMED_USAGE,
                              "the cleansing fraction must be a number above 0 and up to 1, not %g",
                              parameters->frac_cleansing);
    }
    return SPARSEMED_OK;
}

/* The next greater decimal of as many digits, in the form of "%e". Returns false where the carry runs over: fewer
 * digits then do as well. */
static bool increment(char *decimal) {
    for (char *digit = strchr(decimal, 'e') - 1; digit >= decimal; digit--) {
        if (*digit != '.' && *digit < '9') {
            ++*digit;
            return true;
        }
        *digit = *digit == '.' ? '.' : '0';
    }
    return false;
}

/* The shortest decimal that reads back as the same double, in the form of "%e". Of so many digits it may be the one
 * above the nearest, as doubles lie closer together below a power of two than above. */
static void find_shortest(char decimal[32], double value) {
    for (int digits = 0; digits < 17; digits++) {
        snprintf(decimal, 32, "%.*e", digits, value);
        if (strtod(decimal, NULL) == value || (increment(decimal) && strtod(decimal, NULL) == value)) {
            return;
        }
    }
}

/* A double as the identifier has it: a whole number without point or exponent, any other as Python shows it. */
static void format_double(char *text, size_t size, double value) {
    if (value == floor(value)) {
        snprintf(text, size, "%.0f", value + 0.0); /* + 0.0: minus zero is written as 0 */
        return;
    }
    char decimal[32];
    find_shortest(decimal, value);
    int exponent = atoi(strchr(decimal, 'e') + 1);
    if (exponent < -4) {
        snprintf(text, size, "%s", decimal);
        return;
    }
    char digits[32];
    const char *rest = decimal[1] == '.' ? decimal + 2 : decimal + 1;
    snprintf(digits, sizeof digits, "%c%.*s", decimal[0], (int)strcspn(rest, "e"), rest);
    if (exponent < 0) {
        snprintf(text, size, "0.%.*s%s", -exponent - 1, "000", digits);
    } else {
        snprintf(text, size, "%.*s.%s", exponent + 1, digits, digits + exponent + 1);
    }
}

void sparsemed_ppid_format(const struct sparsemed_parameters *parameters, char ppid[SPARSEMED_PPID_SIZE]) {
    assert(sparsemed_parameters_check(parameters, &SPARSEMED_NO_ERROR) == SPARSEMED_OK);
    char split_time[320], thresh_cleansing[320], frac_cleansing[320];
    format_double(split_time, sizeof split_time, parameters->split_time);
    format_double(thresh_cleansing, sizeof thresh_cleansing, parameters->thresh_cleansing);
    format_double(frac_cleansing, sizeof frac_cleansing, parameters->frac_cleansing);
    snprintf(ppid, SPARSEMED_PPID_SIZE, "%sk=%lld^s=%s^t=%s^f=%s^o=%d", ppid_code, (long long)parameters->kernel_size,
             split_time, thresh_cleansing, frac_cleansing, parameters->offset_correction);
}

/* Index of the parameter that a key of the identifier abbreviates, or -1. */
static int find_parameter(const char *key, size_t length) {
    for (int i = 0; i < N_PARAMETERS; i++) {
        if (length >= 1 && strncmp(names[i], key, length) == 0) {
            return i;
        }
    }
    return -1;
}

/* Whether a value consists of the characters of decimal numbers: C reads blanks, words and hexadecimal too. */
static bool is_decimal(const char *text, const char *end) {
    return text < end && strspn(text, "0123456789+-.eE") >= (size_t)(end - text);
}

static bool read_integer(const char *text, const char *end, int64_t *value) {
    char *stop;
    errno = 0;
    *value = strtoll(text, &stop, 10);
    return is_decimal(text, end) && stop == end && errno == 0;
}

static bool read_double(const char *text, const char *end, double *value) {
    char *stop;
    *value = strtod(text, &stop);
    return is_decimal(text, end) && stop == end;
}

/* Read one "key=value" that ends at end. Returns false where it is not valid or repeats a parameter. */
static bool read_item(const char *item, const char *end, struct sparsemed_parameters *parameters,
                      bool seen[N_PARAMETERS]) {
    const char *equals = memchr(item, '=', (size_t)(end - item));
    int which = equals ? find_parameter(item, (size_t)(equals - item)) : -1;
    if (which < 0 || seen[which]) {
        return false;
    }
    seen[which] = true;
    const char *value = equals + 1;
    int64_t flag = 0;
    switch (which) {
    case KERNEL_SIZE:
        return read_integer(value, end, &parameters->kernel_size);
    case SPLIT_TIME:
        return read_double(value, end, &parameters->split_time);
    case THRESH_CLEANSING:
        return read_double(value, end, &parameters->thresh_cleansing);
    case FRAC_CLEANSING:
        return read_double(value, end, &parameters->frac_cleansing);
    default:
        if (!read_integer(value, end, &flag) || (flag != 0 && flag != 1)) {
            return false;
        }
        parameters->offset_correction = flag != 0;
        return true;
    }
}

enum sparsemed_status sparsemed_ppid_parse(const char *ppid, struct sparsemed_parameters *parameters,
                                           struct sparsemed_error *error) {
    struct sparsemed_parameters result = SPARSEMED_PARAMETERS_DEFAULT;
    bool seen[N_PARAMETERS] = {false};
    bool valid = strncmp(ppid, ppid_code, strlen(ppid_code)) == 0;
    const char *item = valid ? ppid + strlen(ppid_code) : NULL;
    while (valid && item) {
        const char *end = item + strcspn(item, "^");
        valid = read_item(item, end, &result, seen);
        item = *end ? end + 1 : NULL;
    }
    if (!valid) {
        return sparsemed_fail(error, SPARSEMED_USAGE,
                              "\"%s\" is not a pipeline identifier of this method; one looks like "
                              "sparsemed:k=200^s=1^t=0^f=0.8^o=1",
                              ppid);
    }
    enum sparsemed_status status = sparsemed_parameters_check(&result, error);
    if (status == SPARSEMED_OK) {
        *parameters = result;
    }
    return status;
}
