/* The files that something was read from, or that lead to it, as they were when they were opened. */
#ifndef RTDC_FILES_USED_FILES_H
#define RTDC_FILES_USED_FILES_H

#include <jansson.h>
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

/* All files but the first, which is the input mostly, as journals have them: an array of {"path", "size", "modified"}.
 * NULL where there are none, or memory is out. To be released with json_decref. */
json_t *sm_used_files_to_json(const struct sm_used_files *files);

/* Append the files of such an array, of whose states only size and time are known then. What is no file there is passed
 * over. Returns false where memory is out. */
bool sm_used_files_from_json(struct sm_used_files *files, const json_t *array);

/* Release the list; all zero is fine. */
void sm_used_files_free(struct sm_used_files *files);

#endif
