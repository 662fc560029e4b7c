#include "rtdc/hdf5/references.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "rtdc/files/path.h"

enum {
    MOST_DEPTH = 8,     /* of virtual datasets that lead to others */
    MOST_BLOCKS = 10000 /* of a source whose name has a number in it */
};

/* ---- where a name in a file leads to ---- */

/* Called with a path at which HDF5 may look for a file. Returns false to end the search. */
typedef bool visit_path(const char *path, void *data);

/* Visit a folder's file. The folder may begin with the word that HDF5 has for that of the file. */
static bool visit_below(const char *parent, const char *folder, const char *name, visit_path *visit, void *data) {
    static const char origin[] = "${ORIGIN}";
    bool beside = strncmp(folder, origin, strlen(origin)) == 0;
    const char *rest = folder + (beside ? strlen(origin) : 0);
    char *below = sm_path_join(*rest || !beside ? rest + (beside && *rest == '/') : ".", name);
    char *path = below && beside ? sm_path_beside(parent, below) : below;
    bool more = !path || visit(path, data);
    if (path != below) {
        free(path);
    }
    free(below);
    return more;
}

/* Visit all paths at which HDF5 may look for a file: below folders that a variable of the environment names, separated
 * by colons, beside the file that names it, or the one to which that leads as a link, and in the working folder.
 *
 * parent   the file that names it */
static bool visit_places(const char *parent, const char *name, const char *variable, visit_path *visit, void *data) {
    char *folders = strdup(getenv(variable) ? getenv(variable) : ""), *rest = folders;
    bool more = visit(name, data);
    for (char *folder = folders; folder && more; folder = rest) {
        folder = strsep(&rest, ":");
        more = !*folder || visit_below(parent, folder, name, visit, data);
    }
    free(folders);
    char *real = realpath(parent, NULL);
    const char *const files[] = {parent, real};
    for (int i = 0; i < 2 && more && *name != '/'; i++) {
        char *path = files[i] ? sm_path_beside(files[i], name) : NULL;
        more = !path || visit(path, data);
        free(path);
    }
    free(real);
    return more;
}

/* The same for an absolute name, too, which HDF5 looks for elsewhere where it is not there. */
static bool visit_candidates(const char *parent, const char *name, const char *variable, visit_path *visit,
                             void *data) {
    return visit_places(parent, name, variable, visit, data) &&
           (*name != '/' || visit_places(parent, sm_path_name(name), variable, visit, data));
}

/* Fails where a path leads to something else than a file; a folder does no harm. */
static bool is_harmless(const char *path, void *error) {
    struct stat info;
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) {
        sparsemed_fail(error, SPARSEMED_INPUT, "leads to %s, which is not a file", path);
        return false;
    }
    return true;
}

/* ---- external links ---- */

static herr_t check_link(const char *file, const char *group, const char *target, const char *object, unsigned *flags,
                         hid_t access, void *data) {
    (void)group, (void)object, (void)flags, (void)access, (void)data;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    if (visit_candidates(file, target, "HDF5_EXT_PREFIX", is_harmless, &error)) {
        return 0;
    }
    H5Epush2(H5E_DEFAULT, __FILE__, __func__, __LINE__, H5E_ERR_CLS, H5E_LINK, H5E_CANTOPENFILE, "%s", error.message);
    return -1;
}

enum sparsemed_status sm_references_start(struct sparsemed_error *error) {
    /* Calls that are told H5P_DEFAULT use these. */
    const hid_t lists[] = {H5P_LINK_ACCESS_DEFAULT, H5P_DATASET_ACCESS_DEFAULT, H5P_GROUP_ACCESS_DEFAULT,
                           H5P_DATATYPE_ACCESS_DEFAULT};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (H5Pset_elink_cb(lists[i], check_link, NULL) < 0) {
            return sparsemed_fail(error, SPARSEMED_INTERNAL, "external links cannot be checked");
        }
    }
    return SPARSEMED_OK;
}

/* ---- external storage ---- */

static enum sparsemed_status check_storage(hid_t creation, const char *file, struct sparsemed_error *error) {
    int n = H5Pget_external_count(creation);
    for (int i = 0; i < n && error->status == SPARSEMED_OK; i++) {
        char name[PATH_MAX] = "";
        off_t offset;
        hsize_t size;
        if (H5Pget_external(creation, (unsigned)i, sizeof name - 1, name, &offset, &size) >= 0) {
            visit_candidates(file, name, "HDF5_EXTFILE_PREFIX", is_harmless, error);
        }
    }
    return error->status;
}

/* ---- virtual datasets ---- */

static enum sparsemed_status check_dataset(hid_t dataset, int depth, struct sparsemed_error *error);

/* A dataset that a virtual one reads from. */
struct source {
    const char *dataset;
    int depth;
    bool is_there; /* some file of its name */
    struct sparsemed_error *error;
};

static void check_in_file(hid_t file, const struct source *source) {
    hid_t dataset = file >= 0 ? H5Dopen2(file, source->dataset, H5P_DEFAULT) : H5I_INVALID_HID;
    if (dataset >= 0) {
        check_dataset(dataset, source->depth + 1, source->error);
        H5Dclose(dataset);
    }
}

static bool check_source_file(const char *path, void *data) {
    struct source *source = data;
    struct stat info;
    if (!is_harmless(path, source->error)) {
        return false;
    }
    if (stat(path, &info) == 0 && S_ISREG(info.st_mode)) {
        hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
        source->is_there = true;
        check_in_file(file, source);
        if (file >= 0) {
            H5Fclose(file);
        }
    }
    return source->error->status == SPARSEMED_OK;
}

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

static void check_source(const char *file, const char *pattern, const char *dataset_pattern, int depth,
                         struct sparsemed_error *error) {
    char name[PATH_MAX + 64], dataset[PATH_MAX + 64];
    bool more = true;
    for (unsigned i = 0; more && i < MOST_BLOCKS && error->status == SPARSEMED_OK; i++) {
        struct source source = {.dataset = dataset, .depth = depth, .error = error};
        number_name(dataset_pattern, i, dataset, sizeof dataset);
        more = number_name(pattern, i, name, sizeof name);
        visit_candidates(file, name, "HDF5_VDS_PREFIX", check_source_file, &source);
        more = more && source.is_there;
    }
}

static enum sparsemed_status check_sources(hid_t dataset, hid_t creation, const char *file, int depth,
                                           struct sparsemed_error *error) {
    size_t n = 0;
    if (depth >= MOST_DEPTH) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "leads through too many virtual datasets");
    }
    H5Pget_virtual_count(creation, &n);
    for (size_t i = 0; i < n && error->status == SPARSEMED_OK; i++) {
        char name[PATH_MAX], source_dataset[PATH_MAX];
        if (H5Pget_virtual_filename(creation, i, name, sizeof name) < 0 ||
            H5Pget_virtual_dsetname(creation, i, source_dataset, sizeof source_dataset) < 0) {
            return sparsemed_fail(error, SPARSEMED_INPUT, "its sources cannot be told");
        }
        if (strcmp(name, ".") == 0) {
            const struct source source = {.dataset = source_dataset, .depth = depth, .error = error};
            hid_t same_file = H5Iget_file_id(dataset);
            check_in_file(same_file, &source);
            H5Idec_ref(same_file);
        } else {
            check_source(file, name, source_dataset, depth, error);
        }
    }
    return error->status;
}

static enum sparsemed_status check_dataset(hid_t dataset, int depth, struct sparsemed_error *error) {
    hid_t creation = H5Dget_create_plist(dataset);
    char file[PATH_MAX] = "";
    H5Fget_name(dataset, file, sizeof file);
    if (check_storage(creation, file, error) == SPARSEMED_OK && H5Pget_layout(creation) == H5D_VIRTUAL) {
        check_sources(dataset, creation, file, depth, error);
    }
    H5Pclose(creation);
    return error->status;
}

enum sparsemed_status sm_references_check(hid_t dataset, struct sparsemed_error *error) {
    return check_dataset(dataset, 0, error);
}
