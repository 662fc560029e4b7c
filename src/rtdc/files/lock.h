/* A lock on an open file, against other jobs. */
#ifndef RTDC_FILES_LOCK_H
#define RTDC_FILES_LOCK_H

#include <stdbool.h>

/* Lock a file for this process until its descriptor, open for writing, is closed. A file system without locks is used
 * without. Returns false where another job holds the lock. */
bool sm_lock_file(int descriptor);

/* Give the lock up, also where something has a copy of the descriptor still. */
void sm_unlock_file(int descriptor);

#endif
