#include "cli/tables/audit_table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "cli/archive_list.h"
#include "cli/tell.h"
#include "rtdc/files/shown.h"
#include "rtdc/files/surrogates.h"

enum { MOST_TOLD = 100 };

static const char *state_of(const struct sm_audit_entry *entry) {
    return entry->status != SPARSEMED_OK ? "cannot be read" : entry->resolves ? "resolves" : "does not resolve";
}

/* A number that may not be told. */
static const char *number_or(char text[24], int64_t number, int64_t least, const char *otherwise) {
    snprintf(text, 24, "%" PRId64, number);
    return number >= least ? text : otherwise;
}

/* ---- to people ---- */

static void tell_row(FILE *stream, const char *path, const struct sm_audit_entry *entry) {
    const struct sm_headers *headers = &entry->headers;
    const char *storage = *headers->storage || !entry->resolves ? headers->storage : "no images";
    char shape[48] = "", generation[24], frames[24];
    if (entry->status != SPARSEMED_OK) {
        sm_tell(stream, "%11s %9s  %-20s %-9s %-16s %4s  %-36s %-16s %-19s  %s: cannot be read", "", "", "", "", "", "",
                "", "", "", path);
        return;
    }
    if (headers->width > 0) {
        snprintf(shape, sizeof shape, "%" PRIu64 "x%" PRIu64, headers->width, headers->height);
    }
    sm_tell(stream, "%11s %9s  %-20s %-9s %-16s %4s  %-36s %-16s %-19s  %s%s",
            number_or(frames, (int64_t)headers->n_frames, 1, "-"), shape, storage, headers->region,
            sm_background_kinds[headers->background], number_or(generation, headers->generation, 0, "-"),
            *headers->ppid ? headers->ppid : "-", headers->maker, headers->made, path,
            entry->resolves ? "" : ": does not resolve");
}

static void tell_problems(const struct sm_audit_told *told) {
    uint64_t n = 0;
    for (size_t i = 0; i < told->sources->n; i++) {
        const struct sm_audit_entry *entry = &told->entries[i];
        bool is_well = entry->status == SPARSEMED_OK && entry->resolves;
        n += !is_well;
        if (!is_well && n <= MOST_TOLD) {
            sm_tell(stderr, "sparsemed: %s: %s", state_of(entry),
                    entry->reason ? entry->reason : told->sources->list[i].input);
        }
    }
    if (n > MOST_TOLD) {
        fprintf(stderr, "sparsemed: and %" PRIu64 " more\n", n - MOST_TOLD);
    }
}

static void tell_totals(FILE *stream, const struct sm_audit_told *told) {
    const struct sm_audit_totals *totals = told->totals;
    uint64_t n_frames = 0;
    for (size_t i = 0; i < totals->n; i++) {
        n_frames += totals->list[i].n_frames;
    }
    fprintf(stream,
            "%zu measurements, %" PRIu64 " frames: %" PRIu64 " that do not resolve, %" PRIu64 " that cannot be read",
            told->sources->n, n_frames, totals->n_unresolved, totals->n_unreadable);
    sm_archive_list_tell_rest(stream, told->sources);
    fprintf(stream, "\n%12s %11s  %-16s %4s  %s\n", "measurements", "frames", "background", "gen", "ppid");
    for (size_t i = 0; i < totals->n; i++) {
        const struct sm_audit_total *total = &totals->list[i];
        char generation[24];
        sm_tell(stream, "%12" PRIu64 " %11" PRIu64 "  %-16s %4s  %s", total->n_files, total->n_frames,
                sm_background_kinds[total->headers->background],
                number_or(generation, total->headers->generation, 0, "-"),
                *total->headers->ppid ? total->headers->ppid : "-");
    }
}

void sm_audit_tell(FILE *stream, const struct sm_audit_told *told, bool quiet) {
    tell_problems(told);
    if (quiet) {
        return;
    }
    fprintf(stream, "%11s %9s  %-20s %-9s %-16s %4s  %-36s %-16s %-19s  %s\n", "frames", "size", "stored as", "region",
            "background", "gen", "ppid", "made by", "made", "measurement");
    for (size_t i = 0; i < told->sources->n; i++) {
        tell_row(stream, told->sources->list[i].input, &told->entries[i]);
    }
    tell_totals(stream, told);
}

/* ---- to programs ---- */

/* Write one cell, and what follows it. */
static void put(FILE *stream, const char *text, char end) {
    char *shown = sm_shown(text);
    fprintf(stream, "%s%c", shown ? shown : "", end);
    free(shown);
}

static void put_number(FILE *stream, int64_t number, int64_t least) {
    char text[24];
    put(stream, number_or(text, number, least, ""), '\t');
}

static void write_row(FILE *stream, const char *path, const struct sm_audit_entry *entry) {
    const struct sm_headers *headers = &entry->headers;
    bool readable = entry->status == SPARSEMED_OK;
    put(stream, path, '\t');
    put_number(stream, (int64_t)headers->n_frames, 1);
    put_number(stream, (int64_t)headers->width, 1);
    put_number(stream, (int64_t)headers->height, 1);
    put(stream, headers->storage, '\t');
    put_number(stream, (int64_t)entry->state.size, 0);
    put(stream, headers->region, '\t');
    put(stream, readable ? sm_background_kinds[headers->background] : "", '\t');
    put_number(stream, (int64_t)headers->n_images, 1);
    put_number(stream, readable ? headers->generation : -1, 0);
    put(stream, headers->ppid, '\t');
    put(stream, headers->maker, '\t');
    put(stream, headers->made, '\t');
    put(stream, headers->measured, '\t');
    put(stream, state_of(entry), '\t');
    put(stream, entry->reason ? entry->reason : "", '\n');
}

void sm_audit_write_tsv(FILE *stream, const struct sm_audit_told *told) {
    fputs("path\tframes\twidth\theight\tlayout\tbytes\tregion\tbackground\timages\tgeneration\tppid\tmaker\tmade\t"
          "measured\tstate\treason\n",
          stream);
    for (size_t i = 0; i < told->sources->n; i++) {
        write_row(stream, told->sources->list[i].input, &told->entries[i]);
    }
}

static void set_count(json_t *object, const char *name, uint64_t value) {
    json_object_set_new(object, name, json_integer((json_int_t)value));
}

static void set_text(json_t *object, const char *name, const char *text) {
    json_object_set_new(object, name, sm_json_from_bytes(text));
}

/* What is not told is null. */
static void set_told(json_t *object, const char *name, const char *text) {
    json_object_set_new(object, name, *text ? sm_json_from_bytes(text) : json_null());
}

static void set_background(json_t *value, const struct sm_headers *headers) {
    set_text(value, "background", sm_background_kinds[headers->background]);
    json_object_set_new(value, "generation",
                        headers->generation >= 0 ? json_integer(headers->generation) : json_null());
    set_told(value, "ppid", headers->ppid);
}

static json_t *file_value(const char *path, const struct sm_audit_entry *entry) {
    const struct sm_headers *headers = &entry->headers;
    json_t *value = json_object();
    set_text(value, "path", path);
    set_text(value, "state", state_of(entry));
    set_count(value, "size", entry->state.size);
    if (entry->reason) {
        set_text(value, "reason", entry->reason);
    }
    if (entry->status == SPARSEMED_OK) {
        set_count(value, "frames", headers->n_frames);
        set_count(value, "height", headers->height);
        set_count(value, "width", headers->width);
        set_told(value, "layout", headers->storage);
        set_told(value, "region", headers->region);
        set_background(value, headers);
        set_count(value, "images", headers->n_images);
        set_told(value, "maker", headers->maker);
        set_told(value, "made", headers->made);
        set_told(value, "measured", headers->measured);
    }
    return value;
}

json_t *sm_audit_value(const struct sm_audit_told *told) {
    json_t *value = json_object(), *totals = json_array(), *files = json_array();
    set_count(value, "measurements", told->sources->n);
    set_count(value, "unresolved", told->totals->n_unresolved);
    set_count(value, "unreadable", told->totals->n_unreadable);
    set_count(value, "passed_over", told->sources->n_passed_over);
    set_count(value, "left_out", sm_sources_left_out(told->sources));
    for (size_t i = 0; i < told->totals->n; i++) {
        const struct sm_audit_total *total = &told->totals->list[i];
        json_t *item = json_object();
        set_background(item, total->headers);
        set_count(item, "measurements", total->n_files);
        set_count(item, "frames", total->n_frames);
        json_array_append_new(totals, item);
    }
    for (size_t i = 0; i < told->sources->n; i++) {
        json_array_append_new(files, file_value(told->sources->list[i].input, &told->entries[i]));
    }
    json_object_set_new(value, "totals", totals);
    json_object_set_new(value, "files", files);
    return value;
}
