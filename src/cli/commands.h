/* The commands of the program. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

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

#endif
