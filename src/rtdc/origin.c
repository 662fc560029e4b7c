#include "rtdc/origin.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/files/path.h"
#include "rtdc/files/surrogates.h"
#include "rtdc/hdf5/attributes.h"
#include "rtdc/layout.h"

bool sm_origin_is_measurement(const struct sm_origin *origin) {
    return !origin->options->dataset && !origin->is_array;
}

const char *sm_origin_time_file(const struct sm_origin *origin) {
    return origin->is_array ? origin->options->time : NULL;
}

/* Whether there is nothing to note. */
static bool is_plain(const struct sm_origin *origin) {
    const struct sm_input_options *options = origin->options;
    return sm_origin_is_measurement(origin) && !options->time && options->frame_rate == 0 &&
           !sm_input_is_sliced(options);
}

/* ---- writing ---- */

/* The real path of a file, and the one from an output. NULL where memory is out. */
static json_t *paths_of(const char *real_path, const char *output_path) {
    assert(real_path);
    char *relative = sm_path_relative(real_path, output_path);
    json_t *paths = relative ? json_pack("[oo]", sm_json_from_bytes(real_path), sm_json_from_bytes(relative)) : NULL;
    free(relative);
    return paths;
}

/* The same for the file of the time stamps. */
static json_t *paths_of_times(const char *path, const char *output_path) {
    char *real_path = realpath(path, NULL);
    json_t *paths = real_path ? paths_of(real_path, output_path) : NULL;
    free(real_path);
    return paths;
}

/* NULL where memory is out. */
static json_t *make_note(const struct sm_origin *origin, const char *output_path, bool copy) {
    const struct sm_input_options *options = origin->options;
    json_t *note = json_pack("{so}", SM_SOURCE_PATHS, paths_of(origin->real_path, output_path));
    bool complete = note;
    if (complete && copy) {
        complete = json_object_set_new(note, SM_SOURCE_COPY, json_true()) == 0;
    }
    if (complete && options->dataset) {
        complete = json_object_set_new(note, SM_SOURCE_DATASET, sm_json_from_bytes(options->dataset)) == 0;
    }
    if (complete && options->time) {
        const char *file = sm_origin_time_file(origin);
        json_t *time = file ? paths_of_times(file, output_path) : sm_json_from_bytes(options->time);
        complete = json_object_set_new(note, SM_SOURCE_TIME, time) == 0;
    }
    if (complete && options->frame_rate != 0) {
        complete = json_object_set_new(note, SM_SOURCE_RATE, json_real(options->frame_rate)) == 0;
    }
    if (complete && sm_input_is_sliced(options)) {
        char text[SM_SLICE_TEXT_SIZE];
        sm_slice_format(&origin->slice, text);
        complete = json_object_set_new(note, SM_SOURCE_SLICE, json_string(text)) == 0;
    }
    if (!complete) {
        json_decref(note);
    }
    return complete ? note : NULL;
}

bool sm_origin_note(hid_t dataset, const struct sm_origin *origin, const char *output_path, bool copy) {
    if (is_plain(origin) && !copy) {
        return true;
    }
    json_t *note = make_note(origin, output_path, copy);
    char *text = note ? sm_json_write(note, 0) : NULL;
    bool written = text && sm_attribute_write_text(dataset, SM_ATTRIBUTE_SOURCE, text);
    free(text);
    json_decref(note);
    return written;
}

/* ---- comparing ---- */

/* Whether one of the noted paths leads to a file. */
static bool one_leads_to(const json_t *paths, const char *output_path, const char *target) {
    bool leads = false;
    for (size_t i = 0; i < json_array_size(paths) && !leads; i++) {
        char *path = sm_json_to_bytes(json_array_get(paths, i));
        leads = path && sm_path_leads_to(output_path, path, target);
        free(path);
    }
    return leads;
}

/* Whether a noted text, or none, is this one, or none. */
static bool is_same_text(const json_t *noted, const char *text) {
    char *found = sm_json_to_bytes(noted);
    bool same = found && text ? strcmp(found, text) == 0 : !noted && !text;
    free(found);
    return same;
}

/* Whether a note tells of this slice, or of none where all frames are read. */
static bool is_same_slice(const json_t *note, const struct sm_origin *origin) {
    char text[SM_SLICE_TEXT_SIZE];
    bool sliced = sm_input_is_sliced(origin->options);
    if (sliced) {
        sm_slice_format(&origin->slice, text);
    }
    return is_same_text(json_object_get(note, SM_SOURCE_SLICE), sliced ? text : NULL);
}

static bool is_note_of(const json_t *note, const struct sm_origin *origin, const char *output_path) {
    const struct sm_input_options *options = origin->options;
    const char *time_file = sm_origin_time_file(origin);
    const json_t *time = json_object_get(note, SM_SOURCE_TIME);
    return one_leads_to(json_object_get(note, SM_SOURCE_PATHS), output_path, origin->path) &&
           is_same_text(json_object_get(note, SM_SOURCE_DATASET), options->dataset) &&
           (time_file ? one_leads_to(time, output_path, time_file) : is_same_text(time, options->time)) &&
           json_real_value(json_object_get(note, SM_SOURCE_RATE)) == options->frame_rate && is_same_slice(note, origin);
}

/* NULL where there is none. To be released with json_decref. */
static json_t *read_note(hid_t dataset) {
    char *text = sm_attribute_text(dataset, SM_ATTRIBUTE_SOURCE, NULL);
    json_t *note = text ? sm_json_read(text) : NULL;
    free(text);
    return note;
}

/* Whether an array has one of the texts of another. */
static bool have_common(const json_t *left, const json_t *right) {
    bool common = false;
    for (size_t i = 0; i < json_array_size(left) && !common; i++) {
        for (size_t k = 0; k < json_array_size(right) && !common; k++) {
            common = json_equal(json_array_get(left, i), json_array_get(right, k));
        }
    }
    return common;
}

bool sm_origin_move_note(hid_t dataset, const json_t *paths) {
    assert(json_array_size(paths) >= 2);
    json_t *note = read_note(dataset);
    bool moved = true;
    if (have_common(json_object_get(note, SM_SOURCE_PATHS), paths)) {
        json_t *now = json_pack("[OO]", json_array_get(paths, 0), json_array_get(paths, 1));
        char *text = json_object_set_new(note, SM_SOURCE_PATHS, now) == 0 ? sm_json_write(note, 0) : NULL;
        moved = text && sm_attribute_write_text(dataset, SM_ATTRIBUTE_SOURCE, text);
        free(text);
    }
    json_decref(note);
    return moved;
}

bool sm_origin_notes_agree(hid_t left, hid_t right) {
    json_t *a = read_note(left), *b = read_note(right);
    json_object_del(a, SM_SOURCE_PATHS);
    json_object_del(b, SM_SOURCE_PATHS);
    bool agree = a && b ? json_equal(a, b) : !a && !b;
    json_decref(b);
    json_decref(a);
    return agree;
}

bool sm_origin_slice_is_noted(hid_t dataset, const struct sm_origin *origin) {
    json_t *note = read_note(dataset);
    bool noted = is_same_slice(note, origin);
    json_decref(note);
    return noted;
}

bool sm_origin_is_noted(hid_t dataset, const struct sm_origin *origin, const char *output_path, bool copy) {
    char *text = sm_attribute_text(dataset, SM_ATTRIBUTE_SOURCE, NULL);
    json_t *note = text ? sm_json_read(text) : NULL;
    bool copied = json_is_true(json_object_get(note, SM_SOURCE_COPY)), noted;
    if (is_plain(origin) && !copy) {
        noted = !text || (copied && sm_path_same(origin->path, output_path));
    } else {
        noted = note && copied == copy && is_note_of(note, origin, output_path);
    }
    json_decref(note);
    free(text);
    return noted;
}
