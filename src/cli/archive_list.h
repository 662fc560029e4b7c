/* The measurements that a command line of batch, plan or audit names, and what is known of their past. */
#ifndef CLI_ARCHIVE_LIST_H
#define CLI_ARCHIVE_LIST_H

#include <stdio.h>

#include "cli/options/options.h"
#include "parallel/journal/history.h"
#include "parallel/sources/sources.h"

/* Check that a command line names measurements; or also a place for their outputs, unless a manifest may name each.
 * Local; it changes nothing.
 *
 * SPARSEMED_USAGE: it does not, or options contradict each other. */
enum sparsemed_status sm_archive_check(struct sm_options *options, struct sparsemed_error *error);
enum sparsemed_status sm_archive_check_place(struct sm_options *options, struct sparsemed_error *error);

/* What is to be done. On the first rank. */
struct sm_archive_list {
    char *output_folder; /* absolute; NULL: none */
    char *journal_path;  /* of this shard */
    struct sm_sources sources;
    struct sm_history history;
};

/* Find the measurements and their past, and tell what is passed over. For the first rank; meanwhile others pass
 * requests to stop on.
 *
 * options   that have passed sm_archive_check
 * beside    outputs that have no place are beside their measurements; else they must have one
 * stop      which is heard meanwhile
 * list      receives them; release with sm_archive_list_free, also after a failure
 *
 * SPARSEMED_USAGE: outputs are in each other's way (see sources.h). SPARSEMED_INPUT: a source or a
 * journal cannot be read, or there is nothing. SPARSEMED_OUTPUT: the folder of the outputs cannot be found.
 * SPARSEMED_INTERNAL: out of memory. SPARSEMED_STOPPED: that was asked for. */
enum sparsemed_status sm_archive_list_make(const struct sm_options *options, bool beside, struct sm_stop *stop,
                                           struct sm_archive_list *list, struct sparsemed_error *error);

/* Find the measurements alone: nobody asks for their past. As sm_archive_list_make, without what it says of journals.
 */
enum sparsemed_status sm_archive_list_find(const struct sm_options *options, bool beside, struct sm_stop *stop,
                                           struct sm_archive_list *list, struct sparsemed_error *error);

/* End a line of totals with how many are passed over, and left out, where any are. */
void sm_archive_list_tell_rest(FILE *stream, const struct sm_sources *sources);

/* Tell what is passed over (parallel/sources/sources.h), as much of it as anybody reads. */
void sm_archive_list_tell_passed_over(const struct sm_sources *sources);

/* Keep the measurements, or outputs, that fulfil the conditions of the command line. Nothing where it has none.
 * Collective over MPI_COMM_WORLD.
 *
 * sources   on the first rank
 *
 * SPARSEMED_INTERNAL: out of memory. SPARSEMED_STOPPED: that was asked for. */
enum sparsemed_status sm_archive_list_restrict(const struct sm_options *options, struct sm_stop *stop,
                                               struct sm_sources *sources, struct sparsemed_error *error);

/* Release a list; all zero is fine. */
void sm_archive_list_free(struct sm_archive_list *list);

#endif
