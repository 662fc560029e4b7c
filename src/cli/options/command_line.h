/* Reading the command line of a command, and telling its options: both from the one table of options. */
#ifndef CLI_OPTIONS_COMMAND_LINE_H
#define CLI_OPTIONS_COMMAND_LINE_H

#include "cli/options/options.h"

/* Read the command line of a command. Local; every rank reads the same.
 *
 * argc, argv   from the name of the command on, at least that; strings are borrowed; argv is reordered
 * sections     what options the command has; the last SM_NO_SECTION
 * options      receives what was read; release with sm_options_free, also after a failure
 *
 * SPARSEMED_USAGE: an option is unknown or its value not valid; the message tells what is. Or options that every
 * command has contradict each other. */
enum sparsemed_status sm_command_line_read(int argc, char **argv, const enum sm_section *sections,
                                           struct sm_options *options, struct sparsemed_error *error);

/* Tell the options of some sections on standard output, each section followed by an empty line.
 *
 * sections   as of sm_command_line_read, in the order in which they are told */
void sm_command_line_tell_options(const enum sm_section *sections);

#endif
