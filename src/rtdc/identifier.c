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

/* Read an attribute as it enters the identifier; NULL where it is missing or empty. */
static enum sparsemed_status read_part(hid_t file, const char *name, char **part, struct sparsemed_error *error) {
    bool fixed_length = false;
    if (sm_attribute_read_text(file, name, part, &fixed_length, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (*part && !**part) {
        free(*part);
        *part = NULL;
    } else if (*part && fixed_length) {
        *part = show_bytes(*part);
        return *part ? SPARSEMED_OK : sparsemed_fail_memory(error, "reading the identifier");
    }
    return SPARSEMED_OK;
}

static char *format_uuid(const char *sum) {
    char *uuid = malloc(SM_MD5_SIZE + 4);
    if (uuid) {
        snprintf(uuid, SM_MD5_SIZE + 4, "%.8s-%.4s-%.4s-%.4s-%.12s", sum, sum + 8, sum + 12, sum + 16, sum + 20);
    }
    return uuid;
}

/* The UUID of three parts; NULL where memory is out. */
static char *join_parts(char *const parts[3]) {
    size_t size = strlen(parts[0]) + strlen(parts[1]) + strlen(parts[2]) + 3;
    char *text = malloc(size), *uuid = NULL;
    if (text) {
        char sum[SM_MD5_SIZE];
        snprintf(text, size, "%s_%s_%s", parts[0], parts[1], parts[2]);
        sm_md5(text, sum);
        uuid = format_uuid(sum);
    }
    free(text);
    return uuid;
}

enum sparsemed_status sm_measurement_identifier_read(hid_t file, char **identifier, struct sparsemed_error *error) {
    static const char *const names[3] = {SM_ATTRIBUTE_TIME, SM_ATTRIBUTE_DATE, SM_ATTRIBUTE_SETUP};
    char *parts[3] = {NULL, NULL, NULL};
    if (sm_attribute_read_text(file, SM_ATTRIBUTE_RUN, identifier, NULL, error) != SPARSEMED_OK ||
        (*identifier && **identifier)) {
        return error->status;
    }
    free(*identifier);
    *identifier = NULL;
    for (size_t i = 0; i < 3 && error->status == SPARSEMED_OK; i++) {
        read_part(file, names[i], &parts[i], error);
    }
    if (error->status == SPARSEMED_OK && parts[0] && parts[1] && parts[2]) {
        *identifier = join_parts(parts);
        if (!*identifier) {
            sparsemed_fail_memory(error, "reading the identifier");
        }
    }
    for (size_t i = 0; i < 3; i++) {
        free(parts[i]);
    }
    return error->status;
}

char *sm_measurement_identifier(hid_t file) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    char *identifier;
    sm_measurement_identifier_read(file, &identifier, &ignored);
    return identifier;
}
