/* What the command line of a command says. */
#ifndef CLI_OPTIONS_OPTIONS_H
#define CLI_OPTIONS_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "parallel/inspection/conditions.h"
#include "parallel/measurement/job.h"
#include "parallel/sources/globs.h"

/* What was read. Strings are borrowed from the command line, but for those that say otherwise. */
struct sm_options {
    const char *command; /* its name */
    bool help;           /* --help was asked for; the rest counts for nothing */

    /* of every command */
    struct sm_job job;     /* input and output are left to the command */
    const char *json_path; /* of the record; "-" is standard output; NULL: none */
    const char *mark;      /* file that tells how the job ended; NULL: none */
    bool quiet, verbose;
    double stall_limit, timeout;      /* seconds; 0: none */
    bool ppid_given, parameter_given; /* all parameters at once, and one of them */
    bool in_place;

    /* of all that takes folders but compare */
    struct sm_globs globs;
    struct sm_conditions conditions;

    /* of batch, plan and audit */
    const char *manifest; /* "-" is standard input; NULL: not given */

    /* of audit and report */
    const char *tsv_path; /* of the table; for audit "-" is standard output; NULL: none */

    bool watch; /* of status */

    /* of verify */
    uint64_t n_recompute; /* images and offsets to compute anew */

    /* of batch and plan */
    const char *output_dir;  /* NULL: not given */
    const char *journal;     /* NULL: not given */
    int64_t shard, n_shards; /* 1 of 1: everything */
    bool retry_failed;
    double grace;       /* seconds */
    int64_t n_retries;  /* of batch */
    const char *on_end; /* of batch: a command for the shell; NULL: none */
    int64_t n_ranks;    /* to plan for; 0: not given */

    /* of report */
    const char *report_path, *multiqc_path; /* NULL: not given */

    int n_paths; /* words of the command line that are no options */
    char **paths;

    char *command_line;        /* owned, and borrowed by the job; all words; NULL: memory was out */
    char *made_output;         /* owned, and borrowed by the job; the name that is made up where none is given */
    char *roots[SM_MAX_ROOTS]; /* owned, and borrowed by the job; NULL from the first that is not given */

    size_t n_search_paths;
    char *search_paths[SM_MAX_ROOTS]; /* owned; likewise */
    struct sm_moved_files moved; /* owned, and borrowed by the job; what is below them, from when the work begins */
};

/* The options of a command come in sections, as its --help shows them. */
enum sm_section {
    SM_NO_SECTION, /* ends a list */
    SM_OF_BACKGROUND,
    SM_OF_OUTPUT,
    SM_OF_LIMITS, /* of what a measurement may take */
    SM_OF_RUN,    /* of this command alone */
    SM_OF_FRAMES, /* that are no measurement */
    SM_OF_REACH,  /* of what a measurement leads to */
    SM_OF_BATCH,  /* of this command alone */
    SM_OF_PLAN,   /* likewise */
    SM_OF_AUDIT,  /* likewise */
    SM_OF_COMPARE,
    SM_OF_VERIFY,
    SM_OF_RELINK,
    SM_OF_STATUS,
    SM_OF_NAMES, /* of files */
    SM_OF_CONDITIONS,
    SM_OF_SELECTION,
    SM_OF_ARCHIVE,
    SM_OF_REPORT, /* of this command alone */
    SM_OF_TELLING,
    SM_N_SECTIONS
};

/* Release what was read; all zero is fine. */
void sm_options_free(struct sm_options *options);

/* Where text for people goes: standard output, or standard error where --json or --tsv takes that. */
FILE *sm_options_text_stream(const struct sm_options *options);

#endif
