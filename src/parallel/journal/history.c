#include "parallel/journal/history.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parallel/journal/failure_kind.h"
#include "parallel/journal/journal.h"
#include "rtdc/files/path.h"
#include "rtdc/files/surrogates.h"
#include "rtdc/outputs/specification.h"

static struct sm_file_state state_of(const json_t *record, const char *size, const char *modified) {
    return (struct sm_file_state){(uint64_t)json_integer_value(json_object_get(record, size)),
                                  json_integer_value(json_object_get(record, modified))};
}

/* The past that a mark tells of. Returns false where it is no mark. */
static bool understand_mark(const json_t *mark, struct sm_past *past) {
    const char *status = json_string_value(json_object_get(mark, "status"));
    const char *time = json_string_value(json_object_get(mark, "time"));
    *past = (struct sm_past){0};
    if (status && time && strcmp(status, "begun") == 0) {
        past->begun[0].input = state_of(mark, "input_size", "input_modified");
        snprintf(past->begun[0].time, sizeof past->begun[0].time, "%s", time);
        return true;
    }
    if (status && time && strcmp(status, "stopped") == 0) {
        snprintf(past->ended, sizeof past->ended, "%s", time);
        return true;
    }
    if (status && time && strcmp(status, "overdue") == 0) {
        snprintf(past->overdue, sizeof past->overdue, "%s", time);
        return true;
    }
    return false;
}

static bool has_kind(const json_t *record, enum sm_failure_kind kind) {
    const char *word = json_string_value(json_object_get(record, "kind")); /* older journals do not tell */
    return word && strcmp(word, sm_failure_words[kind]) == 0;
}

/* What a measurement took, as its record tells. */
static struct sm_effort effort_of(const json_t *record) {
    return (struct sm_effort){
        .bytes = (uint64_t)json_integer_value(json_object_get(record, "bytes_decoded")),
        .n_ranks = json_integer_value(json_object_get(record, "ranks")),
        .seconds = json_number_value(json_object_get(json_object_get(record, "seconds"), "total")),
    };
}

/* How many bytes a failure begins with that name the input or the output, which reasons of others do not share. */
static size_t name_in_reason(const json_t *record, const char *reason) {
    static const char *const names[] = {"input", "output"};
    for (size_t i = 0; reason && i < sizeof names / sizeof *names; i++) {
        char *name = sm_json_to_bytes(json_object_get(record, names[i]));
        size_t length = name ? strlen(name) : 0;
        bool begins = length > 0 && strncmp(reason, name, length) == 0 && strncmp(reason + length, ": ", 2) == 0;
        free(name);
        if (begins) {
            return length + 2;
        }
    }
    return 0;
}

/* The past that a record tells of. Returns false where it is no record of a journal. */
static bool understand_record(const json_t *record, struct sm_past *past) {
    const char *status = json_string_value(json_object_get(record, "status"));
    const char *ppid = json_string_value(json_object_get(record, "ppid"));
    const char *finished = json_string_value(json_object_get(record, "finished"));
    const char *images = json_string_value(json_object_get(record, "images")); /* older journals do not tell */
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    *past = (struct sm_past){
        .frame_images = images && strcmp(images, sm_images_words[true]) == 0,
        .input = state_of(record, "input_size", "input_modified"),
        .output = state_of(record, "output_size", "output_modified"),
        .n_frames = (uint64_t)json_integer_value(json_object_get(record, "frames")),
    };
    if (!status || !finished || !ppid || sparsemed_ppid_parse(ppid, &past->parameters, &ignored) != SPARSEMED_OK) {
        return false;
    }
    past->done = strcmp(status, "failed") != 0;
    past->effort = effort_of(record);
    past->may_pass = json_is_true(json_object_get(record, "may_pass"));
    past->timed_out = has_kind(record, SM_FAILURE_TIMEOUT);
    past->memory = has_kind(record, SM_FAILURE_MEMORY);
    snprintf(past->finished, sizeof past->finished, "%s", finished);
    snprintf(past->ended, sizeof past->ended, "%s", finished);
    return true;
}

/* What is known of the output stays known after a failure. */
static void keep_output(struct sm_past *later, const struct sm_past *earlier) {
    if (later->output.size == 0) {
        later->output = earlier->output;
        later->n_frames = earlier->n_frames;
    }
}

static void release(struct sm_past *past) {
    free(past->reason);
    json_decref(past->other_files);
}

static void share_latest(char *one, char *other, size_t size) {
    bool later = strcmp(one, other) > 0;
    memcpy(later ? other : one, later ? one : other, size);
}

/* Put the beginnings and the latest times of both into both. The same beginning may be in two journals, of which one is
 * a copy. */
static void share_marks(struct sm_past *one, struct sm_past *other) {
    struct sm_beginning *a = one->begun, *b = other->begun;
    for (int i = 0; i < 2; i++) { /* into a, in order */
        for (int j = 0; j < 2 && strcmp(b[i].time, a[j].time) != 0; j++) {
            if (strcmp(b[i].time, a[j].time) > 0) {
                struct sm_beginning earlier = a[j];
                a[j] = b[i];
                b[i] = earlier;
            }
        }
    }
    memcpy(b, a, sizeof other->begun);
    share_latest(one->overdue, other->overdue, sizeof one->overdue);
    share_latest(one->ended, other->ended, sizeof one->ended);
}

/* Combine what is known of an output with another past of it. */
static void combine(struct sm_past *known, struct sm_past *other) {
    share_marks(known, other);
    if (strcmp(known->finished, other->finished) > 0) {
        keep_output(known, other);
        release(other);
    } else {
        keep_output(other, known);
        release(known);
        *known = *other;
    }
}

/* Put a past into the list. Returns false where memory is out. */
static bool take_in(struct sm_history *history, const char *output, struct sm_past *past) {
    const json_t *known = json_object_get(history->index, output);
    if (known) {
        combine(&history->list[json_integer_value(known)], past);
        return true;
    }
    if (history->n == history->capacity) {
        size_t capacity = 2 * history->capacity + 64;
        struct sm_past *list = realloc(history->list, capacity * sizeof *list);
        if (!list) {
            return false;
        }
        history->list = list;
        history->capacity = capacity;
    }
    history->list[history->n] = *past;
    return json_object_set_new(history->index, output, json_integer((json_int_t)history->n++)) == 0;
}

/* Take in one line, where it is whole. */
static bool read_line(struct sm_history *history, const char *line) {
    struct sm_past past;
    json_t *record = sm_json_read(line);
    const char *output = json_string_value(json_object_get(record, "output"));
    bool taken = true;
    if (output && (understand_mark(record, &past) || understand_record(record, &past))) {
        past.reason = sm_json_to_bytes(json_object_get(record, "error"));
        past.name_in_reason = name_in_reason(record, past.reason);
        past.other_files = json_incref(json_object_get(record, "other_files"));
        taken = take_in(history, output, &past);
    }
    json_decref(record);
    return taken;
}

/* ---- files ---- */

enum { MOST_BYTES = 64 << 20 /* of a line */ };

/* A line of a file, without its end. */
struct line {
    char *text; /* [capacity] */
    size_t length, capacity;
    bool has_end;
};

/* Read the next line. Returns 1; 0 where there is none; -1 where memory is out, or it is too long for a record. */
static int next_line(FILE *stream, struct line *line) {
    int byte = getc_unlocked(stream);
    if (byte == EOF) {
        return 0;
    }
    for (line->length = 0; byte != EOF && byte != '\n'; byte = getc_unlocked(stream)) {
        if (line->length + 1 >= line->capacity) {
            size_t capacity = 2 * line->capacity + 4096;
            char *text = capacity <= MOST_BYTES ? realloc(line->text, capacity) : NULL;
            if (!text) {
                return -1;
            }
            line->text = text;
            line->capacity = capacity;
        }
        line->text[line->length++] = (char)byte;
    }
    line->has_end = byte == '\n';
    if (line->text) {
        line->text[line->length] = '\0';
    }
    return 1;
}

/* Take in what is new in an open journal. Returns how far its whole lines go. */
static off_t take_in_lines(struct sm_history *history, const char *path, FILE *stream, off_t place,
                           struct sparsemed_error *error) {
    struct line line = {0};
    int read = 1;
    while (error->status == SPARSEMED_OK && (read = next_line(stream, &line)) > 0) {
        if (line.text && !read_line(history, line.text)) {
            sparsemed_fail_memory(error, "reading the journal");
        }
        if (line.has_end) {
            place += (off_t)line.length + 1;
        }
        if (history->stop && sm_stop_asked(history->stop)) {
            sparsemed_fail(error, SPARSEMED_STOPPED, "stopped while reading the journal");
        }
    }
    if (error->status == SPARSEMED_OK && read < 0) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: has a line that is too long for a journal", path);
    } else if (error->status == SPARSEMED_OK && ferror(stream)) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: the journal cannot be read: %s", path, strerror(errno));
    }
    free(line.text);
    return place;
}

static enum sparsemed_status read_journal(struct sm_history *history, const char *path, struct sparsemed_error *error) {
    const char *name = sm_path_name(path);
    off_t place = (off_t)json_integer_value(json_object_get(history->places, name));
    struct stat info;
    int descriptor;
    if (sm_path_open(path, &descriptor, error) != SPARSEMED_OK) {
        return sparsemed_fail_where(error, "the journal");
    }
    if (fstat(descriptor, &info) != 0 || info.st_size < place) {
        place = 0; /* it is another one */
    }
    FILE *stream = lseek(descriptor, place, SEEK_SET) == place ? fdopen(descriptor, "r") : NULL;
    if (!stream) {
        close(descriptor);
        return sparsemed_fail_memory(error, "reading the journal");
    }
    place = take_in_lines(history, path, stream, place, error);
    fclose(stream);
    json_object_set_new(history->places, name, json_integer((json_int_t)place));
    return error->status;
}

enum sparsemed_status sm_history_follow(const char *path, struct sm_history *history, struct sparsemed_error *error) {
    history->index = history->index ? history->index : json_object();
    history->places = history->places ? history->places : json_object();
    DIR *folder = sm_path_open_folder(path);
    int reason = folder ? 0 : errno;
    if (!history->index || !history->places || reason == ENOMEM) {
        sparsemed_fail_memory(error, "reading the journal");
    } else if (reason != 0 && reason != ENOENT) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: the journal cannot be read: %s", path, strerror(reason));
    }
    while (folder && error->status == SPARSEMED_OK) {
        errno = 0;
        const struct dirent *entry = readdir(folder);
        if (!entry) {
            break;
        }
        if (sm_journal_belongs(entry->d_name, path)) {
            char *journal = sm_path_beside(path, entry->d_name);
            journal ? read_journal(history, journal, error) : sparsemed_fail_memory(error, "reading the journal");
            free(journal);
        }
    }
    if (folder && error->status == SPARSEMED_OK && errno != 0) { /* not all are known */
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: its folder cannot be read: %s", path, strerror(errno));
    }
    if (folder) {
        closedir(folder);
    }
    return error->status;
}

enum sparsemed_status sm_history_read(const char *path, struct sm_history *history, struct sparsemed_error *error) {
    *history = (struct sm_history){0};
    return sm_history_follow(path, history, error);
}

const struct sm_past *sm_history_find(const struct sm_history *history, const char *output) {
    json_t *key = sm_json_from_bytes(output); /* as the journal has it */
    const json_t *known = key ? json_object_get(history->index, json_string_value(key)) : NULL;
    json_decref(key);
    return known ? &history->list[json_integer_value(known)] : NULL;
}

int sm_past_lost(const struct sm_past *past) {
    int n_lost = 0;
    for (int i = 0; i < 2; i++) {
        const struct sm_beginning *begun = &past->begun[i];
        n_lost += *begun->time && strcmp(begun->time, past->ended) > 0 &&
                  sm_file_state_equal(begun->input, past->begun[0].input);
    }
    return n_lost;
}

bool sm_past_was_late(const struct sm_past *past) {
    return past->timed_out || strcmp(past->overdue, past->ended) > 0;
}

void sm_history_free(struct sm_history *history) {
    for (size_t i = 0; i < history->n; i++) {
        release(&history->list[i]);
    }
    free(history->list);
    json_decref(history->index);
    json_decref(history->places);
    *history = (struct sm_history){0};
}
