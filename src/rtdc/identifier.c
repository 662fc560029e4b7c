#include "rtdc/identifier.h"

#include <nettle/md5.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/attributes.h"
#include "rtdc/layout.h"

void sm_md5(const char *text, char sum[SM_MD5_SIZE]) {
    struct md5_ctx context;
    uint8_t digest[MD5_DIGEST_SIZE];
    md5_init(&context);
    md5_update(&context, strlen(text), (const uint8_t *)text);
    md5_digest(&context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        snprintf(sum + 2 * i, 3, "%02x", digest[i]);
    }
}

/* Append one byte of a string as Python shows it within b'...'. Returns the new end; needs up to four bytes. */
static char *append_shown(char *end, unsigned char byte, char quote) {
    static const char *const named[] = {['\t'] = "\\t", ['\n'] = "\\n", ['\r'] = "\\r"};
    if (byte < sizeof named / sizeof *named && named[byte]) {
        return end + sprintf(end, "%s", named[byte]);
    }
    if (byte == (unsigned char)quote || byte == '\\') {
        return end + sprintf(end, "\\%c", byte);
    }
    return end + sprintf(end, byte < 0x20 || byte >= 0x7f ? "\\x%02x" : "%c", byte);
}

/* A string of fixed length reaches dcnum as bytes, and its identifier then holds what Python shows for these: b'text'.
 * dcnum refuses a basin whose identifier differs, so this is part of the format. */
static char *show_bytes(char *text) {
    char *shown = malloc(4 * strlen(text) + 4);
    if (shown) {
        char quote = strchr(text, '\'') && !strchr(text, '"') ? '"' : '\'';
        char *end = shown + sprintf(shown, "b%c", quote);
        for (const char *byte = text; *byte; byte++) {
            end = append_shown(end, (unsigned char)*byte, quote);
        }
        sprintf(end, "%c", quote);
    }
    free(text);
    return shown;
}

/* An attribute as it enters the identifier; NULL where it is missing or empty. */
static char *read_part(hid_t file, const char *name) {
    bool fixed_length = false;
    char *text = sm_attribute_text(file, name, &fixed_length);
    if (text && !*text) {
        free(text);
        return NULL;
    }
    return text && fixed_length ? show_bytes(text) : text;
}

static char *format_uuid(const char *sum) {
    char *uuid = malloc(SM_MD5_SIZE + 4);
    if (uuid) {
        snprintf(uuid, SM_MD5_SIZE + 4, "%.8s-%.4s-%.4s-%.4s-%.12s", sum, sum + 8, sum + 12, sum + 16, sum + 20);
    }
    return uuid;
}

char *sm_measurement_identifier(hid_t file) {
    char *identifier = sm_attribute_text(file, SM_ATTRIBUTE_RUN, NULL);
    if (identifier && *identifier) {
        return identifier;
    }
    free(identifier);
    identifier = NULL;
    char *time = read_part(file, SM_ATTRIBUTE_TIME);
    char *date = read_part(file, SM_ATTRIBUTE_DATE);
    char *setup = read_part(file, SM_ATTRIBUTE_SETUP);
    if (time && date && setup) {
        size_t size = strlen(time) + strlen(date) + strlen(setup) + 3;
        char *text = malloc(size);
        if (text) {
            char sum[SM_MD5_SIZE];
            snprintf(text, size, "%s_%s_%s", time, date, setup);
            sm_md5(text, sum);
            identifier = format_uuid(sum);
        }
        free(text);
    }
    free(time);
    free(date);
    free(setup);
    return identifier;
}
