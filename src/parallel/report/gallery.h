/* A report over one communicator: the ranks read the outputs of a listing, each every so manieth, and the first one
 * writes what they found.
 *
 * A report on one output is one page with all there is to see of it. One on many has a row for each, the worst first;
 * the worst have pages of their own in a folder beside it. What these hold at most is told on the page. */
#ifndef PARALLEL_REPORT_GALLERY_H
#define PARALLEL_REPORT_GALLERY_H

#include <mpi.h>

#include "parallel/progress.h"
#include "parallel/report/listing.h"
#include "rtdc/input_options.h"

/* Rows with thumbnails: the worst so many. For pages of their own see gallery_pages.h. */
enum { SM_MOST_ROWS_WITH_THUMBS = 1000 };

/* What is to be made. Strings are borrowed; the same on all ranks. */
struct sm_gallery {
    const struct sm_input_options *options; /* of which the reach counts */
    enum sm_progress_style progress;
    const char *page, *tsv, *multiqc; /* paths; NULL: not wanted */

    /* On the first rank: called with every row as it comes in (rtdc/report/brief.h); may be NULL. */
    void (*tell)(const json_t *row, void *data);
    void *tell_data;
};

/* What was made. */
struct sm_gallery_report {
    size_t n_shown, n_failed; /* rows, and those of them that are no background to look at */
    size_t n_passed_over;     /* files in folders that have no background */
    size_t n_pages;           /* beside the report */
};

/* Make a report. Signals are heard where sm_stop_catch_signals was called.
 *
 * Collective over comm; the gallery must agree.
 *
 * listing   on the first rank
 * report    receives what was made, on the first rank
 *
 * SPARSEMED_OUTPUT: something could not be written. SPARSEMED_INPUT: what was named is the only output, and cannot be
 * read, or nothing has a background. SPARSEMED_STOPPED: that was asked for; nothing is written then.
 * SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_gallery_make(MPI_Comm comm, const struct sm_gallery *gallery, const struct sm_listing *listing,
                                      struct sm_gallery_report *report, struct sparsemed_error *error);

#endif
