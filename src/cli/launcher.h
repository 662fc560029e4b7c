/* Whether who has started the processes and MPI agree on how many there are. Where MPI cannot talk to the launcher, as
 * under srun without PMIx, every process is a job of its own, and all of them want to make the same output. */
#ifndef CLI_LAUNCHER_H
#define CLI_LAUNCHER_H

#include <stdbool.h>

/* Tell on standard error what they disagree on, where they do, once a process.
 *
 * failed   of processes that work, the launcher's first one tells; of those that have failed, each */
void sm_launcher_tell(bool failed);

#endif
