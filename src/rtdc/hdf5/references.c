#include "rtdc/hdf5/references.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/numbers.h"
#include "rtdc/files/path.h"
#include "rtdc/files/reach.h"
#include "rtdc/hdf5/links.h"

enum {
    MOST_DEPTH = 8,      /* of virtual datasets that lead to others */
    MOST_BLOCKS = 100000 /* of a source whose name has a number in it */
};

/* ---- external storage ---- */

/* Check one file of the storage.
 *
 * n_bytes   from its offset on, that are read of it */
static enum sparsemed_status check_segment(const char *file, const char *name, off_t offset, uint64_t n_bytes,
                                           struct sparsemed_error *error) {
    char *path = *name == '/' ? strdup(name) : sm_path_beside(file, name);
    struct stat info;
    if (sm_link_pass(file, path, error) == SPARSEMED_OK && stat(path, &info) == 0 &&
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
    } else if (!sm_links_refused(error)) {
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
    char *path = same_file ? strdup(from->path) : sm_link_locate(from->path, name);
    hid_t file = from->file;
    bool skip = missing && path && !same_file && !sm_link_is_there(path);
    if (!skip && (same_file || sm_link_enter(from->path, path, &file, error) == SPARSEMED_OK)) {
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

/* Whether a dataset that was created so has all its values in its own file. */
static bool is_own(hid_t creation) {
    return H5Pget_layout(creation) != H5D_VIRTUAL && H5Pget_external_count(creation) == 0;
}

static enum sparsemed_status check_dataset(hid_t dataset, int depth, struct sparsemed_error *error) {
    hid_t creation = H5Dget_create_plist(dataset);
    if (!is_own(creation)) {
        char file[PATH_MAX] = "";
        H5Fget_name(dataset, file, sizeof file);
        if (check_storage(dataset, creation, file, error) == SPARSEMED_OK && H5Pget_layout(creation) == H5D_VIRTUAL) {
            check_sources(dataset, creation, file, depth, error);
        }
    }
    H5Pclose(creation);
    return error->status;
}

enum sparsemed_status sm_references_check(hid_t dataset, struct sparsemed_error *error) {
    return check_dataset(dataset, 0, error);
}

bool sm_references_none(hid_t dataset) {
    hid_t creation = H5Dget_create_plist(dataset);
    bool none = is_own(creation);
    H5Pclose(creation);
    return none;
}
