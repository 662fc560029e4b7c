#include "parallel/gauge.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LEAST_BAR = 10, MOST_BAR = 30, FRAME = 3 /* "[", "]" and a blank */ };

/* What is told, from all to the least. */
enum detail { WITH_RATE, WITH_NUMBERS, WITH_TIME, ONLY_PART, N_DETAILS };

static void tell(const struct sm_gauge *gauge, enum detail detail, char text[SM_GAUGE_SIZE]) {
    static const char *const things[] = {"frames", "MB copied", "files looked at"};
    double done = (double)gauge->n_done, total = (double)gauge->n_total;
    double rate = gauge->seconds > 0 ? done / gauge->seconds : 0;
    uint64_t scale = gauge->unit == SM_PROGRESS_BYTES ? 1000000 : 1;
    size_t n = (size_t)snprintf(text, SM_GAUGE_SIZE, "%3.0f %%", gauge->n_total > 0 ? 100 * done / total : 100);
    if (detail <= WITH_NUMBERS) {
        n += (size_t)snprintf(text + n, SM_GAUGE_SIZE - n, "  %" PRIu64 " of %" PRIu64 " %s", gauge->n_done / scale,
                              gauge->n_total / scale, things[gauge->unit]);
    }
    if (detail <= WITH_RATE) {
        n += (size_t)snprintf(text + n, SM_GAUGE_SIZE - n, ", %.0f a second", rate / (double)scale);
    }
    if (detail <= WITH_TIME) {
        snprintf(text + n, SM_GAUGE_SIZE - n, "%s%.0f s left", detail == WITH_TIME ? "  " : ", ",
                 rate > 0 ? (total - done) / rate : 0);
    }
}

void sm_gauge_line(const struct sm_gauge *gauge, char line[SM_GAUGE_SIZE]) {
    tell(gauge, WITH_RATE, line);
}

void sm_gauge_bar(const struct sm_gauge *gauge, int columns, char line[SM_GAUGE_SIZE]) {
    static const char full[] = "##############################", empty[] = "..............................";
    char text[SM_GAUGE_SIZE];
    int room = 0;
    for (enum detail detail = WITH_RATE; detail < N_DETAILS && room < LEAST_BAR; detail++) {
        tell(gauge, detail, text);
        room = columns - FRAME - (int)strlen(text);
    }
    if (columns >= SM_GAUGE_SIZE) {
        columns = SM_GAUGE_SIZE - 1;
    }
    if (room < LEAST_BAR) {
        snprintf(line, SM_GAUGE_SIZE, "%-*.*s", columns, columns, text);
        return;
    }
    int length = room < MOST_BAR ? room : MOST_BAR;
    int n_full =
        gauge->n_done < gauge->n_total ? (int)(length * (double)gauge->n_done / (double)gauge->n_total) : length;
    int n = snprintf(line, SM_GAUGE_SIZE, "[%.*s%.*s] ", n_full, full, length - n_full, empty);
    snprintf(line + n, (size_t)(SM_GAUGE_SIZE - n), "%-*s", columns - n, text);
}
