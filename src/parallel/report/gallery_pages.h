/* The pages of single outputs beside a report on many. */
#ifndef PARALLEL_REPORT_GALLERY_PAGES_H
#define PARALLEL_REPORT_GALLERY_PAGES_H

#include <jansson.h>
#include <mpi.h>

#include "parallel/progress.h"
#include "parallel/stop.h"
#include "rtdc/input_options.h"
#include "sparsemed/status.h"

/* Pages at most: those of the worst. */
enum { SM_MOST_PAGES = 100 };

/* What is to be made. Strings are borrowed; the same on all ranks. */
struct sm_gallery_pages {
    const char *report;                     /* its path */
    const struct sm_input_options *options; /* of which the reach counts */
    enum sm_progress_style progress;
};

/* Write the page of one output. Local.
 *
 * SPARSEMED_INPUT: the output cannot be read. SPARSEMED_OUTPUT: the page cannot be written. SPARSEMED_STOPPED,
 * SPARSEMED_INTERNAL: as usual. */
enum sparsemed_status sm_gallery_write_page(const char *page, const char *output,
                                            const struct sm_input_options *options, struct sparsemed_error *error);

/* Write the pages of the first SM_MOST_PAGES rows that can be shown, the ranks each some, into a folder
 * "<stem of the report>_pages" beside it. What else is there under their names stays, and is a failure.
 *
 * Collective over comm; votes.
 *
 * pages  must agree
 * rows   on the first rank, in their order; a row whose page is written gets its name as "page", from the report
 * stop   heard meanwhile
 * n      receives how many were written, on the first rank */
enum sparsemed_status sm_gallery_write_pages(MPI_Comm comm, const struct sm_gallery_pages *pages, json_t *rows,
                                             struct sm_stop *stop, size_t *n, struct sparsemed_error *error);

#endif
