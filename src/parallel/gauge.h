/* How far a job is, as a line of text. */
#ifndef PARALLEL_GAUGE_H
#define PARALLEL_GAUGE_H

#include <stdint.h>

/* What is counted; bytes are told in megabytes. */
enum sm_progress_unit { SM_PROGRESS_FRAMES, SM_PROGRESS_BYTES, SM_PROGRESS_FILES };

struct sm_gauge {
    enum sm_progress_unit unit;
    uint64_t n_done, n_total;
    double seconds; /* since it began */
};

/* Room for a line with its end, whatever it tells. */
enum { SM_GAUGE_SIZE = 256 };

/* Compose the whole, without a new line: "43 %  52 of 120 frames, 104 a second, 1 s left". */
void sm_gauge_line(const struct sm_gauge *gauge, char line[SM_GAUGE_SIZE]);

/* The same behind a bar, of exactly this many columns, or of as many as there is room for: numbers are left out where
 * it is narrow, and then the bar. It is filled up with blanks, so that it covers the one before.
 *
 * columns   0 or more */
void sm_gauge_bar(const struct sm_gauge *gauge, int columns, char line[SM_GAUGE_SIZE]);

#endif
