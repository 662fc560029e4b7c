#include "rtdc/files/used_files.h"

#include <stdlib.h>
#include <string.h>

#include "rtdc/files/file_state.h"
#include "rtdc/files/surrogates.h"

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

json_t *sm_used_files_to_json(const struct sm_used_files *files) {
    json_t *array = files->n > 1 ? json_array() : NULL;
    for (size_t i = 1; i < files->n; i++) {
        const struct sm_used_file *file = &files->list[i];
        const struct sm_file_state state = sm_file_state_from(&file->state);
        json_array_append_new(array, json_pack("{so sI sI}", "path", sm_json_from_bytes(file->path), "size",
                                               (json_int_t)state.size, "modified", (json_int_t)state.modified));
    }
    return array;
}

bool sm_used_files_from_json(struct sm_used_files *files, const json_t *array) {
    const int64_t second = 1000000000;
    bool added = true;
    for (size_t i = 0; i < json_array_size(array) && added; i++) {
        const json_t *entry = json_array_get(array, i), *name = json_object_get(entry, "path");
        int64_t modified = json_integer_value(json_object_get(entry, "modified"));
        const struct stat state = {
            .st_size = json_integer_value(json_object_get(entry, "size")),
            .st_mtim = {modified / second, modified % second},
        };
        char *path = sm_json_to_bytes(name);
        added = path ? sm_used_files_add(files, path, &state) : !json_is_string(name);
        free(path);
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
