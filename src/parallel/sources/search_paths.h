/* Where files are looked for that basins do not find: --search-path. */
#ifndef PARALLEL_SOURCES_SEARCH_PATHS_H
#define PARALLEL_SOURCES_SEARCH_PATHS_H

#include <mpi.h>
#include <stddef.h>

#include "rtdc/files/moved_files.h"
#include "sparsemed/status.h"

/* List all *.rtdc below folders, as sm_sources_add does: on the first rank, once for the job, so that no measurement
 * costs a walk through a tree, and all ranks find the same. Then tell the processes that try out files
 * (rtdc/trials/trial.h). Collective over comm; before any file is tried out.
 *
 * folders   [n], absolute; of files of the same name those in an earlier folder are preferred, then by their paths
 * files     receives the list, on all ranks; release with sm_moved_files_free, also after a failure
 *
 * SPARSEMED_INPUT: a folder cannot be listed. SPARSEMED_STOPPED: that was asked for. SPARSEMED_INTERNAL: out of memory.
 */
enum sparsemed_status sm_search_paths_list(MPI_Comm comm, char *const *folders, size_t n, struct sm_moved_files *files,
                                           struct sparsemed_error *error);

#endif
