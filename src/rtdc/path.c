#include "rtdc/path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *sm_path_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

char *sm_path_beside(const char *file, const char *name) {
    size_t folder = (size_t)(sm_path_name(file) - file);
    char *path = malloc(folder + strlen(name) + 1);
    if (path) {
        sprintf(path, "%.*s%s", (int)folder, file, name);
    }
    return path;
}

bool sm_path_same(const char *left, const char *right) {
    struct stat a, b;
    return stat(left, &a) == 0 && stat(right, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* The folder of a file without links, ending in a slash. */
static char *real_folder(const char *file) {
    char *beside = sm_path_beside(file, ".");
    char *real = beside ? realpath(beside, NULL) : NULL;
    free(beside);
    char *folder = real ? malloc(strlen(real) + 2) : NULL;
    if (folder) {
        sprintf(folder, "%s%s", real, strcmp(real, "/") == 0 ? "" : "/");
    }
    free(real);
    return folder;
}

char *sm_path_relative(const char *target, const char *from_file) {
    char *to = realpath(target, NULL);
    char *from = real_folder(from_file);
    char *relative = NULL;
    if (to && from) {
        size_t common = 0; /* up to and with the last slash that both have in common */
        for (size_t i = 0; from[i] && from[i] == to[i]; i++) {
            common = from[i] == '/' ? i + 1 : common;
        }
        size_t n_up = 0;
        for (const char *rest = from + common; *rest; rest++) {
            n_up += *rest == '/';
        }
        relative = malloc(3 * n_up + strlen(to + common) + 1);
        for (size_t i = 0; relative && i < n_up; i++) {
            memcpy(relative + 3 * i, "../", 3);
        }
        if (relative) {
            strcpy(relative + 3 * n_up, to + common);
        }
    }
    free(from);
    free(to);
    return relative;
}
