/* A folder for the files of a test program. */
#ifndef TESTS_SUPPORT_SCRATCH_H
#define TESTS_SUPPORT_SCRATCH_H

#include "support/unit_test.h"

/* A path in the folder. */
struct path {
    char text[256];
};

/* Set-up and tear-down of a test or of a group of tests: make the folder; remove it with all that is in it. */
int scratch_create(void **state);
int scratch_remove(void **state);

/* Real path of the folder, without a final slash. */
const char *scratch_folder(void);

/* Work in a folder that another process has made, and will remove. */
void scratch_share(const char *shared_folder);

/* Path of a file in the folder, whose name is formatted as by printf. */
struct path scratch_path(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Make a folder, or a file that holds a text. */
void make_folder(const char *path);
void write_text(const char *path, const char *text);

#endif
