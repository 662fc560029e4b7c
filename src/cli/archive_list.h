/* The options of the commands on archives, and what they say is to be done. */
#ifndef CLI_ARCHIVE_LIST_H
#define CLI_ARCHIVE_LIST_H

#include "cli/options.h"
#include "parallel/archive/journal.h"
#include "parallel/archive/sources.h"

struct sm_archive_options {
    struct sm_options shared; /* its paths are the sources */
    const char *output_dir;   /* NULL: none is given, as for the next ones */
    const char *manifest;     /* "-" is standard input */
    const char *journal;
    bool in_place, retry_failed;
    int64_t shard, n_shards; /* 1 of 1: everything */
    double grace;            /* seconds */
    int64_t n_ranks;         /* of --ranks; 0: not given */
};

/* Read the command line of "batch" or "plan". Local; every rank reads the same.
 *
 * argc, argv   from the name of the command on; strings are borrowed
 *
 * SPARSEMED_USAGE: an option is unknown or its value not valid, options contradict each other, or one is missing. */
enum sparsemed_status sm_archive_options_read(int argc, char **argv, struct sm_archive_options *options,
                                              struct sparsemed_error *error);

/* The part of --help that is about these options. */
extern const char sm_archive_options_help[];

/* What is to be done. On the first rank. */
struct sm_archive_list {
    char *output_folder; /* absolute; NULL: none */
    char *journal_path;  /* of this shard */
    struct sm_sources sources;
    struct sm_history history;
};

/* Find the measurements and their past. For the first rank.
 *
 * list   receives it; release with sm_archive_list_free, also after a failure
 *
 * SPARSEMED_USAGE: outputs are in each other's way (see sources.h). SPARSEMED_INPUT: a source cannot be read, or there
 * is nothing. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_archive_list_make(const struct sm_archive_options *options, struct sm_archive_list *list,
                                           struct sparsemed_error *error);

void sm_archive_list_free(struct sm_archive_list *list);

#endif
