#include "rtdc/files/path.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rtdc/files/retry.h"

const char *sm_path_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

const char *sm_path_below(const char *file, const char *path) {
    size_t folder = (size_t)(sm_path_name(file) - file);
    return strncmp(file, path, folder) == 0 ? path + folder : path;
}

char *sm_path_join(const char *folder, const char *path) {
    size_t length = strlen(folder);
    const char *slash = length > 0 && folder[length - 1] == '/' ? "" : "/";
    char *joined = malloc(length + strlen(path) + 2);
    if (joined) {
        sprintf(joined, "%s%s%s", folder, slash, path);
    }
    return joined;
}

char *sm_path_beside(const char *file, const char *name) {
    size_t folder = (size_t)(sm_path_name(file) - file);
    char *path = malloc(folder + strlen(name) + 1);
    if (path) {
        sprintf(path, "%.*s%s", (int)folder, file, name);
    }
    return path;
}

DIR *sm_path_open_folder(const char *file) {
    char *path = sm_path_beside(file, ".");
    if (!path) {
        errno = ENOMEM;
        return NULL;
    }
    DIR *folder;
    do {
        folder = opendir(path);
    } while (!folder && errno == EINTR);
    int reason = errno;
    free(path);
    errno = reason;
    return folder;
}

enum sparsemed_status sm_path_open(const char *path, int *descriptor, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct stat info = {0};
    *descriptor = SM_RETRY(open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)); /* a pipe would wait for a writer */
    if (*descriptor < 0) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: cannot be read: %s", path, strerror(errno));
    }
    if (fstat(*descriptor, &info) != 0 || !S_ISREG(info.st_mode)) {
        close(*descriptor);
        *descriptor = -1;
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: is not a file%s", path,
                              S_ISDIR(info.st_mode) ? ", but a folder" : "");
    }
    return SPARSEMED_OK;
}

char *sm_path_referred(const char *file, const char *path) {
    if (*path == '/') {
        return strdup(path);
    }
    char *beside = sm_path_beside(file, path);
    char *real = beside && access(beside, F_OK) != 0 ? realpath(file, NULL) : NULL;
    if (real) {
        char *beside_real = sm_path_beside(real, path);
        if (beside_real && access(beside_real, F_OK) == 0) {
            free(beside);
            beside = beside_real;
        } else {
            free(beside_real);
        }
    }
    free(real);
    return beside;
}

bool sm_path_same(const char *left, const char *right) {
    struct stat a, b;
    return stat(left, &a) == 0 && stat(right, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool sm_path_is_newer(const char *path, const char *than) {
    struct stat a, b;
    return stat(path, &a) == 0 && stat(than, &b) == 0 &&
           (a.st_mtim.tv_sec > b.st_mtim.tv_sec ||
            (a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec >= b.st_mtim.tv_nsec));
}

bool sm_path_leads_to(const char *file, const char *path, const char *target) {
    char *resolved = sm_path_referred(file, path);
    bool leads = resolved && sm_path_same(resolved, target);
    free(resolved);
    return leads;
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
    char *from = real_folder(from_file);
    char *relative = NULL;
    if (from) {
        size_t common = 0; /* up to and with the last slash that both have in common */
        for (size_t i = 0; from[i] && from[i] == target[i]; i++) {
            common = from[i] == '/' ? i + 1 : common;
        }
        size_t n_up = 0;
        for (const char *rest = from + common; *rest; rest++) {
            n_up += *rest == '/';
        }
        relative = malloc(3 * n_up + strlen(target + common) + 1);
        for (size_t i = 0; relative && i < n_up; i++) {
            memcpy(relative + 3 * i, "../", 3);
        }
        if (relative) {
            strcpy(relative + 3 * n_up, target + common);
        }
    }
    free(from);
    return relative;
}

char *sm_path_absolute(const char *path) {
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    char *trimmed = strndup(path, length);
    char *name = trimmed ? trimmed + (sm_path_name(trimmed) - trimmed) : NULL;
    if (!name || !*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        char *real = trimmed ? realpath(trimmed, NULL) : NULL;
        free(trimmed);
        return real;
    }
    char *folder = real_folder(trimmed);
    if (!folder && name > trimmed) { /* does not exist: so much of it as does */
        *(name - 1) = '\0';
        char *above = sm_path_absolute(trimmed);
        folder = above ? malloc(strlen(above) + 2) : NULL;
        if (folder) {
            sprintf(folder, "%s/", above);
        }
        free(above);
    }
    char *absolute = folder ? malloc(strlen(folder) + strlen(name) + 1) : NULL;
    if (absolute) {
        sprintf(absolute, "%s%s", folder, name);
    }
    free(folder);
    free(trimmed);
    return absolute;
}

char *sm_path_background(const char *measurement) {
    const char *name = sm_path_name(measurement);
    const char *dot = strrchr(name, '.');
    size_t stem = dot && dot != name ? (size_t)(dot - measurement) : strlen(measurement);
    char *path = malloc(stem + sizeof "_bg.rtdc");
    if (path) {
        sprintf(path, "%.*s_bg.rtdc", (int)stem, measurement);
    }
    return path;
}

void sm_path_sync_folder(const char *file) {
    char *folder = sm_path_beside(file, ".");
    int descriptor = folder ? SM_RETRY(open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) : -1;
    if (descriptor >= 0) {
        SM_RETRY(fsync(descriptor));
        close(descriptor);
    }
    free(folder);
}

/* Whether the folder of a file is there. */
static bool has_folder(const char *file) {
    struct stat info;
    char *folder = sm_path_beside(file, ".");
    bool has = folder && stat(folder, &info) == 0;
    free(folder);
    return has;
}

int sm_path_make_folder(const char *file) {
    if (has_folder(file)) { /* mostly it is: one call instead of one for each on the way */
        return 0;
    }
    char *folder = strdup(file);
    int outcome = folder ? 0 : -1;
    for (char *slash = folder ? strchr(folder + 1, '/') : NULL; slash && outcome == 0; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        struct stat info;
        bool is_there = stat(folder, &info) == 0;
        if (!is_there && mkdir(folder, 0777) == 0) {
            sm_path_sync_folder(folder);
        } else if (!is_there && errno != EEXIST) {
            outcome = -1;
        }
        *slash = '/';
    }
    int reason = errno;
    free(folder);
    errno = reason;
    return outcome;
}
