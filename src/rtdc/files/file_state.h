/* By what a file is told to have changed: its size, and when it was changed last. */
#ifndef RTDC_FILES_FILE_STATE_H
#define RTDC_FILES_FILE_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* All zero for a file that cannot be found. Plain data. */
struct sm_file_state {
    uint64_t size;    /* bytes */
    int64_t modified; /* when it was changed last, in nanoseconds since 1970 */
};

/* The state of a file now. */
struct sm_file_state sm_file_state_of(const char *path);

/* The same of an open file, whatever its name is. */
struct sm_file_state sm_file_state_of_descriptor(int descriptor);

/* The state that the system has told. */
struct sm_file_state sm_file_state_from(const struct stat *info);

/* Whether two states are the same. */
bool sm_file_state_equal(struct sm_file_state a, struct sm_file_state b);

#endif
