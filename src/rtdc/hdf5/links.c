#include "rtdc/hdf5/links.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rtdc/files/path.h"
#include "rtdc/files/reach.h"
#include "rtdc/hdf5/file_driver.h"

enum { MOST_LINKS = 16 }; /* that lead to links */

/* ---- where a name in a file leads to ---- */

bool sm_link_is_there(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && !S_ISDIR(info.st_mode);
}

char *sm_link_locate(const char *parent, const char *name) {
    bool absolute = *name == '/';
    const char *relative = absolute ? sm_path_name(name) : name;
    char *real = realpath(parent, NULL);
    char *places[] = {absolute ? strdup(name) : NULL, sm_path_beside(parent, relative), strdup(relative),
                      real ? sm_path_beside(real, relative) : NULL};
    enum { N_PLACES = sizeof places / sizeof *places };
    int found = 0;
    while (found < N_PLACES && !(places[found] && sm_link_is_there(places[found]))) {
        found++;
    }
    if (found == N_PLACES) {
        found = absolute ? 0 : 1;
    }
    for (int i = 0; i < N_PLACES; i++) {
        if (i != found) {
            free(places[i]);
        }
    }
    free(real);
    return places[found];
}

enum sparsemed_status sm_link_pass(const char *parent, const char *path, struct sparsemed_error *error) {
    if (!path) {
        return sparsemed_fail_memory(error, "looking at what a file leads to");
    }
    if (!sm_link_is_there(path)) {
        sm_reach_miss(path);
        return sparsemed_fail(error, SPARSEMED_INPUT, "leads to %s, which is missing", path);
    }
    return sm_reach_pass(parent, path, SM_BY_LINK, error);
}

enum sparsemed_status sm_link_enter(const char *parent, const char *path, hid_t *file, struct sparsemed_error *error) {
    *file = H5I_INVALID_HID;
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    int descriptor;
    if (sm_link_pass(parent, path, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (sm_path_open(path, &descriptor, &ignored) == SPARSEMED_OK) {
        *file = sm_file_driver_open(descriptor, NULL, path, H5F_ACC_RDONLY);
        close(descriptor);
    }
    if (*file < 0) {
        sm_reach_miss(path);
        return sparsemed_fail(error, SPARSEMED_INPUT, "leads to %s, which is not an HDF5 file, or damaged", path);
    }
    return SPARSEMED_OK;
}

/* ---- external links ---- */

/* Why a link was not followed, as HDF5's own stack of errors has it. */
struct reason {
    bool found, is_missing; /* the object, in a file that is there */
    char message[SPARSEMED_MESSAGE_SIZE];
};

/* By this name a reason of ours is known among HDF5's own. */
static const char reason_mark[] = "sparsemed_follow_link";

static herr_t find_reason(unsigned depth, const H5E_error2_t *record, void *data) {
    (void)depth;
    struct reason *reason = data;
    if (!record->func_name || strcmp(record->func_name, reason_mark) != 0) {
        return 0;
    }
    reason->found = true;
    reason->is_missing = record->min_num == H5E_NOTFOUND;
    snprintf(reason->message, sizeof reason->message, "%s", record->desc);
    return 1;
}

static struct reason last_reason(void) {
    struct reason reason = {0};
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, find_reason, &reason);
    return reason;
}

bool sm_links_refused(struct sparsemed_error *error) {
    const struct reason reason = last_reason();
    if (reason.found && !reason.is_missing) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s", reason.message);
    }
    return reason.found && !reason.is_missing;
}

/* Open an object of a file that a link leads to. */
static hid_t arrive(const char *parent, const char *name, const char *object_path, hid_t access,
                    struct reason *reason) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    char *path = sm_link_locate(parent, name);
    hid_t object = H5I_INVALID_HID, file;
    *reason = (struct reason){0};
    if (sm_link_enter(parent, path, &file, &error) != SPARSEMED_OK) {
        snprintf(reason->message, sizeof reason->message, "%s", error.message);
    } else {
        object = H5Oopen(file, object_path, access);
        if (object < 0) {
            *reason = last_reason(); /* of a link behind this one */
        }
        if (object < 0 && !reason->found) {
            reason->is_missing = true;
            snprintf(reason->message, sizeof reason->message, "leads to %.500s, where %.200s cannot be found", path,
                     object_path);
        }
        H5Fclose(file); /* the object keeps it open */
    }
    free(path);
    return object;
}

/* Follow an external link in the place of HDF5, which would look for its file in more places, and open it for writing
 * where the file with the link is. */
static hid_t follow_link(const char *link, hid_t group, const void *value, size_t size, hid_t access, hid_t transfer) {
    (void)link, (void)transfer;
    static int n_links; /* that are being followed: each from within the one before */
    char parent[PATH_MAX] = "";
    const char *name, *object_path;
    hid_t object = H5I_INVALID_HID;
    struct reason reason = {.message = "a link is damaged"};
    if (n_links == MOST_LINKS) {
        strcpy(reason.message, "leads through too many links");
    } else if (H5Lunpack_elink_val(value, size, NULL, &name, &object_path) >= 0 &&
               H5Fget_name(group, parent, sizeof parent) >= 0) {
        n_links++;
        object = arrive(parent, name, object_path, access, &reason);
        n_links--;
    }
    if (object < 0) {
        H5Epush2(H5E_DEFAULT, __FILE__, reason_mark, __LINE__, H5E_ERR_CLS, H5E_LINK,
                 reason.is_missing ? H5E_NOTFOUND : H5E_CANTOPENFILE, "%s", reason.message);
    }
    return object;
}

enum sparsemed_status sm_links_start(struct sparsemed_error *error) {
    static const H5L_class_t external = {
        .version = H5L_LINK_CLASS_T_VERS,
        .id = H5L_TYPE_EXTERNAL,
        .comment = "external links within reach",
        .trav_func = follow_link,
    };
    return H5Lregister(&external) >= 0
               ? SPARSEMED_OK
               : sparsemed_fail(error, SPARSEMED_INTERNAL, "what files lead to cannot be checked");
}
