/* Paths of files. */
#ifndef RTDC_FILES_PATH_H
#define RTDC_FILES_PATH_H

#include <dirent.h>
#include <stdbool.h>

#include "sparsemed/status.h"

/* Path that leads from the folder of a file, which must exist, and whose links are resolved, to another file. NULL
 * where it does not, or memory is out. To be released with free.
 *
 * target   absolute, without links, as realpath tells it */
char *sm_path_relative(const char *target, const char *from_file);

/* A path below a folder, with one slash between them. NULL where memory is out. To be released with free. */
char *sm_path_join(const char *folder, const char *path);

/* Path beside a file: that of another name in the same folder. NULL where memory is out. To be released with free. */
char *sm_path_beside(const char *file, const char *name);

/* Open the folder of a file. NULL and errno where that fails. To be closed with closedir. */
DIR *sm_path_open_folder(const char *file);

/* Path that a file refers to: an absolute one, or one from its folder; where that leads nowhere and the file is a link,
 * from the folder of the file itself. NULL where memory is out. To be released with free. */
char *sm_path_referred(const char *file, const char *path);

/* Absolute path, links in its folder resolved as far as that exists; what the path itself leads to is not looked at.
 * NULL where memory is out. To be released with free. */
char *sm_path_absolute(const char *path);

/* Path of the output that a measurement has where nobody says otherwise: <stem>_bg.rtdc beside it. NULL where memory is
 * out. To be released with free. */
char *sm_path_background(const char *measurement);

/* Make the folder of a file, and those above it, where they do not exist. Returns 0, or -1 and errno. */
int sm_path_make_folder(const char *file);

/* The part of a path behind its last slash. Points into the path. */
const char *sm_path_name(const char *path);

/* The part of an absolute path below the folder of a file; all of it where it is not below that. Points into the path.
 *
 * file   absolute */
const char *sm_path_below(const char *file, const char *path);

/* Open a regular file for reading; never waits.
 *
 * descriptor   receives it, to be closed with close; -1 after a failure
 *
 * SPARSEMED_INPUT: missing, not readable, or something else than a file; the message names it. */
enum sparsemed_status sm_path_open(const char *path, int *descriptor, struct sparsemed_error *error);

/* Whether two paths lead to the same file, through links or not. False where one does not exist. */
bool sm_path_same(const char *left, const char *right);

/* Whether a file was changed after another one, or at the same time. False where one does not exist. */
bool sm_path_is_newer(const char *path, const char *than);

/* Whether a path that a file refers to (see sm_path_referred) leads to another file. */
bool sm_path_leads_to(const char *file, const char *path, const char *target);

/* Flush the entry of a file in its folder to disk: a name that is new, or leads to another file. Not every file system
 * can, and the name is there all the same. */
void sm_path_sync_folder(const char *file);

#endif
