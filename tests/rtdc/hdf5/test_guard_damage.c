/* Damaged chunks of small datasets, and guards themselves. */
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/guard.h"
#include "rtdc/hdf5/hdf5.h"
#include "support/file_bytes.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"
#include "support/pipelines.h"
#include "support/random.h"
#include "support/stored_chunks.h"

enum { N = 100, CHUNK = 30 };

static const hsize_t extent = N, chunk = CHUNK, victim = CHUNK;

static double values[2 * N];

static int make_values(void **state) {
    for (size_t i = 0; i < LENGTH(values); i++) {
        values[i] = (double)(i / 4);
    }
    return hdf5_test_start(state);
}

/* A file with the values in "data", which is open for changes. */
static hid_t create_values(hid_t *file, const char *pipeline) {
    struct path path = scratch_path("values.h5");
    hid_t creation = chunked(1, &chunk);
    pipeline_add(creation, pipeline);
    *file = create_file(path.text, FORMAT_OLD);
    add_dataset(*file, "data", H5T_NATIVE_DOUBLE, 1, &extent, creation, values);
    H5Pclose(creation);
    hid_t dataset = H5Dopen2(*file, "data", H5P_DEFAULT);
    assert_true(dataset >= 0);
    return dataset;
}

static enum sparsemed_status read_values(hid_t dataset, double *read, struct sparsemed_error *error) {
    *error = SPARSEMED_NO_ERROR;
    return sm_guarded_read(dataset, H5T_NATIVE_DOUBLE, read, error);
}

/* ---- damage ---- */

static void refuses_chunks_of_a_wrong_length(void **state) {
    (void)state;
    static const char *const pipelines[] = {
        "zstd", "gzip", "szip", "lzf", "zstd fletcher", "lzf fletcher", "fletcher gzip", "shuffle gzip", "gzip zstd"};
    static const hsize_t lengths[] = {1, CHUNK - 1, CHUNK + 1, 2 * CHUNK, 5 * CHUNK};
    for (size_t i = 0; i < LENGTH(pipelines) * LENGTH(lengths); i++) {
        const char *pipeline = pipelines[i / LENGTH(lengths)];
        double *read = malloc(N * sizeof *read);
        struct sparsemed_error error;
        assert_non_null(read);
        if (pipeline_works(pipeline) && !(pipeline_has(pipeline, "szip") && lengths[i % LENGTH(lengths)] < 8)) {
            hid_t file, dataset = create_values(&file, pipeline);
            assert_int_equal(read_values(dataset, read, &error), SPARSEMED_OK);
            store_other_chunk(dataset, &victim, pipeline, 1, &lengths[i % LENGTH(lengths)], values);
            assert_int_equal(read_values(dataset, read, &error), SPARSEMED_INPUT);
            assert_int_equal(error.status, SPARSEMED_INPUT);
            assert_true(strlen(error.message) > 0);
            H5Dclose(dataset);
            close_file(file);
        }
        free(read);
    }
}

static void finds_flipped_bits(void **state) {
    (void)state;
    static const char *const pipelines[] = {"fletcher", "zstd fletcher", "gzip fletcher", "lzf fletcher",
                                            "szip fletcher"};
    for (size_t i = 0; i < LENGTH(pipelines); i++) {
        double read[N];
        struct sparsemed_error error;
        hid_t file;
        if (!pipeline_works(pipelines[i])) {
            continue;
        }
        hid_t dataset = create_values(&file, pipelines[i]);
        for (int j = 0; j <= 20; j++) {
            flip_bit(dataset, &victim, j / 20.0);
            assert_int_equal(read_values(dataset, read, &error), SPARSEMED_INPUT);
            flip_bit(dataset, &victim, j / 20.0);
        }
        assert_int_equal(read_values(dataset, read, &error), SPARSEMED_OK);
        assert_memory_equal(read, values, sizeof read);
        H5Dclose(dataset);
        close_file(file);
    }
}

/* In two dimensions, with partial chunks at both ends. */
static void finds_damage_in_any_chunk(void **state) {
    (void)state;
    static const hsize_t plane[] = {10, 20}, tile[] = {4, 6};
    struct sparsemed_error error;
    double read[10 * 20];
    hid_t file = create_file(scratch_path("plane.h5").text, FORMAT_OLD), creation = chunked(2, tile);
    pipeline_add(creation, "zstd fletcher");
    add_dataset(file, "data", H5T_NATIVE_DOUBLE, 2, plane, creation, values);
    hid_t dataset = H5Dopen2(file, "data", H5P_DEFAULT);
    for (hsize_t y = 0; y < plane[0]; y += tile[0]) {
        for (hsize_t x = 0; x < plane[1]; x += tile[1]) {
            const hsize_t offset[] = {y, x};
            flip_bit(dataset, offset, 0.5);
            assert_int_equal(read_values(dataset, read, &error), SPARSEMED_INPUT);
            assert_non_null(strstr(error.message, "a chunk is damaged ("));
            flip_bit(dataset, offset, 0.5);
        }
    }
    assert_int_equal(read_values(dataset, read, &error), SPARSEMED_OK);
    assert_memory_equal(read, values, sizeof read);
    H5Dclose(dataset);
    H5Pclose(creation);
    close_file(file);
}

/* The start of a chunk, down to a byte: less than a checksum or a length has. */
static void refuses_chunks_that_are_cut_short(void **state) {
    (void)state;
    static const char *const pipelines[] = {
        "zstd",         "gzip",         "lzf", "fletcher", "zstd fletcher", "szip", "gzip fletcher fletcher",
        "lzf fletcher", "szip fletcher"};
    for (size_t i = 0; i < LENGTH(pipelines); i++) {
        double read[N];
        struct sparsemed_error error;
        hid_t file;
        hsize_t n_bytes;
        uint32_t filter_mask;
        if (!pipeline_works(pipelines[i])) {
            continue;
        }
        hid_t dataset = create_values(&file, pipelines[i]);
        unsigned char *stored = read_stored_chunk(dataset, &victim, &n_bytes, &filter_mask);
        for (hsize_t n_kept = 1; n_kept < 20; n_kept++) {
            bool szip = strcmp(pipelines[i], "szip") == 0 && n_kept > 4; /* takes what is missing for zeros */
            assert_true(H5Dwrite_chunk(dataset, H5P_DEFAULT, filter_mask, &victim, n_kept, stored) >= 0);
            assert_true(read_values(dataset, read, &error) == SPARSEMED_INPUT || szip);
        }
        free(stored);
        H5Dclose(dataset);
        close_file(file);
    }
}

/* Filters that pack values take as many bits as these need, whether they are there or not. */
static void demands_all_of_packed_values(void **state) {
    (void)state;
    static const char *const pipelines[] = {"nbit", "scaleoffset"};
    int32_t numbers[CHUNK], decoded[CHUNK];
    hid_t type = H5Tcopy(H5T_STD_I32LE);
    H5Tset_precision(type, 11);
    for (int i = 0; i < CHUNK; i++) {
        numbers[i] = 37 * i % 1000;
    }
    for (size_t i = 0; i < LENGTH(pipelines); i++) {
        struct sm_guard guard;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        hid_t file = sm_hdf5_create_in_memory(), creation = chunked(1, &chunk);
        hsize_t n_bytes;
        uint32_t filter_mask;
        pipeline_add(creation, pipelines[i]);
        add_dataset(file, "data", type, 1, &chunk, creation, NULL);
        hid_t dataset = H5Dopen2(file, "data", H5P_DEFAULT);
        unsigned char *stored = make_stored_chunk(type, pipelines[i], 1, &chunk, numbers, &n_bytes, &filter_mask);
        assert_int_equal(sm_guard_open(dataset, &guard, &error), SPARSEMED_OK);
        assert_int_equal(sm_guard_decode(&guard, stored, n_bytes, 0, decoded, &error), SPARSEMED_OK);
        assert_memory_equal(decoded, numbers, sizeof numbers);
        for (hsize_t n_kept = 1; n_kept + 1 < n_bytes; n_kept++) { /* there may be one byte too many */
            error = SPARSEMED_NO_ERROR;
            assert_int_equal(sm_guard_decode(&guard, stored, n_kept, 0, decoded, &error), SPARSEMED_INPUT);
            assert_non_null(strstr(error.message, "a chunk is damaged, or is sound and HDF5 "));
            assert_non_null(strstr(error.message, pipelines[i])); /* named as HDF5 does */
        }
        if (i == 1) {
            static const unsigned char excessive[21 + CHUNK * 33 / 8 + 1] = {33}; /* bits of a value that has 32 */
            error = SPARSEMED_NO_ERROR;
            assert_int_equal(sm_guard_decode(&guard, excessive, sizeof excessive, 0, decoded, &error), SPARSEMED_INPUT);
        }
        free(stored);
        sm_guard_close(&guard);
        H5Dclose(dataset);
        H5Pclose(creation);
        close_file(file);
    }
    H5Tclose(type);
}

/* HDF5 takes from the parameters in a file how much a chunk decodes to. */
static void checks_the_parameters_of_packed_values(void **state) {
    (void)state;
    static const struct {
        const char *pipeline;
        unsigned stored[3]; /* elements of a chunk, what these are, and their bytes */
        size_t position;    /* of the one that is changed */
        unsigned value;
    } cases[] = {
        {"nbit", {CHUNK, 1, 4}, 0, 1},        {"nbit", {CHUNK, 1, 4}, 0, 1 << 20},
        {"nbit", {CHUNK, 1, 4}, 2, 1},        {"scaleoffset", {CHUNK, 0, 4}, 0, 1},
        {"scaleoffset", {CHUNK, 0, 4}, 2, 1}, {"scaleoffset", {CHUNK, 0, 4}, 2, 8},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        int32_t numbers[CHUNK] = {1, 2, 3}, read[CHUNK];
        struct path path = scratch_path("packed.h5");
        hid_t file = create_file(path.text, FORMAT_OLD), creation = chunked(1, &chunk), type = H5Tcopy(H5T_STD_I32LE);
        H5Tset_precision(type, 20); /* HDF5 1.14 makes no dataset of fewer bits than half */
        pipeline_add(creation, cases[i].pipeline);
        add_dataset(file, "data", type, 1, &chunk, creation, numbers);
        H5Tclose(type);
        H5Pclose(creation);
        close_file(file);
        for (int damaged = 0; damaged < 2; damaged++) {
            struct sparsemed_error error = SPARSEMED_NO_ERROR;
            file = open_file(path.text);
            hid_t dataset = H5Dopen2(file, "data", H5P_DEFAULT);
            assert_int_equal(sm_guarded_read(dataset, H5T_NATIVE_INT32, read, &error),
                             damaged ? SPARSEMED_INPUT : SPARSEMED_OK);
            H5Dclose(dataset);
            close_file(file);
            struct bytes bytes = load_bytes(path.text);
            uint8_t *found = memmem(bytes.data, bytes.n, cases[i].stored, sizeof cases[i].stored);
            assert_true(found || damaged);
            if (found) {
                memcpy(found + cases[i].position * sizeof(unsigned), &cases[i].value, sizeof(unsigned));
            }
            save_and_free(path.text, bytes);
        }
    }
}

/* ---- guards ---- */

static void asks_for_chunks(void **state) {
    (void)state;
    struct path path = scratch_path("plain.h5");
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_guard guard;
    hid_t file = create_file(path.text, FORMAT_OLD);
    add_list(file, "data", H5T_NATIVE_DOUBLE, N, values);
    hid_t dataset = H5Dopen2(file, "data", H5P_DEFAULT);
    assert_int_equal(sm_guard_open(dataset, &guard, &error), SPARSEMED_INPUT);
    assert_int_equal(error.status, SPARSEMED_INPUT);
    sm_guard_close(&guard);
    sm_guard_close(&guard);
    H5Dclose(dataset);
    close_file(file);
    guard = SM_NO_GUARD;
    sm_guard_close(&guard);
}

/* That of the images stays open while others check small datasets. */
static void several_live_at_once(void **state) {
    (void)state;
    double read[N];
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_guard guards[3] = {SM_NO_GUARD, SM_NO_GUARD, SM_NO_GUARD};
    hid_t file, dataset = create_values(&file, "lzf");
    enum sparsemed_status status = SPARSEMED_OK;
    for (size_t i = 0; i < LENGTH(guards) && status == SPARSEMED_OK; i++) {
        status = sm_guard_open(dataset, &guards[i], &error);
    }
    if (status == SPARSEMED_OK) {
        status = read_values(dataset, read, &error);
    }
    for (size_t i = 0; i < LENGTH(guards); i++) {
        sm_guard_close(&guards[i]);
    }
    H5Dclose(dataset);
    close_file(file);
    assert_string_equal(error.message, "");
    assert_int_equal(status, SPARSEMED_OK);
    assert_memory_equal(read, values, sizeof read);
}

/* Chunks of which some went through no compressor, in any order. */
static void follows_the_filter_mask(void **state) {
    (void)state;
    /* A pipeline, and what is left of it with filter mask 1, 2 and 3. */
    static const char *const cases[][4] = {{"lzf", "", "lzf", ""},
                                           {"gzip zstd", "zstd", "gzip", ""},
                                           {"shuffle lzf", "lzf", "shuffle", ""},
                                           {"szip lzf", "lzf", "szip", ""}};
    static const uint32_t masks[] = {0, 1, 0, 2, 3, 3, 0, 1, 2, 0};
    struct rng rng = {1};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        struct sm_guard guard;
        hid_t file;
        if (!pipeline_works(cases[i][0])) {
            continue;
        }
        hid_t dataset = create_values(&file, cases[i][0]);
        assert_int_equal(sm_guard_open(dataset, &guard, &error), SPARSEMED_OK);
        assert_int_equal(guard.chunk_bytes, CHUNK * sizeof(double));
        for (size_t j = 0; j < LENGTH(masks); j++) {
            const double *expected = values + rng_below(&rng, N);
            double decoded[CHUNK];
            hsize_t n_bytes;
            uint32_t ignored;
            unsigned char *stored =
                make_stored_chunk(H5T_NATIVE_DOUBLE, cases[i][masks[j]], 1, &chunk, expected, &n_bytes, &ignored);
            if (sm_guard_decode(&guard, stored, n_bytes, masks[j], decoded, &error) != SPARSEMED_OK) {
                fail_msg("%s, mask %u: %s", cases[i][0], masks[j], error.message);
            }
            assert_memory_equal(decoded, expected, sizeof decoded);
            assert_int_equal(sm_guard_decode(&guard, stored, n_bytes, masks[j], NULL, &error), SPARSEMED_OK);
            free(stored);
        }
        sm_guard_close(&guard);
        H5Dclose(dataset);
        close_file(file);
    }
}

/* After a damaged chunk, a sound one decodes. */
static void recovers_from_damage(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_guard guard;
    hsize_t n_bytes;
    uint32_t mask;
    double decoded[CHUNK];
    hid_t file, dataset = create_values(&file, "zstd fletcher");
    assert_int_equal(sm_guard_open(dataset, &guard, &error), SPARSEMED_OK);
    unsigned char *stored = read_stored_chunk(dataset, &victim, &n_bytes, &mask);
    for (int i = 0; i < 3; i++) {
        error = SPARSEMED_NO_ERROR;
        stored[9] ^= 1;
        assert_int_equal(sm_guard_decode(&guard, stored, n_bytes, mask, decoded, &error), SPARSEMED_INPUT);
        error = SPARSEMED_NO_ERROR;
        stored[9] ^= 1;
        assert_int_equal(sm_guard_decode(&guard, stored, n_bytes, mask, decoded, &error), SPARSEMED_OK);
        assert_memory_equal(decoded, values + CHUNK, sizeof decoded);
    }
    free(stored);
    sm_guard_close(&guard);
    H5Dclose(dataset);
    close_file(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(refuses_chunks_of_a_wrong_length),
        tidy_test(finds_flipped_bits),
        tidy_test(finds_damage_in_any_chunk),
        tidy_test(refuses_chunks_that_are_cut_short),
        tidy_test(demands_all_of_packed_values),
        tidy_test(checks_the_parameters_of_packed_values),
        tidy_test(asks_for_chunks),
        tidy_test(several_live_at_once),
        tidy_test(follows_the_filter_mask),
        tidy_test(recovers_from_damage),
    };
    return cmocka_run_group_tests(tests, make_values, scratch_remove);
}
