/* Scripts by which shells complete command lines, made from the commands and the table of options. The build calls the
 * program for them, as `sparsemed --completion SHELL`, and installs them. */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/commands.h"

/* Print the script of a shell, bash or zsh, on standard output. Local; neither MPI nor HDF5 need be there.
 *
 * commands   [n_commands]
 *
 * Returns whether it is one of these shells. */
bool sm_completion_tell(const char *shell, const struct sm_command *const *commands, size_t n_commands);

#endif
