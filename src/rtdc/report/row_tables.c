#include "rtdc/report/row_tables.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/files/surrogates.h"
#include "rtdc/report/markup.h"
#include "rtdc/report/page.h"
#include "sparsemed/quality.h"

/* A column of both tables, before those of the figures. */
struct column {
    const char *key;
    const char *description; /* NULL: not for MultiQC */
};

static const struct column columns[] = {
    {"name", NULL},
    {"path", NULL},
    {"state", "What became of the measurement"},
    {"reason", NULL},
    {"flags", "What is conspicuous"},
    {"frames", "Frames"},
    {"images", "Background images that were kept"},
    {"steps", "Split points"},
    {"warnings", "Warnings of the job"},
    {"seconds", NULL},
    {"rate", "Frames a second"},
    {"ppid", NULL},
};
enum { N_OTHERS = sizeof columns / sizeof *columns, N_COLUMNS = N_OTHERS + SPARSEMED_N_FIGURES };

static enum sparsemed_figure figure_of(size_t column) {
    return (enum sparsemed_figure)(column - N_OTHERS);
}

static const char *key_of(size_t column) {
    return column < N_OTHERS ? columns[column].key : sparsemed_figure_name(figure_of(column));
}

/* What a column is, for MultiQC; NULL: it gets none. */
static const char *description_of(size_t column) {
    return column < N_OTHERS ? columns[column].description : sparsemed_figure_unit(figure_of(column));
}

static const json_t *value_of(const json_t *row, size_t column) {
    return json_object_get(column < N_OTHERS ? row : json_object_get(row, "figures"), key_of(column));
}

/* A value as text of any bytes, "" where it is not known. NULL where memory is out; to be released with free. */
static char *text_of(const json_t *value) {
    char *text = NULL;
    size_t size, i;
    const json_t *flag;
    if (json_is_string(value)) {
        return sm_json_to_bytes(value);
    }
    FILE *stream = open_memstream(&text, &size);
    if (!stream) {
        return NULL;
    }
    if (json_is_integer(value)) {
        fprintf(stream, "%lld", (long long)json_integer_value(value));
    } else if (json_is_real(value)) {
        fprintf(stream, "%.7g", json_real_value(value));
    }
    json_array_foreach(value, i, flag) {
        fprintf(stream, "%s%s", i > 0 ? ", " : "", json_string_value(flag));
    }
    if (fclose(stream) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

/* ---- for spreadsheets ---- */

static bool put_cell(FILE *stream, const json_t *row, size_t column) {
    const json_t *value = value_of(row, column);
    char *text = text_of(value);
    char *cell = text && json_is_string(value) ? sm_markup_cell(text) : NULL;
    bool known = text && (cell || !json_is_string(value));
    fprintf(stream, "%s", cell ? cell : text ? text : "");
    free(cell);
    free(text);
    return known;
}

static bool compose_tsv(FILE *stream, const void *rows) {
    size_t i;
    const json_t *row;
    bool known = true;
    for (size_t c = 0; c < N_COLUMNS; c++) {
        fprintf(stream, "%s%c", key_of(c), c + 1 < N_COLUMNS ? '\t' : '\n');
    }
    json_array_foreach((json_t *)rows, i, row) {
        for (size_t c = 0; c < N_COLUMNS; c++) {
            known = put_cell(stream, row, c) && known;
            fputc(c + 1 < N_COLUMNS ? '\t' : '\n', stream);
        }
    }
    return known;
}

enum sparsemed_status sm_tsv_write(const char *path, const json_t *rows, struct sparsemed_error *error) {
    return sm_text_file_write(path, "the table", compose_tsv, rows, error);
}

/* ---- for MultiQC, which puts texts into HTML as they are ---- */

static json_t *markup_value(const json_t *value) {
    char *text = text_of(value), *html = text ? sm_markup_html(text) : NULL;
    json_t *markup = json_string(html ? html : "");
    free(html);
    free(text);
    return markup;
}

static json_t *sample_value(const json_t *row) {
    json_t *sample = json_object();
    for (size_t c = 0; c < N_COLUMNS; c++) {
        const json_t *value = value_of(row, c);
        if (description_of(c) && json_is_number(value)) {
            json_object_set(sample, key_of(c), (json_t *)value);
        } else if (description_of(c) && value && !json_is_null(value)) {
            json_object_set_new(sample, key_of(c), markup_value(value));
        }
    }
    return sample;
}

/* Samples by name, or by path where two have the same name. */
static json_t *samples_value(const json_t *rows) {
    size_t i;
    const json_t *row;
    json_t *samples = json_object();
    json_array_foreach((json_t *)rows, i, row) {
        json_t *name = markup_value(json_object_get(row, "name")), *path = markup_value(json_object_get(row, "path"));
        bool taken = json_object_get(samples, json_string_value(name));
        json_object_set_new(samples, json_string_value(taken ? path : name), sample_value(row));
        json_decref(name);
        json_decref(path);
    }
    return samples;
}

static json_t *headers_value(void) {
    json_t *headers = json_object();
    for (size_t c = 0; c < N_COLUMNS; c++) {
        if (description_of(c)) {
            json_object_set_new(headers, key_of(c),
                                json_pack("{ss ss}", "title", key_of(c), "description", description_of(c)));
        }
    }
    return headers;
}

static bool compose_multiqc(FILE *stream, const void *rows) {
    json_t *content =
        json_pack("{ss ss ss ss s{ss ss} so so}", "id", "sparsemed", "section_name", "Sparse-median background",
                  "description", "Background images of imaging deformability cytometry.", "plot_type", "table",
                  "pconfig", "id", "sparsemed_table", "title", "Sparse-median background", "headers", headers_value(),
                  "data", samples_value(rows));
    char *text = content ? sm_json_write(content, JSON_REAL_PRECISION(7)) : NULL;
    fprintf(stream, "%s\n", text ? text : "");
    bool known = text;
    free(text);
    json_decref(content);
    return known;
}

enum sparsemed_status sm_multiqc_write(const char *path, const json_t *rows, struct sparsemed_error *error) {
    return sm_text_file_write(path, "the content for MultiQC", compose_multiqc, rows, error);
}
