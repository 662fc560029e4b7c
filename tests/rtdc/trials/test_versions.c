/* Files of a newer HDF5: whatever in them has a version that this one does not know, the message says so. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/changed_calls.h"
#include "rtdc/trials/trial_reading.h"
#include "support/file_bytes.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"
#include "support/pipelines.h"

enum { N_FRAMES = 40, HEIGHT = 10, WIDTH = 16, FUTURE = 9 };

/* Places in a file of the old format. */
enum { SUPERBLOCK_VERSION = 8, HEADER_BYTES = 16, MESSAGE_HEADER = 8 };

/* Messages of an object header that begin with a version. That of a datatype shares its byte with the class. */
enum {
    MESSAGE_SPACE = 0x01,
    MESSAGE_DATATYPE = 0x03,
    MESSAGE_FILL = 0x05,
    MESSAGE_LAYOUT = 0x08,
    MESSAGE_PIPELINE = 0x0b,
    MESSAGE_ATTRIBUTE = 0x0c,
    MESSAGE_CONTINUED = 0x10,
};

/* ---- places of versions ---- */

struct places {
    size_t at[64];
    size_t n;
};

static uint64_t number_at(const struct bytes *bytes, size_t at, int n_bytes) {
    uint64_t value = 0;
    for (int i = n_bytes - 1; i >= 0; i--) {
        value = value << 8 | bytes->data[at + (size_t)i];
    }
    return value;
}

/* Note the places of the versions of the messages in a block of a header. */
static void note_messages(const struct bytes *bytes, size_t at, size_t end, struct places *places) {
    while (at + MESSAGE_HEADER <= end) {
        unsigned type = (unsigned)number_at(bytes, at, 2);
        size_t data = at + MESSAGE_HEADER, n_bytes = (size_t)number_at(bytes, at + 2, 2);
        bool versioned = type == MESSAGE_SPACE || type == MESSAGE_DATATYPE || type == MESSAGE_FILL ||
                         type == MESSAGE_LAYOUT || type == MESSAGE_PIPELINE || type == MESSAGE_ATTRIBUTE;
        if (type == MESSAGE_CONTINUED) {
            size_t begin = (size_t)number_at(bytes, data, 8);
            note_messages(bytes, begin, begin + (size_t)number_at(bytes, data + 8, 8), places);
        } else if (versioned) {
            assert_true(places->n < LENGTH(places->at));
            places->at[places->n++] = data;
        }
        at = data + n_bytes;
    }
}

struct walk {
    const struct bytes *bytes;
    struct places *places;
};

static herr_t note_object(hid_t file, const char *path, const sm_object_info *info, void *data) {
    (void)info;
    const struct walk *walk = data;
    size_t header = header_of(file, path);
    assert_int_equal(walk->bytes->data[header], 1);
    walk->places->at[walk->places->n++] = header;
    note_messages(walk->bytes, header + HEADER_BYTES,
                  header + HEADER_BYTES + (size_t)number_at(walk->bytes, header + 8, 4), walk->places);
    return 0;
}

static struct places find_versions(const char *path, const struct bytes *bytes) {
    struct places places = {.at = {SUPERBLOCK_VERSION}, .n = 1};
    struct walk walk = {bytes, &places};
    hid_t file = open_file(path);
    assert_true(sm_hdf5_visit(file, note_object, &walk) >= 0);
    close_file(file);
    return places;
}

/* ---- tests ---- */

static void make_measurement(const char *path) {
    const hsize_t extent[3] = {N_FRAMES, HEIGHT, WIDTH}, chunk[3] = {5, HEIGHT, WIDTH};
    static uint8_t frames[N_FRAMES * HEIGHT * WIDTH];
    double times[N_FRAMES];
    static const char *const lines[] = {"one", "two"};
    for (int i = 0; i < N_FRAMES; i++) {
        times[i] = i;
    }
    hid_t file = create_file(path, FORMAT_OLD), creation = chunked(3, chunk);
    pipeline_add(creation, "gzip");
    add_dataset(file, "events/image", H5T_STD_U8LE, 3, extent, creation, frames);
    add_list(file, "events/time", H5T_NATIVE_DOUBLE, N_FRAMES, times);
    add_lines(file, "logs/log", LENGTH(lines), lines);
    add_list(file, "tables/table", H5T_NATIVE_DOUBLE, 3, times);
    add_text_attribute(file, "setup:identifier", "some");
    hid_t table = H5Dopen2(file, "tables/table", H5P_DEFAULT);
    add_number_attribute(table, "number", 1);
    H5Dclose(table);
    H5Pclose(creation);
    close_file(file);
}

static void a_newer_version_is_told_as_such(void **state) {
    (void)state;
    static const struct sm_input_options options = {0};
    struct sm_facts facts;
    char others[SM_OTHERS_BYTES];
    struct path path = scratch_path("good.rtdc"), newer = scratch_path("newer.rtdc");
    make_measurement(path.text);
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    assert_int_equal(sm_trial_read(SM_TRIAL_INPUT, path.text, &options, 0, &facts, others, &error), SPARSEMED_OK);
    struct bytes bytes = load_bytes(path.text);
    const struct places places = find_versions(path.text, &bytes);
    char version[64];
    unsigned major, minor, release;
    H5get_libversion(&major, &minor, &release);
    snprintf(version, sizeof version, "needs a newer HDF5 than the program has, %u.%u.%u", major, minor, release);
    for (size_t i = 0; i < places.n; i++) {
        uint8_t before = bytes.data[places.at[i]];
        error = SPARSEMED_NO_ERROR;
        bytes.data[places.at[i]] = before & 0xf0 ? (uint8_t)(FUTURE << 4 | (before & 0x0f)) : FUTURE;
        save_bytes(newer.text, bytes.data, bytes.n);
        bytes.data[places.at[i]] = before;
        enum sparsemed_status status = sm_trial_read(SM_TRIAL_INPUT, newer.text, &options, 0, &facts, others, &error);
        if (status != SPARSEMED_INPUT || !strstr(error.message, version)) {
            fail_msg("byte %zu: status %d, \"%s\"", places.at[i], (int)status, error.message);
        }
    }
    free(bytes.data);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hdf5_test(a_newer_version_is_told_as_such), /* HDF5 loses memory where it fails so */
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
