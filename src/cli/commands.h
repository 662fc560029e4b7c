/* The commands of the program, and what all of them do around their work. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include <stdbool.h>

#include "cli/options.h"

/* Carry out a command.
 *
 * Collective over MPI_COMM_WORLD.
 *
 * argc, argv   from the name of the command on
 *
 * Returns the exit status of the program, the same on every rank. */
int sm_command_run(int argc, char **argv);
int sm_command_batch(int argc, char **argv);
int sm_command_plan(int argc, char **argv);

/* What a command has of its own. */
struct sm_command {
    const char *const *help; /* parts of the text of --help, the last NULL */

    /* Do the work, and tell what was done; a failure is told by others. Collective over MPI_COMM_WORLD; the outcome
     * need not be the same on all ranks. Returns, on the first rank, whether some measurements failed. */
    bool (*work)(void *data, bool first, struct sparsemed_error *error);
};

/* Show the help, or do the work; tell of a failure, once; release the options. Collective over MPI_COMM_WORLD.
 *
 * options   as they were read
 * data      passed to command->work
 * error     how reading the command line went, on this rank
 *
 * Returns the exit status of the program, the same on every rank. */
int sm_command_carry_out(const struct sm_command *command, struct sm_options *options, void *data,
                         struct sparsemed_error *error);

#endif
