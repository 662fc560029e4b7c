#include "rtdc/frames/npy_header.h"

#include <assert.h>
#include <string.h>

/* What is left of the text. */
struct reader {
    const char *at, *end;
};

/* The entries of the dictionary. */
enum { TYPE, ORDER, SHAPE, N_ENTRIES };
static const char *const entries[N_ENTRIES] = {
    [TYPE] = "descr",
    [ORDER] = "fortran_order",
    [SHAPE] = "shape",
};

/* ---- words ---- */

static void skip_space(struct reader *reader) {
    while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\n')) {
        reader->at++;
    }
}

/* Pass over a word, and space before it, if it comes next. */
static bool pass_word(struct reader *reader, const char *word) {
    skip_space(reader);
    size_t length = strlen(word);
    if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0) {
        return false;
    }
    reader->at += length;
    return true;
}

/* Read a string in quotes of either kind, without escapes, that is shorter than size. */
static bool read_string(struct reader *reader, size_t size, char *string) {
    const char *quote = pass_word(reader, "'") ? "'" : pass_word(reader, "\"") ? "\"" : NULL;
    const char *close = quote ? memchr(reader->at, *quote, (size_t)(reader->end - reader->at)) : NULL;
    if (!close || (size_t)(close - reader->at) >= size || memchr(reader->at, '\\', (size_t)(close - reader->at)) ||
        memchr(reader->at, '\0', (size_t)(close - reader->at))) {
        return false;
    }
    size_t length = (size_t)(close - reader->at);
    memcpy(string, reader->at, length);
    string[length] = '\0';
    reader->at = close + 1;
    return true;
}

/* Read a whole number without sign; Python 2 may have put an L behind it. */
static bool read_number(struct reader *reader, uint64_t *number) {
    skip_space(reader);
    const char *begin = reader->at;
    *number = 0;
    for (; reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9'; reader->at++) {
        if (__builtin_mul_overflow(*number, 10, number) ||
            __builtin_add_overflow(*number, (uint64_t)(*reader->at - '0'), number)) {
            return false;
        }
    }
    if (reader->at == begin) {
        return false;
    }
    pass_word(reader, "L");
    return true;
}

/* ---- entries ---- */

/* Find out what the elements are; a type that is none of ours leaves kind at 0. */
static void classify(struct sm_npy_header *header) {
    const char *type = header->type;
    bool ordered = *type && strchr("<>|", *type);
    const char *kind = ordered ? type + 1 : type;
    bool known = *kind && strchr("uif", *kind) && kind[1] && strchr("1248", kind[1]) && !kind[2];
    if (known && !(*kind == 'f' && kind[1] == '1')) {
        header->kind = *kind;
        header->element_bytes = (size_t)(kind[1] - '0');
        header->big_endian = *type == '>' || (*type != '<' && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
    }
}

/* Read the type of the elements: a string, or for records a list, which nobody here reads. */
static bool read_type(struct reader *reader, struct sm_npy_header *header, struct sparsemed_error *error) {
    if (pass_word(reader, "[") || pass_word(reader, "(")) {
        sparsemed_fail(error, SPARSEMED_INPUT, "holds records instead of numbers");
        return false;
    }
    if (!read_string(reader, sizeof header->type, header->type)) {
        return false;
    }
    classify(header);
    return true;
}

/* Read a tuple of numbers, as Python writes it: (), (1,), (1, 2) or (1, 2,). */
static bool read_shape(struct reader *reader, struct sm_npy_header *header) {
    if (!pass_word(reader, "(")) {
        return false;
    }
    bool comma = true;
    while (!pass_word(reader, ")")) {
        uint64_t extent;
        if (!comma || header->n_dimensions == SM_NPY_MAX_DIMENSIONS || !read_number(reader, &extent)) {
            return false;
        }
        header->extent[header->n_dimensions++] = extent;
        comma = pass_word(reader, ",");
    }
    return header->n_dimensions != 1 || comma;
}

/* Read "key: value", of a key that has not been seen yet. */
static bool read_entry(struct reader *reader, bool seen[N_ENTRIES], bool *fortran_order, struct sm_npy_header *header,
                       struct sparsemed_error *error) {
    char key[16];
    if (!read_string(reader, sizeof key, key) || !pass_word(reader, ":")) {
        return false;
    }
    int entry = 0;
    while (entry < N_ENTRIES && strcmp(key, entries[entry]) != 0) {
        entry++;
    }
    if (entry == N_ENTRIES || seen[entry]) {
        return false;
    }
    seen[entry] = true;
    switch (entry) {
    case TYPE:
        return read_type(reader, header, error);
    case ORDER:
        *fortran_order = pass_word(reader, "True");
        return *fortran_order || pass_word(reader, "False");
    default:
        return read_shape(reader, header);
    }
}

static bool read_dictionary(struct reader *reader, bool *fortran_order, struct sm_npy_header *header,
                            struct sparsemed_error *error) {
    bool seen[N_ENTRIES] = {false};
    if (!pass_word(reader, "{")) {
        return false;
    }
    bool comma = true;
    while (!pass_word(reader, "}")) {
        if (!comma || !read_entry(reader, seen, fortran_order, header, error)) {
            return false;
        }
        comma = pass_word(reader, ",");
    }
    skip_space(reader);
    return reader->at == reader->end && seen[TYPE] && seen[ORDER] && seen[SHAPE];
}

enum sparsemed_status sm_npy_header_read(const char *text, size_t n_bytes, struct sm_npy_header *header,
                                         struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct reader reader = {text, text + n_bytes};
    *header = (struct sm_npy_header){0};
    bool fortran_order = false;
    if (!read_dictionary(&reader, &fortran_order, header, error)) {
        return error->status != SPARSEMED_OK
                   ? error->status
                   : sparsemed_fail(error, SPARSEMED_INPUT, "has a header that is not that of a NumPy array");
    }
    if (fortran_order && header->n_dimensions > 1) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "is in Fortran order; save it with numpy.ascontiguousarray");
    }
    return SPARSEMED_OK;
}
