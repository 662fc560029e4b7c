#include "rtdc/basin_walk.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rtdc/files/path.h"
#include "rtdc/files/reach.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/identifier.h"

/* The station in whose file the walk still is, or NULL. */
static const struct sm_station *find_passed(const struct sm_station *station, const char *path) {
    while (station && !(station->file >= 0 && sm_path_same(station->path, path))) {
        station = station->from;
    }
    return station;
}

/* Whether an open file is the measurement that a definition means. */
static enum sparsemed_status check_identifier(hid_t file, const char *path, const struct sm_basin *basin,
                                              struct sparsemed_error *error) {
    const char *expected = basin->identifier;
    char *found = NULL;
    if (expected && sm_measurement_identifier_read(file, &found, error) != SPARSEMED_OK) {
        return sparsemed_fail_where(error, "%s", path);
    }
    if (expected && (!found || strcmp(found, expected) != 0)) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: is another measurement: its identifier is %.200s instead of %.200s",
                       path, found ? found : "missing", expected);
    }
    free(found);
    return error->status;
}

/* Open the file of a station, to be closed with H5Fclose; it stays invalid after a failure. */
static enum sparsemed_status enter(struct sm_walk *walk, const struct sm_basin *basin, struct sm_station *station,
                                   struct sparsemed_error *error) {
    if (station->depth > SM_BASIN_MAX_DEPTH || ++walk->n_files > SM_BASIN_MAX_FILES) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "%s: the basins lead through too many files", station->origin);
    }
    if (sm_reach_pass(station->from->path, station->path, SM_BY_BASIN, error) != SPARSEMED_OK) {
        walk->out_of_reach = true;
        return sparsemed_fail_where(error, "%s", station->from->origin);
    }
    struct sparsemed_error reason = SPARSEMED_NO_ERROR;
    if (sm_hdf5_open(station->path, &station->file, &reason) == SPARSEMED_OK &&
        check_identifier(station->file, station->path, basin, &reason) != SPARSEMED_OK) {
        H5Fclose(station->file);
        station->file = H5I_INVALID_HID;
    }
    if (reason.status != SPARSEMED_OK) {
        sm_reach_miss(station->path);
        return sparsemed_fail(error, reason.status, "%s -> %s", station->from->origin, reason.message);
    }
    return SPARSEMED_OK;
}

/* Returns whether the path is the one. */
static bool try_path(struct sm_walk *walk, const struct sm_station *from, const struct sm_basin *basin,
                     const char *path, struct sparsemed_error *error) {
    char origin[SPARSEMED_MESSAGE_SIZE / 2];
    snprintf(origin, sizeof origin, "%s -> %s", from->origin, path);
    struct sm_station station = {from, H5I_INVALID_HID, path, origin, from->depth + 1};
    const struct sm_station *passed = find_passed(from, path);
    if (passed && walk->any_file) {
        return check_identifier(passed->file, path, basin, error) == SPARSEMED_OK;
    }
    if (passed) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: the basins lead in a circle", origin);
        return false;
    }
    if (enter(walk, basin, &station, error) != SPARSEMED_OK) {
        return false;
    }
    bool arrived = walk->arrive(walk, &station, basin, error);
    H5Fclose(station.file);
    return arrived;
}

/* ---- files that were moved ---- */

/* The identifier of a station's measurement, to be released with free; NULL where it has none. */
static enum sparsemed_status read_identifier(const struct sm_station *station, char **identifier,
                                             struct sparsemed_error *error) {
    hid_t file = station->file;
    *identifier = NULL;
    if (file >= 0 || sm_hdf5_open(station->path, &file, error) == SPARSEMED_OK) {
        sm_measurement_identifier_read(file, identifier, error);
    }
    if (station->file < 0 && file >= 0) {
        H5Fclose(file);
    }
    return error->status;
}

/* Whether a file that no path leads to is of the measurement that a definition belongs to: one of a part of its events
 * has an identifier that begins as that of the whole. What has no identifier may be, unless certainty is asked for. */
static bool is_related(const struct sm_station *from, const struct sm_basin *basin, const char *path, bool certain) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    const struct sm_station beside = {from, H5I_INVALID_HID, path, path, 0};
    char *own = NULL, *other = NULL;
    bool related =
        read_identifier(from, &own, &ignored) == SPARSEMED_OK &&
        read_identifier(&beside, &other, &ignored) == SPARSEMED_OK &&
        (!own || !other ? !certain : (basin->map ? strncmp(own, other, strlen(other)) : strcmp(own, other)) == 0);
    free(other);
    free(own);
    return related;
}

/* The path that a file has beside the one with the definition. NULL where there is no such file, or the path of the
 * definition leads to it, or memory is out. To be released with free. */
static char *find_moved(const struct sm_station *from, const char *path) {
    char *beside = sm_path_referred(from->path, sm_path_name(path)), *recorded = sm_path_referred(from->path, path);
    bool other = beside && recorded && strcmp(beside, recorded) != 0 && !sm_path_same(beside, recorded);
    if (other && access(beside, F_OK) != 0) {
        sm_reach_miss(beside);
        other = false;
    }
    free(recorded);
    if (!other) {
        free(beside);
    }
    return other ? beside : NULL;
}

static bool follow_moved(struct sm_walk *walk, const struct sm_station *from, const struct sm_basin *basin) {
    bool arrived = false;
    for (size_t i = 0; i < basin->n_paths && !arrived; i++) {
        struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
        char *path = find_moved(from, basin->paths[i]);
        arrived = path && sm_reach_pass(from->path, path, SM_BY_BASIN, &ignored) == SPARSEMED_OK &&
                  is_related(from, basin, path, walk->certain && !basin->identifier) &&
                  try_path(walk, from, basin, path, &ignored);
        free(path);
    }
    return arrived;
}

/* ---- files that are somewhere else ---- */

/* What is looked for. */
struct quest {
    struct sm_walk *walk;
    const struct sm_station *from;
    const struct sm_basin *basin;
    bool arrived;
};

/* Whether a file is the measurement that a definition means, as identifiers tell. */
static bool is_the_one(const struct quest *quest, const char *path) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    hid_t file;
    if (!quest->basin->identifier) {
        return is_related(quest->from, quest->basin, path, true);
    }
    bool is_it = sm_hdf5_open(path, &file, &ignored) == SPARSEMED_OK;
    if (is_it) {
        is_it = check_identifier(file, path, quest->basin, &ignored) == SPARSEMED_OK;
        H5Fclose(file);
    }
    return is_it;
}

/* Try a file of the name. Returns whether to end. */
static bool try_candidate(const char *path, void *data) {
    struct quest *quest = data;
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    if (++quest->walk->n_tried > SM_BASIN_MAX_TRIED) {
        return true;
    }
    quest->arrived = sm_reach_pass(quest->from->path, path, SM_BY_BASIN, &ignored) == SPARSEMED_OK &&
                     is_the_one(quest, path) && try_path(quest->walk, quest->from, quest->basin, path, &ignored);
    return quest->arrived;
}

/* Whether an earlier path of the definition has the same name. */
static bool was_sought(const struct sm_basin *basin, size_t i) {
    size_t k = 0;
    while (k < i && strcmp(sm_path_name(basin->paths[k]), sm_path_name(basin->paths[i])) != 0) {
        k++;
    }
    return k < i;
}

static bool follow_elsewhere(struct sm_walk *walk, const struct sm_station *from, const struct sm_basin *basin) {
    struct quest quest = {walk, from, basin, false};
    for (size_t i = 0; i < basin->n_paths && !quest.arrived; i++) {
        if (!was_sought(basin, i)) {
            sm_moved_files_visit(sm_reach_moved(), basin->paths[i], try_candidate, &quest);
        }
    }
    return quest.arrived;
}

bool sm_walk_follow(struct sm_walk *walk, const struct sm_station *from, const struct sm_basin *basin,
                    struct sparsemed_error *error) {
    assert(basin->type == SM_BASIN_FILE && error->status == SPARSEMED_OK);
    bool arrived = false;
    for (size_t i = 0; i < basin->n_paths && !arrived; i++) {
        char *path = sm_path_referred(from->path, basin->paths[i]);
        struct sparsemed_error failure = SPARSEMED_NO_ERROR;
        arrived = path && try_path(walk, from, basin, path, &failure);
        if (error->status == SPARSEMED_OK) {
            *error = failure;
        }
        free(path);
    }
    arrived = arrived || follow_moved(walk, from, basin) || follow_elsewhere(walk, from, basin);
    if (arrived) {
        *error = SPARSEMED_NO_ERROR;
    }
    return arrived;
}
