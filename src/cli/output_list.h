/* The outputs that a command line of verify or relink names. */
#ifndef CLI_OUTPUT_LIST_H
#define CLI_OUTPUT_LIST_H

#include "cli/options/options.h"
#include "parallel/sources/sources.h"

/* Find them: files, all *.rtdc below folders, and what journals tell is done. Outputs are what is meant, so their names
 * leave them out only where the command line says so. What is passed over is told. For the first rank; meanwhile others
 * pass requests to stop on.
 *
 * options   borrowed, must outlive the list
 * stop      which is heard meanwhile; likewise
 * outputs   receives them, as inputs; release with sm_sources_free, also after a failure
 *
 * SPARSEMED_INPUT: something cannot be read, or there is nothing. SPARSEMED_USAGE: it is neither file nor folder.
 * SPARSEMED_INTERNAL: out of memory. SPARSEMED_STOPPED: that was asked for. */
enum sparsemed_status sm_output_list_find(const struct sm_options *options, struct sm_stop *stop,
                                          struct sm_sources *outputs, struct sparsemed_error *error);

/* Whether the command line names this very file. */
bool sm_output_is_named(const struct sm_options *options, const char *path);

#endif
