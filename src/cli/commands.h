/* The commands of the program, and what all of them do around their work. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include <stdbool.h>

#include "cli/options/options.h"

/* All members are needed. */
struct sm_command {
    const char *name;
    const char *summary; /* what it does, in a line of the program's --help */

    /* The command's --help: the usage, the options, the exit status. */
    const char *usage, *exit_status;
    enum sm_section sections[SM_N_SECTIONS + 1]; /* its options; the last SM_NO_SECTION */

    /* Check what the command line says, and set what follows from it in the job. Local.
     *
     * SPARSEMED_USAGE: options or paths are missing, or contradict each other. SPARSEMED_INTERNAL: out of memory. */
    enum sparsemed_status (*check)(struct sm_options *options, struct sparsemed_error *error);

    /* Do the work, and tell what was done; a failure is told by the caller. Collective over MPI_COMM_WORLD; the
     * outcome need not be the same on all ranks.
     *
     * options   that have passed check
     * first     whether this is the first rank
     *
     * Returns, on the first rank, whether some measurements failed. */
    bool (*work)(const struct sm_options *options, bool first, struct sparsemed_error *error);
};

extern const struct sm_command sm_command_run, sm_command_batch, sm_command_plan, sm_command_report, sm_command_audit,
    sm_command_compare, sm_command_verify, sm_command_relink, sm_command_status;

/* Read the command line; show the help, or do the work; tell of a failure, once. Collective over MPI_COMM_WORLD; all
 * ranks must pass the same.
 *
 * argc, argv   from the name of the command on, at least that; argv is reordered
 *
 * Returns the exit status of the program, the same on every rank: that of the failure, 1 where some measurements
 * failed, or 0. */
int sm_command_carry_out(const struct sm_command *command, int argc, char **argv);

#endif
