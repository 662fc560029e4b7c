#include "rtdc/frames/slice.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"

/* Read a number, if there is one before the next colon or the end. Returns false for anything else. */
static bool read_number(const char **text, bool *given, int64_t *number) {
    char *end;
    *given = **text && **text != ':';
    if (!*given) {
        return true;
    }
    errno = 0;
    *number = strtoll(*text, &end, 10);
    bool valid = (isdigit((unsigned char)**text) || **text == '-') && end != *text && errno == 0;
    *text = end;
    return valid;
}

/* Pass over a colon, if there is one. */
static bool read_colon(const char **text) {
    bool there = **text == ':';
    *text += there;
    return there;
}

bool sm_slice_parse(const char *text, struct sm_slice_request *request) {
    bool has_step = false;
    *request = (struct sm_slice_request){.step = 1};
    return read_number(&text, &request->has_first, &request->first) && read_colon(&text) &&
           read_number(&text, &request->has_end, &request->end) &&
           (!read_colon(&text) || read_number(&text, &has_step, &request->step)) && !*text && request->step >= 1;
}

struct sm_slice sm_slice_all(uint64_t n) {
    return (struct sm_slice){.n_there = n, .first = 0, .step = 1, .n = n};
}

/* The place from 0 to n that a number stands for. */
static uint64_t find_place(int64_t number, uint64_t n) {
    if (number >= 0) {
        return sm_min((uint64_t)number, n);
    }
    return n - sm_min(0 - (uint64_t)number, n);
}

bool sm_slice_resolve(const struct sm_slice_request *request, uint64_t n_there, struct sm_slice *slice) {
    assert(n_there >= 1);
    *slice = sm_slice_all(n_there);
    if (request->step == 0) {
        return true;
    }
    uint64_t end = request->has_end ? find_place(request->end, n_there) : n_there;
    slice->first = request->has_first ? find_place(request->first, n_there) : 0;
    slice->n = slice->first < end ? sm_divide_up(end - slice->first, (uint64_t)request->step) : 0;
    slice->step = slice->n > 1 ? (uint64_t)request->step : 1;
    return slice->n > 0;
}

void sm_slice_pick(const struct sm_slice *slice, size_t size, void *values) {
    char *bytes = values;
    if (slice->step == 1) {
        memmove(bytes, bytes + slice->first * size, slice->n * size);
        return;
    }
    for (uint64_t i = 0; i < slice->n; i++) {
        memmove(bytes + i * size, bytes + (slice->first + i * slice->step) * size, size);
    }
}

void sm_slice_format(const struct sm_slice *slice, char text[SM_SLICE_TEXT_SIZE]) {
    assert(slice->n >= 1);
    snprintf(text, SM_SLICE_TEXT_SIZE, "%" PRIu64 ":%" PRIu64 ":%" PRIu64, slice->first,
             slice->first + (slice->n - 1) * slice->step + 1, slice->step);
}
