/* The options that the commands on measurements share. A command adds its own. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>

#include "parallel/measurement/measurement.h"

struct sm_options {
    struct sm_job job;     /* input and output are left to the command */
    char *command;         /* the whole command line, which the job borrows */
    const char *json_path; /* of the record; "-" is standard output; NULL: none */
    bool help;             /* --help was asked for; the rest counts for nothing */
    bool quiet, verbose;
    int n_paths; /* words of the command line that are no options */
    char **paths;
};

/* The first number that a command may give to an option of its own. */
enum { SM_OWN_OPTIONS = 512 };

/* What a command adds. */
struct sm_syntax {
    const char *command;              /* its name */
    const struct option *own_options; /* long ones, the last all zero; NULL: none */

    /* Take in one of them. */
    enum sparsemed_status (*take)(int option, const char *value, void *own, struct sparsemed_error *error);
};

/* Read the command line of a command. Local; every rank reads the same.
 *
 * argc, argv   from the name of the command on; strings are borrowed; argv is reordered
 * own          passed to syntax->take
 * options      receives what was read; release with sm_options_free, also after a failure
 *
 * SPARSEMED_USAGE: an option is unknown or its value not valid; the message tells what is. */
enum sparsemed_status sm_options_read(int argc, char **argv, const struct sm_syntax *syntax, void *own,
                                      struct sm_options *options, struct sparsemed_error *error);

void sm_options_free(struct sm_options *options);

/* Where text for people goes: standard output, or standard error where --json takes that for the record. */
FILE *sm_options_text_stream(const struct sm_options *options);

/* The part of a command's --help that is about the shared options. */
extern const char sm_options_help[];

#endif
