#include "rtdc/report/page.h"

#include <assert.h>
#include <errno.h>
#include <nettle/base64.h>
#include <nettle/sha2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rtdc/files/path.h"
#include "rtdc/files/temporary.h"
#include "rtdc/layout.h"
#include "rtdc/report/markup.h"

/* The parts, which the build has put into page_parts.c. */
extern const char sm_page_html[], sm_page_css[], sm_page_js[], sm_plots_js[], sm_measurement_page_js[],
    sm_archive_page_js[];

enum { N_SCRIPTS = 4, SUM_SIZE = BASE64_ENCODE_RAW_LENGTH(SHA256_DIGEST_SIZE) + 1 };

static const char *const style[] = {sm_page_css, NULL};
static const char *const scripts[] = {sm_plots_js, sm_measurement_page_js, sm_archive_page_js, sm_page_js, NULL};

/* ---- the parts of a page ---- */

static void put_all(FILE *stream, const char *const *texts) {
    for (; *texts; texts++) {
        fputs(*texts, stream);
    }
}

/* Checksum of texts that follow each other, as a policy names them. */
static void put_sum(FILE *stream, const char *const *texts) {
    struct sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    char sum[SUM_SIZE] = "";
    sha256_init(&context);
    for (; *texts; texts++) {
        sha256_update(&context, strlen(*texts), (const uint8_t *)*texts);
    }
    sha256_digest(&context, sizeof digest, digest);
    base64_encode_raw(sum, sizeof digest, digest);
    fputs(sum, stream);
}

struct contents {
    const char *title;
    const json_t *data;
};

/* Put what a word of the template stands for. */
static bool put_part(FILE *stream, const char *word, const struct contents *contents) {
    if (strcmp(word, "STYLE_SUM") == 0) {
        put_sum(stream, style);
    } else if (strcmp(word, "SCRIPT_SUM") == 0) {
        put_sum(stream, scripts);
    } else if (strcmp(word, "SOFTWARE") == 0) {
        fputs(SM_SOFTWARE, stream);
    } else if (strcmp(word, "STYLE") == 0) {
        put_all(stream, style);
    } else if (strcmp(word, "SCRIPT") == 0) {
        put_all(stream, scripts);
    } else if (strcmp(word, "DATA") == 0) {
        return sm_markup_json(stream, contents->data);
    } else {
        assert(strcmp(word, "TITLE") == 0);
        char *title = sm_markup_html(contents->title);
        fputs(title ? title : "", stream);
        free(title);
        return title;
    }
    return true;
}

/* Fill in the template: its words stand between two "@". */
static bool compose_page(FILE *stream, const void *data) {
    char word[16];
    for (const char *at = sm_page_html; *at;) {
        size_t plain = strcspn(at, "@");
        fwrite(at, 1, plain, stream);
        at += plain;
        if (*at == '@') {
            size_t length = strcspn(at + 1, "@");
            assert(length < sizeof word);
            memcpy(word, at + 1, length);
            word[length] = '\0';
            if (!put_part(stream, word, data)) {
                return false;
            }
            at += length + 2;
        }
    }
    return true;
}

enum sparsemed_status sm_page_write(const char *path, const char *title, const json_t *data,
                                    struct sparsemed_error *error) {
    const struct contents contents = {title, data};
    return sm_text_file_write(path, "the page", compose_page, &contents, error);
}

/* ---- files ---- */

enum sparsemed_status sm_text_file_write(const char *path, const char *what,
                                         bool (*compose)(FILE *stream, const void *data), const void *data,
                                         struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sm_temporary temporary = SM_NO_TEMPORARY;
    bool replace = access(path, F_OK) == 0;
    if (sm_temporary_open(path, path, replace, &temporary, error) != SPARSEMED_OK) {
        return error->status;
    }
    int descriptor = dup(temporary.descriptor);
    FILE *stream = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    errno = 0;
    bool composed = stream && compose(stream, data);
    bool written = stream && !ferror(stream);
    written = stream && fclose(stream) == 0 && written;
    if (!written) {
        sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: %s could not be written: %s", path, what,
                       errno ? strerror(errno) : "the disk refuses it");
    } else if (!composed) {
        sparsemed_fail_memory(error, "writing a report");
    } else {
        sm_temporary_keep(&temporary, replace, error);
    }
    sm_temporary_discard(&temporary, error);
    return error->status;
}

/* Whether a file is empty, or begins with a text. */
static bool begins_with(const char *path, const char *beginning) {
    char first[128] = "";
    size_t length = strlen(beginning);
    assert(length < sizeof first);
    FILE *stream = fopen(path, "re");
    size_t n = stream ? fread(first, 1, length, stream) : 0;
    bool empty = stream && n == 0 && feof(stream);
    if (stream) {
        fclose(stream);
    }
    return empty || (n == length && memcmp(first, beginning, length) == 0);
}

enum sparsemed_status sm_text_file_check(const char *option, const char *path, const char *beginning,
                                         struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    static const char extension[] = ".rtdc";
    size_t length = strlen(path), end = sizeof extension - 1;
    struct stat info;
    if (!*sm_path_name(path)) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "%s %s: names no file", option, path);
    }
    if (length >= end && strcasecmp(path + length - end, extension) == 0) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "%s %s: has the name of a measurement; name another file", option,
                              path);
    }
    if (stat(path, &info) == 0 && (!S_ISREG(info.st_mode) || !begins_with(path, beginning))) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "%s %s: exists and is no such report; name another file", option,
                              path);
    }
    return SPARSEMED_OK;
}
