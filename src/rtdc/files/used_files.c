#include "rtdc/files/used_files.h"

#include <stdlib.h>
#include <string.h>

bool sm_used_files_add(struct sm_used_files *files, const char *path, const struct stat *state) {
    for (size_t i = 0; i < files->n; i++) {
        const struct stat *known = &files->list[i].state;
        bool same = state->st_ino ? known->st_dev == state->st_dev && known->st_ino == state->st_ino
                                  : strcmp(files->list[i].path, path) == 0;
        if (same) {
            return true;
        }
    }
    struct sm_used_file *list = realloc(files->list, (files->n + 1) * sizeof *list);
    if (!list) {
        return false;
    }
    files->list = list;
    list[files->n] = (struct sm_used_file){strdup(path), *state};
    if (!list[files->n].path) {
        return false;
    }
    files->n++;
    return true;
}

bool sm_used_files_add_all(struct sm_used_files *files, const struct sm_used_files *others) {
    bool added = true;
    for (size_t i = 0; i < others->n && added; i++) {
        added = sm_used_files_add(files, others->list[i].path, &others->list[i].state);
    }
    return added;
}

void sm_used_files_free(struct sm_used_files *files) {
    for (size_t i = 0; i < files->n; i++) {
        free(files->list[i].path);
    }
    free(files->list);
    *files = (struct sm_used_files){0};
}
