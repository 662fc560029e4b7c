#include "rtdc/hdf5/hdf5.h"

#include <assert.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rtdc/files/path.h"
#include "rtdc/filters/filters.h"
#include "rtdc/hdf5/changed_calls.h"
#include "rtdc/hdf5/file_driver.h"
#include "rtdc/hdf5/links.h"
#include "rtdc/hdf5/references.h"

enum sparsemed_status sm_hdf5_start(struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return sm_file_driver_start(error) == SPARSEMED_OK && sm_links_start(error) == SPARSEMED_OK
               ? sm_filters_register(error)
               : error->status;
}

/* Open a file by its descriptor. The path may be of any length, also that of the current folder. */
static hid_t open_file(int descriptor, struct sm_memory_file *memory, const char *path, unsigned flags) {
    char current[1024]; /* HDF5 has no room for more, and falls over that later */
    char *absolute = *path != '/' && !getcwd(current, sizeof current) ? sm_path_join("/proc/self/cwd", path) : NULL;
    hid_t file = sm_file_driver_open(descriptor, memory, absolute ? absolute : path, flags);
    free(absolute);
    return file;
}

enum sparsemed_status sm_hdf5_open_opened(int descriptor, struct sm_memory_file *memory, const char *path, hid_t *file,
                                          struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *file = open_file(descriptor, memory, path, H5F_ACC_RDONLY);
    return *file >= 0 ? SPARSEMED_OK
                      : sm_fail_hdf5(error, SPARSEMED_INPUT, "%s: is not an HDF5 file, or damaged", path);
}

enum sparsemed_status sm_hdf5_open(const char *path, hid_t *file, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    int descriptor;
    *file = H5I_INVALID_HID;
    if (sm_path_open(path, &descriptor, error) != SPARSEMED_OK) {
        return error->status;
    }
    sm_hdf5_open_opened(descriptor, NULL, path, file, error);
    close(descriptor);
    return error->status;
}

hid_t sm_hdf5_open_workpiece(const struct sm_workpiece *workpiece, unsigned flags) {
    return open_file(workpiece->descriptor, workpiece->memory, workpiece->path, flags);
}

/* Bytes by which a file in memory grows at least, all of which HDF5 clears; most are for one chunk. */
enum { MEMORY_GROWTH = 1 << 16 };

hid_t sm_hdf5_create_in_memory(void) {
    static unsigned n_created; /* HDF5 wants every open file to have a name of its own */
    char name[32];
    snprintf(name, sizeof name, "/sparsemed-memory-%u", n_created++); /* see sm_hdf5_open_descriptor */
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_core(access, MEMORY_GROWTH, false);
    H5Pset_libver_bounds(access, SM_FORMAT_LEAST, H5F_LIBVER_LATEST);
    hid_t file = H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    sm_hdf5_release(access);
    return file;
}

enum sparsemed_status sm_hdf5_open_dataset(hid_t file, const char *file_name, const char *path, hid_t *dataset,
                                           struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *dataset = H5Dopen2(file, path, H5P_DEFAULT);
    if (*dataset < 0 && !sm_links_refused(error)) {
        return sm_fail_hdf5(error, SPARSEMED_INPUT, "%s: has no dataset %s", file_name, path);
    }
    return error->status == SPARSEMED_OK && sm_references_check(*dataset, error) == SPARSEMED_OK
               ? SPARSEMED_OK
               : sparsemed_fail_where(error, "%s: %s", file_name, path);
}

/* What the error stack tells. */
struct reason {
    char innermost[SPARSEMED_MESSAGE_SIZE];
    bool unknown; /* something in the file has a version, or is of a kind, that HDF5 does not know */
};

/* The innermost message is where HDF5 starts its walk upward. */
static herr_t take_in(unsigned depth, const H5E_error2_t *record, void *data) {
    struct reason *reason = data;
    if (depth == 0) {
        snprintf(reason->innermost, sizeof reason->innermost, "%s", record->desc);
    }
    reason->unknown = reason->unknown || strstr(record->desc, "version") || strstr(record->desc, "unknown");
    return 0;
}

enum sparsemed_status sm_fail_hdf5(struct sparsemed_error *error, enum sparsemed_status status, const char *format,
                                   ...) {
    char *message = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&message, format, arguments);
    va_end(arguments);
    if (length < 0) {
        return sparsemed_fail_memory(error, "telling what is wrong with a file");
    }
    struct reason reason = {"", false};
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_in, &reason);
    if (reason.unknown) {
        unsigned major = 0, minor = 0, release = 0;
        H5get_libversion(&major, &minor, &release);
        sparsemed_fail(error, status,
                       "%s (%s: this needs a newer HDF5 than the program has, %u.%u.%u, or the file is damaged)",
                       message, reason.innermost, major, minor, release);
    } else if (*reason.innermost) {
        sparsemed_fail(error, status, "%s (%s)", message, reason.innermost);
    } else {
        sparsemed_fail(error, status, "%s", message);
    }
    free(message);
    return status;
}

void sm_hdf5_release(hid_t object) {
    if (object >= 0) {
        H5Idec_ref(object);
    }
}

bool sm_hdf5_close(hid_t object) {
    return object >= 0 && H5Idec_ref(object) >= 0;
}

/* ---- what is there ---- */

static enum sparsemed_status fail_damaged(struct sparsemed_error *error, const char *what) {
    return sm_fail_hdf5(error, SPARSEMED_INPUT, "%.200s cannot be looked up: the file is damaged", what);
}

/* Stops a walk at the link that is looked for. */
static herr_t is_sought(hid_t group, const char *name, const H5L_info_t *info, void *sought) {
    (void)group;
    (void)info;
    return strcmp(name, sought) == 0;
}

/* Whether a group has a link. A search goes astray in a damaged index, and then HDF5 says that there is none: so it
 * must not be met on a walk along all of them either. */
static enum sparsemed_status find_link(hid_t group, const char *name, bool *found, struct sparsemed_error *error) {
    htri_t exists = H5Lexists(group, name, H5P_DEFAULT);
    *found = exists > 0;
    if (exists == 0 &&
        H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, is_sought, (void *)(uintptr_t)name) == 0) {
        return SPARSEMED_OK;
    }
    return exists > 0 ? SPARSEMED_OK : fail_damaged(error, name);
}

enum sparsemed_status sm_hdf5_open_link(hid_t group, const char *name, hid_t *object, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    H5L_info_t info;
    *object = H5Oopen(group, name, H5P_DEFAULT);
    if (*object >= 0) {
        return SPARSEMED_OK;
    }
    if (sm_links_refused(error)) {
        return sparsemed_fail_where(error, "%.200s", name);
    }
    struct sparsemed_error failure = SPARSEMED_NO_ERROR;
    fail_damaged(&failure, name); /* for the reason, which the next call forgets */
    /* A link by name may lead nowhere, and one to another file; the others lead to an object. */
    if (H5Lget_info(group, name, &info, H5P_DEFAULT) < 0 || info.type == H5L_TYPE_HARD ||
        (info.type == H5L_TYPE_SOFT && H5Oexists_by_name(group, name, H5P_DEFAULT) != 0)) {
        *error = failure;
    }
    return error->status;
}

/* Follow the links of a path.
 *
 * parts    changed
 * object   receives what the path leads to; invalid where a link is missing or leads nowhere */
static enum sparsemed_status follow(hid_t location, char *parts, hid_t *object, struct sparsemed_error *error) {
    char *rest = NULL;
    *object = location;
    H5Iinc_ref(location);
    for (char *name = strtok_r(parts, "/", &rest); name && *object >= 0; name = strtok_r(NULL, "/", &rest)) {
        if (strcmp(name, ".") == 0) {
            continue;
        }
        hid_t group = *object;
        bool found = false;
        *object = H5I_INVALID_HID;
        bool is_group = H5Iget_type(group) == H5I_GROUP || H5Iget_type(group) == H5I_FILE;
        if (is_group && find_link(group, name, &found, error) == SPARSEMED_OK && found) {
            sm_hdf5_open_link(group, name, object, error);
        }
        sm_hdf5_release(group);
    }
    return error->status;
}

enum sparsemed_status sm_hdf5_open_group(hid_t location, const char *path, hid_t *group,
                                         struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *group = H5I_INVALID_HID;
    if (!*path || H5Iis_valid(location) <= 0) {
        return SPARSEMED_OK;
    }
    char *parts = strdup(path);
    if (!parts) {
        return sparsemed_fail_memory(error, "looking into a file");
    }
    follow(location, parts, group, error);
    free(parts);
    if (*group >= 0 && H5Iget_type(*group) != H5I_GROUP && H5Iget_type(*group) != H5I_FILE) {
        sm_hdf5_release(*group);
        *group = H5I_INVALID_HID;
    }
    return error->status;
}

enum sparsemed_status sm_hdf5_find(hid_t location, const char *group, const char *name, bool *found,
                                   struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    hid_t opened;
    const char *last = strrchr(name, '/');
    *found = false;
    if (last) { /* a name that leads through further groups */
        char path[SPARSEMED_MESSAGE_SIZE];
        int length = snprintf(path, sizeof path, "%s/%.*s", group, (int)(last - name), name);
        return length < (int)sizeof path ? sm_hdf5_find(location, path, last + 1, found, error) : SPARSEMED_OK;
    }
    if (sm_hdf5_open_group(location, group, &opened, error) == SPARSEMED_OK && opened >= 0 && *name) {
        find_link(opened, name, found, error);
    }
    sm_hdf5_release(opened);
    return error->status == SPARSEMED_OK || strcmp(group, ".") == 0 ? error->status
                                                                    : sparsemed_fail_where(error, "%s", group);
}

bool sm_hdf5_has(hid_t location, const char *group, const char *name) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    bool found;
    return sm_hdf5_find(location, group, name, &found, &ignored) == SPARSEMED_OK && found;
}

enum sparsemed_status sm_hdf5_walk(hid_t location, const char *group, H5L_iterate_t visit, void *data,
                                   struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    hid_t opened;
    if (sm_hdf5_open_group(location, group, &opened, error) == SPARSEMED_OK && opened >= 0 &&
        H5Literate(opened, H5_INDEX_NAME, H5_ITER_INC, NULL, visit, data) < 0) {
        sm_fail_hdf5(error, SPARSEMED_INPUT, "what it holds cannot be listed: the file is damaged");
    }
    sm_hdf5_release(opened);
    return error->status == SPARSEMED_OK ? SPARSEMED_OK : sparsemed_fail_where(error, "%s", group);
}

bool sm_hdf5_count_bytes(hid_t type, hid_t space, size_t *n_bytes) {
    hsize_t extent[H5S_MAX_RANK];
    bool fits = true;
    int rank = H5Sget_simple_extent_dims(space, extent, NULL);
    /* Not by H5Sget_simple_extent_npoints, which does not tell of an overflow. */
    *n_bytes = rank >= 0 && H5Sget_simple_extent_type(space) != H5S_NULL ? H5Tget_size(type) : 0;
    for (int i = 0; i < rank; i++) {
        if (extent[i] == 0) {
            *n_bytes = 0;
            return true;
        }
        fits = fits && !__builtin_mul_overflow(*n_bytes, extent[i], n_bytes);
    }
    return fits && *n_bytes <= INT_MAX;
}

/* Encode something, and decode that. */
static hid_t detach(hid_t object, herr_t (*encode)(hid_t, void *, size_t *), hid_t (*decode)(const void *, size_t)) {
    size_t n_bytes = 0;
    if (encode(object, NULL, &n_bytes) < 0) {
        return H5I_INVALID_HID;
    }
    void *encoded = malloc(n_bytes);
    hid_t detached = encoded && encode(object, encoded, &n_bytes) >= 0 ? decode(encoded, n_bytes) : H5I_INVALID_HID;
    free(encoded);
    return detached;
}

static hid_t decode_space(const void *bytes, size_t n_bytes) {
    (void)n_bytes;
    return H5Sdecode(bytes);
}

hid_t sm_hdf5_detached_type(hid_t type) {
    return detach(type, H5Tencode, sm_hdf5_decode_type);
}

hid_t sm_hdf5_detached_space(hid_t space) {
    return detach(space, sm_hdf5_encode_space, decode_space);
}

hid_t sm_hdf5_require_group(hid_t location, const char *name) {
    return H5Lexists(location, name, H5P_DEFAULT) > 0
               ? H5Gopen2(location, name, H5P_DEFAULT)
               : H5Gcreate2(location, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
}
