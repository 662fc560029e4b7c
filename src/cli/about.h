/* What the program is built with, and what it finds where it runs: what one puts into a report of a fault. */
#ifndef CLI_ABOUT_H
#define CLI_ABOUT_H

/* Print it on standard output. Collective over MPI_COMM_WORLD; the first rank prints. */
void sm_about_tell(void);

#endif
