/* The files that something was read from, or that lead to it, as they were when they were opened. */
#ifndef RTDC_FILES_USED_FILES_H
#define RTDC_FILES_USED_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct sm_used_file {
    char *path;
    struct stat state; /* all zero: it was not there */
};

/* All zero is an empty list. */
struct sm_used_files {
    size_t n;
    struct sm_used_file *list; /* [n], in the order in which they were passed */
};

/* Append a file, but for one that the list has. Returns false where memory is out. */
bool sm_used_files_add(struct sm_used_files *files, const char *path, const struct stat *state);

/* Append the files of another list, but for those that the list has. Returns false where memory is out. */
bool sm_used_files_add_all(struct sm_used_files *files, const struct sm_used_files *others);

/* Release the list; all zero is fine. */
void sm_used_files_free(struct sm_used_files *files);

#endif
