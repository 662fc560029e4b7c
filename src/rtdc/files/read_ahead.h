/* Reading the file that comes next while this process still works on another one.
 *
 * A parallel file system takes a millisecond for each of the some twenty pieces in which a small measurement is read,
 * and opening it takes as long as well. So a thread, which calls neither HDF5 nor MPI, opens it and reads all of it at
 * once. It reads bytes only: nothing is made of them before the file is asked for, nothing is written down, and what
 * fails or hangs here is met again by who asks for the file, or by nobody. */
#ifndef RTDC_FILES_READ_AHEAD_H
#define RTDC_FILES_READ_AHEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "rtdc/files/memory_file.h"

/* More bytes than this are not read ahead: a larger file is only opened. Two files may be held at a time. */
enum { SM_READ_AHEAD_MOST = 16 << 20 };

/* Begin with a file, in place of one that was not asked for. Returns at once; nothing where it is had already, or where
 * the thread is still busy with another one.
 *
 * most   bytes that it may have in memory */
void sm_read_ahead_begin(const char *path, uint64_t most);

/* Wait for a file for some hundredths of a second at most. Returns whether it is still being read. */
bool sm_read_ahead_waits(const char *path);

/* Ask for a file.
 *
 * Returns it, open for reading and perhaps in memory, as it is at this moment; owned by this module, to be given back
 * with sm_read_ahead_end. NULL where it was not begun or is still being read, where it could not be read, and where it
 * has changed since: then it is to be opened. */
struct sm_memory_file *sm_read_ahead_take(const char *path);

/* The path of a file that was taken, without links; borrowed until it is given back. NULL: it could not be told. */
const char *sm_read_ahead_real_path(const struct sm_memory_file *file);

/* Forget the bytes of a file, where memory is short. It stays open. */
void sm_read_ahead_spare(struct sm_memory_file *file);

/* Give a file back, which no file of HDF5 may be open on; NULL is fine. */
void sm_read_ahead_end(struct sm_memory_file *file);

#endif
