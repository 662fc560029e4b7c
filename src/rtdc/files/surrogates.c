#include "rtdc/files/surrogates.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HIGH = 0xd800,  /* first of the surrogates that begin a pair */
    LOW = 0xdc00,   /* first of those that end one */
    BEYOND = 0xe000 /* first character that is no surrogate */
};

static const uint32_t first_stand_in = 0x10f800; /* for HIGH; the others follow */

/* ---- characters ---- */

/* Read a character of UTF-8. Returns its bytes; 0 where there is none. */
static size_t read_character(const char *text, uint32_t *character) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)*text;
    size_t n = first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 0;
    *character = n == 1 ? first : first & (0x7fU >> n);
    for (size_t i = 1; i < n; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80) { /* as the zero at the end */
            return 0;
        }
        *character = *character << 6 | ((unsigned char)text[i] & 0x3f);
    }
    bool surrogate = HIGH <= *character && *character < BEYOND;
    return n > 0 && *character >= least[n] && *character <= 0x10ffff && !surrogate ? n : 0;
}

/* Write what stands for a surrogate. Returns the end. */
static char *put_stand_in(char *end, uint32_t surrogate) {
    uint32_t character = surrogate - HIGH + first_stand_in;
    *end++ = (char)0xf4; /* as all of them begin */
    *end++ = (char)(0x80 | (character >> 12 & 0x3f));
    *end++ = (char)(0x80 | (character >> 6 & 0x3f));
    *end++ = (char)(0x80 | (character & 0x3f));
    return end;
}

/* Write a byte that is not UTF-8. Returns the end. */
static char *put_byte(char *end, char byte) {
    return put_stand_in(end, LOW + (unsigned char)byte);
}

/* Take over a character, or a byte that is none. Returns the end. */
static char *take_character(const char **text, char *end) {
    uint32_t character;
    size_t n = read_character(*text, &character);
    bool plain = n > 0 && character < first_stand_in;
    for (size_t i = 0; i < (n > 0 ? n : 1); i++) {
        if (plain) {
            *end++ = *(*text)++;
        } else {
            end = put_byte(end, *(*text)++);
        }
    }
    return end;
}

/* ---- escapes ---- */

/* Read an escape \uXXXX. Returns 0 where there is none, or that of the character 0. */
static uint32_t read_escape(const char *text) {
    uint32_t value = 0;
    if (text[0] != '\\' || text[1] != 'u') {
        return 0;
    }
    for (int i = 2; i < 6; i++) {
        const char *digits = "0123456789abcdef0123456789ABCDEF", *digit = text[i] ? strchr(digits, text[i]) : NULL;
        if (!digit) {
            return 0;
        }
        value = value << 4 | ((uint32_t)(digit - digits) & 0xf);
    }
    return value;
}

static bool is_high(uint32_t value) {
    return HIGH <= value && value < LOW;
}

static bool is_low(uint32_t value) {
    return LOW <= value && value < BEYOND;
}

/* The character of a pair of surrogates. */
static uint32_t character_of(uint32_t high, uint32_t low) {
    return 0x10000 + ((high - HIGH) << 10 | (low - LOW));
}

static char *copy(const char **text, size_t n, char *end) {
    memcpy(end, *text, n);
    *text += n;
    return end + n;
}

/* Take over what begins with a backslash, for Jansson to read. Returns the end. */
static char *take_escape(const char **text, char *end) {
    uint32_t first = read_escape(*text), second = is_high(first) ? read_escape(*text + 6) : 0;
    if (is_high(first) && is_low(second)) {
        uint32_t character = character_of(first, second);
        if (character < first_stand_in) {
            return copy(text, 12, end);
        }
        char bytes[4];
        put_stand_in(bytes, character - first_stand_in + HIGH); /* the character itself */
        for (int i = 0; i < 4; i++) {
            end = put_byte(end, bytes[i]);
        }
        *text += 12;
        return end;
    }
    if (is_high(first) || is_low(first)) {
        *text += 6;
        return put_stand_in(end, first);
    }
    return copy(text, first != 0 ? 6 : (*text)[1] ? 2 : 1, end);
}

/* Take over what begins with a backslash, as Jansson has written it. Returns the end. */
static char *give_escape(const char **text, char *end) {
    uint32_t first = read_escape(*text), second = is_high(first) ? read_escape(*text + 6) : 0;
    if (is_high(first) && character_of(first, second) >= first_stand_in) {
        *text += 12;
        return end + sprintf(end, "\\u%04x", character_of(first, second) - first_stand_in + HIGH);
    }
    return copy(text, is_high(first) ? 12 : first != 0 ? 6 : 2, end);
}

/* ---- values ---- */

json_t *sm_json_from_bytes(const char *bytes) {
    char *text = malloc(4 * strlen(bytes) + 1), *end = text;
    while (text && *bytes) {
        end = take_character(&bytes, end);
    }
    json_t *string = text ? json_stringn(text, (size_t)(end - text)) : NULL;
    free(text);
    return string;
}

char *sm_json_to_bytes(const json_t *string) {
    const char *text = json_string_value(string);
    char *bytes = text ? malloc(strlen(text) + 1) : NULL, *end = bytes;
    while (bytes && *text) {
        uint32_t character;
        size_t n = read_character(text, &character);
        uint32_t byte = character - first_stand_in + HIGH - LOW;
        if (character < first_stand_in) {
            end = copy(&text, n, end);
            continue;
        }
        if (0x80 <= byte && byte <= 0xff) {
            *end++ = (char)byte;
        } else {
            end = stpcpy(end, "\xef\xbf\xbd");
        }
        text += n;
    }
    if (bytes) {
        *end = '\0';
    }
    return bytes;
}

char *sm_utf8_from_bytes(const char *bytes) {
    char *text = malloc(6 * strlen(bytes) + 1), *end = text;
    while (text && *bytes) {
        uint32_t ignored;
        size_t n = read_character(bytes, &ignored);
        if (n > 0) {
            end = copy(&bytes, n, end);
        } else {
            end += sprintf(end, "\\u%04x", LOW + (unsigned char)*bytes++);
        }
    }
    if (text) {
        *end = '\0';
    }
    return text;
}

json_t *sm_json_read(const char *text) {
    char *readable = malloc(4 * strlen(text) + 1), *end = readable;
    while (readable && *text) {
        end = *text == '\\' ? take_escape(&text, end) : take_character(&text, end);
    }
    json_t *value = readable ? json_loadb(readable, (size_t)(end - readable), 0, NULL) : NULL;
    free(readable);
    return value;
}

char *sm_json_write(const json_t *value, size_t flags) {
    char *dumped = json_dumps(value, flags), *written = dumped ? malloc(2 * strlen(dumped) + 1) : NULL;
    char *end = written;
    for (const char *text = dumped; written && *text;) {
        uint32_t character;
        size_t n = read_character(text, &character);
        if (*text == '\\') {
            end = give_escape(&text, end);
        } else if (character >= first_stand_in) {
            end += sprintf(end, "\\u%04x", character - first_stand_in + HIGH);
            text += n;
        } else {
            end = copy(&text, n, end);
        }
    }
    if (written) {
        *end = '\0';
    }
    free(dumped);
    return written;
}
