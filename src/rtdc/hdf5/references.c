#include "rtdc/hdf5/references.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/numbers.h"
#include "rtdc/files/path.h"
#include "rtdc/files/reach.h"

enum {
    MOST_LINKS = 16,     /* that lead to links */
    MOST_DEPTH = 8,      /* of virtual datasets that lead to others */
    MOST_BLOCKS = 100000 /* of a source whose name has a number in it */
};

/* ---- where a name in a file leads to ---- */

/* Whether there is something that is no folder. */
static bool is_there(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && !S_ISDIR(info.st_mode);
}

/* The path at which HDF5 finds a file: as an absolute one says, else by its last part or a relative name beside the
 * file that names it, in the working folder, and beside that to which the file leads as a link. Where it is nowhere,
 * the first. NULL where memory is out. To be released with free.
 *
 * parent   the file that names it */
static char *locate(const char *parent, const char *name) {
    bool absolute = *name == '/';
    const char *relative = absolute ? sm_path_name(name) : name;
    char *real = realpath(parent, NULL);
    char *places[] = {absolute ? strdup(name) : NULL, sm_path_beside(parent, relative), strdup(relative),
                      real ? sm_path_beside(real, relative) : NULL};
    enum { N_PLACES = sizeof places / sizeof *places };
    int found = 0;
    while (found < N_PLACES && !(places[found] && is_there(places[found]))) {
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

/* Pass to a file, or say that it is missing. */
static enum sparsemed_status pass(const char *parent, const char *path, struct sparsemed_error *error) {
    if (!path) {
        return sparsemed_fail_memory(error, "looking at what a file leads to");
    }
    if (!is_there(path)) {
        sm_reach_miss(path);
        return sparsemed_fail(error, SPARSEMED_INPUT, "leads to %s, which is missing", path);
    }
    return sm_reach_pass(parent, path, SM_BY_LINK, error);
}

/* Open a file that another one leads to. */
static enum sparsemed_status enter(const char *parent, const char *path, hid_t *file, struct sparsemed_error *error) {
    *file = H5I_INVALID_HID;
    if (pass(parent, path, error) != SPARSEMED_OK) {
        return error->status;
    }
    *file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
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

bool sm_references_refused(struct sparsemed_error *error) {
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
    char *path = locate(parent, name);
    hid_t object = H5I_INVALID_HID, file;
    *reason = (struct reason){0};
    if (enter(parent, path, &file, &error) != SPARSEMED_OK) {
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

enum sparsemed_status sm_references_start(struct sparsemed_error *error) {
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

/* ---- external storage ---- */

/* Check one file of the storage.
 *
 * n_bytes   from its offset on, that are read of it */
static enum sparsemed_status check_segment(const char *file, const char *name, off_t offset, uint64_t n_bytes,
                                           struct sparsemed_error *error) {
    char *path = *name == '/' ? strdup(name) : sm_path_beside(file, name);
    struct stat info;
    if (pass(file, path, error) == SPARSEMED_OK && stat(path, &info) == 0 &&
        (offset < 0 || (uint64_t)info.st_size < (uint64_t)offset || (uint64_t)(info.st_size - offset) < n_bytes)) {
        sm_reach_miss(path);
        sparsemed_fail(error, SPARSEMED_INPUT, "leads to %s, which ends before the values that should be in it", path);
    }
    free(path);
    return error->status;
}

static enum sparsemed_status check_storage(hid_t dataset, hid_t creation, const char *file,
                                           struct sparsemed_error *error) {
    int n = H5Pget_external_count(creation);
    if (n <= 0) {
        return SPARSEMED_OK;
    }
    hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    uint64_t left = (uint64_t)H5Sget_simple_extent_npoints(space) * H5Tget_size(type);
    H5Sclose(space);
    H5Tclose(type);
    for (int i = 0; i < n && error->status == SPARSEMED_OK; i++) {
        char name[PATH_MAX] = "";
        off_t offset;
        hsize_t size;
        if (H5Pget_external(creation, (unsigned)i, sizeof name - 1, name, &offset, &size) < 0) {
            return sparsemed_fail(error, SPARSEMED_INPUT, "its external storage cannot be told");
        }
        uint64_t n_bytes = sm_min(left, size);
        check_segment(file, name, offset, n_bytes, error);
        left -= n_bytes;
    }
    return error->status;
}

/* ---- virtual datasets ---- */

/* A file with a virtual dataset. */
struct place {
    hid_t file;
    const char *path;
    int depth; /* virtual datasets that have led there, this one included */
};

static enum sparsemed_status check_dataset(hid_t dataset, int depth, struct sparsemed_error *error);

/* Put a number in the place of "%b", and "%" in that of "%%". Returns whether there was a "%b". */
static bool number_name(const char *pattern, unsigned number, char *name, size_t size) {
    bool numbered = false;
    size_t length = 0;
    for (const char *at = pattern; *at && length + 24 < size; at++) {
        bool is_number = at[0] == '%' && at[1] == 'b';
        if (is_number) {
            length += (size_t)sprintf(name + length, "%u", number);
        } else {
            name[length++] = *at;
        }
        at += is_number || (at[0] == '%' && at[1] == '%');
        numbered = numbered || is_number;
    }
    name[length] = '\0';
    return numbered;
}

/* Whether a file has a link of this name, as far as that can be told. */
static bool has_link(hid_t file, const char *name) {
    return strcmp(name, "/") == 0 || H5Lexists(file, name, H5P_DEFAULT) > 0;
}

/* Check a source in an open file.
 *
 * path   of the file, for messages */
static enum sparsemed_status check_in_file(hid_t file, const char *path, const char *name, int depth,
                                           struct sparsemed_error *error) {
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    if (dataset >= 0) {
        check_dataset(dataset, depth, error);
        H5Dclose(dataset);
    } else if (!sm_references_refused(error)) {
        sm_reach_miss(path);
        sparsemed_fail(error, SPARSEMED_INPUT, "leads to %.500s, where %.200s is missing", path, name);
    }
    return error->status;
}

/* Check a source.
 *
 * name      of its file; "." is that of the virtual dataset
 * missing   may be NULL: it must be there; else receives whether it is missing */
static enum sparsemed_status check_source(const struct place *from, const char *name, const char *dataset,
                                          bool *missing, struct sparsemed_error *error) {
    bool same_file = strcmp(name, ".") == 0;
    char *path = same_file ? strdup(from->path) : locate(from->path, name);
    hid_t file = from->file;
    bool skip = missing && path && !same_file && !is_there(path);
    if (!skip && (same_file || enter(from->path, path, &file, error) == SPARSEMED_OK)) {
        skip = missing && !has_link(file, dataset);
        if (!skip) {
            check_in_file(file, path, dataset, from->depth, error);
        }
        if (!same_file) {
            H5Fclose(file);
        }
    }
    if (missing) {
        *missing = skip;
    }
    free(path);
    return error->status;
}

/* Check the source of a mapping, or all of them where it has a number in its name: the first that is missing is the
 * end. */
static enum sparsemed_status check_mapping(const struct place *from, const char *pattern, const char *dataset_pattern,
                                           struct sparsemed_error *error) {
    char name[PATH_MAX + 64], dataset[PATH_MAX + 64];
    bool numbered = true, missing = false;
    for (unsigned i = 0; numbered && !missing && error->status == SPARSEMED_OK; i++) {
        if (i == MOST_BLOCKS) {
            return sparsemed_fail(error, SPARSEMED_INPUT, "leads to more than %d files", MOST_BLOCKS);
        }
        numbered = number_name(dataset_pattern, i, dataset, sizeof dataset);
        numbered = number_name(pattern, i, name, sizeof name) || numbered;
        check_source(from, name, dataset, i > 0 ? &missing : NULL, error);
    }
    return error->status;
}

static enum sparsemed_status check_sources(hid_t dataset, hid_t creation, const char *path, int depth,
                                           struct sparsemed_error *error) {
    size_t n = 0;
    if (depth >= MOST_DEPTH) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "leads through too many virtual datasets");
    }
    const struct place place = {H5Iget_file_id(dataset), path, depth + 1};
    H5Pget_virtual_count(creation, &n);
    for (size_t i = 0; i < n && error->status == SPARSEMED_OK; i++) {
        char name[PATH_MAX], source_dataset[PATH_MAX];
        if (H5Pget_virtual_filename(creation, i, name, sizeof name) < 0 ||
            H5Pget_virtual_dsetname(creation, i, source_dataset, sizeof source_dataset) < 0) {
            sparsemed_fail(error, SPARSEMED_INPUT, "its sources cannot be told");
        } else {
            check_mapping(&place, name, source_dataset, error);
        }
    }
    H5Idec_ref(place.file);
    return error->status;
}

static enum sparsemed_status check_dataset(hid_t dataset, int depth, struct sparsemed_error *error) {
    hid_t creation = H5Dget_create_plist(dataset);
    char file[PATH_MAX] = "";
    H5Fget_name(dataset, file, sizeof file);
    if (check_storage(dataset, creation, file, error) == SPARSEMED_OK && H5Pget_layout(creation) == H5D_VIRTUAL) {
        check_sources(dataset, creation, file, depth, error);
    }
    H5Pclose(creation);
    return error->status;
}

enum sparsemed_status sm_references_check(hid_t dataset, struct sparsemed_error *error) {
    return check_dataset(dataset, 0, error);
}
