/* Decoding chunks between inaccessible pages: whatever is in a chunk, no byte outside is read or written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/decoder.h"
#include "support/guarded.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"
#include "support/pipelines.h"
#include "support/random.h"
#include "support/stored_chunks.h"

enum { FRAMES = 3, ROWS = 17, COLUMNS = 31, CHUNK_BYTES = FRAMES * ROWS * COLUMNS };

static const hsize_t chunk[] = {FRAMES, ROWS, COLUMNS};

static uint8_t values[CHUNK_BYTES];

static struct guarded guarded;

static int make_values(void **state) {
    struct rng rng = {1};
    for (size_t i = 0; i < CHUNK_BYTES; i++) {
        values[i] = (uint8_t)(90 + i / COLUMNS + rng_below(&rng, 3));
    }
    guarded_create(&guarded, 2, 4 * CHUNK_BYTES);
    return hdf5_test_start(state);
}

static int release_values(void **state) {
    guarded_free(&guarded);
    return scratch_remove(state);
}

/* ---- helpers ---- */

/* A decoder of chunks of a pipeline; it needs the dataset no longer. */
static struct sm_decoder *make_decoder(const char *pipeline) {
    struct path path = scratch_path("decoder.h5");
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_decoder *decoder;
    hid_t file = create_file(path.text, FORMAT_OLD), creation = chunked(3, chunk);
    pipeline_add(creation, pipeline);
    add_dataset(file, "data", H5T_STD_U8LE, 3, chunk, creation, NULL);
    hid_t dataset = H5Dopen2(file, "data", H5P_DEFAULT);
    assert_int_equal(sm_decoder_create(dataset, &decoder, &error), SPARSEMED_OK);
    assert_int_equal(sm_decoder_chunk_bytes(decoder), CHUNK_BYTES);
    H5Dclose(dataset);
    H5Pclose(creation);
    close_file(file);
    return decoder;
}

/* Decode with both buffers at an edge. The result is in *decoded. */
static enum sparsemed_status decode(struct sm_decoder *decoder, const uint8_t *raw, size_t n_raw, uint32_t filter_mask,
                                    enum guarded_edge edge, uint8_t **decoded, struct sparsemed_error *error) {
    uint8_t *stored = guarded_buffer(&guarded, 0, n_raw, edge);
    *decoded = guarded_buffer(&guarded, 1, CHUNK_BYTES, edge);
    *error = SPARSEMED_NO_ERROR;
    memcpy(stored, raw, n_raw);
    memset(*decoded, 0x5a, CHUNK_BYTES);
    enum sparsemed_status status = sm_decode(decoder, stored, n_raw, filter_mask, *decoded, error);
    assert_int_equal(status, error->status);
    assert_true(status == SPARSEMED_OK || (status == SPARSEMED_INPUT && strlen(error->message) > 0));
    assert_memory_equal(stored, raw, n_raw);
    return status;
}

static void assert_decodes(struct sm_decoder *decoder, const uint8_t *raw, size_t n_raw, uint32_t filter_mask) {
    for (enum guarded_edge edge = GUARDED_FIRST_BYTE; edge <= GUARDED_LAST_BYTE; edge++) {
        uint8_t *decoded;
        struct sparsemed_error error;
        if (decode(decoder, raw, n_raw, filter_mask, edge, &decoded, &error) != SPARSEMED_OK) {
            fail_msg("filter mask %x: %s", filter_mask, error.message);
        }
        assert_memory_equal(decoded, values, CHUNK_BYTES);
    }
}

static uint8_t *make_raw(const char *pipeline, hsize_t *n_raw) {
    uint32_t filter_mask;
    uint8_t *raw = make_stored_chunk(H5T_STD_U8LE, pipeline, 3, chunk, values, n_raw, &filter_mask);
    assert_int_equal(filter_mask, 0);
    return raw;
}

static const char *const pipelines[] = {
    "",         "zstd",         "gzip",          "szip",          "lzf",
    "shuffle",  "shuffle gzip", "zstd fletcher", "fletcher zstd", "fletcher gzip fletcher",
    "fletcher", "lzf fletcher", "szip fletcher", "zstd gzip",     "fletcher fletcher shuffle zstd fletcher fletcher",
    "lzf zstd"};

/* ---- tests ---- */

static void decodes_what_hdf5_stores(void **state) {
    (void)state;
    for (size_t i = 0; i < LENGTH(pipelines); i++) {
        if (pipeline_works(pipelines[i])) {
            hsize_t n_raw;
            struct sm_decoder *decoder = make_decoder(pipelines[i]);
            uint8_t *raw = make_raw(pipelines[i], &n_raw);
            assert_decodes(decoder, raw, n_raw, 0);
            assert_decodes(decoder, values, CHUNK_BYTES, SM_NO_FILTERS);
            assert_decodes(decoder, raw, n_raw, 0);
            free(raw);
            sm_decoder_free(decoder);
        }
    }
    sm_decoder_free(NULL);
}

/* A chunk of the whole pipeline with each combination of its filters left out. */
static void follows_the_filter_mask(void **state) {
    (void)state;
    static const char *const wholes[][3] = {{"fletcher", "zstd", "fletcher"}, {"shuffle", "gzip", "fletcher"},
                                            {"fletcher", "gzip", "fletcher"}, {"shuffle", "lzf", "fletcher"},
                                            {"zstd", "gzip", "fletcher"},     {"fletcher", "lzf", "fletcher"}};
    for (size_t i = 0; i < LENGTH(wholes) * 16; i++) {
        const char *const *filters = wholes[i / 16];
        uint32_t filter_mask = (uint32_t)(5 * i % 8);
        char whole[64], part[64] = "";
        hsize_t n_raw;
        snprintf(whole, sizeof whole, "%s %s %s", filters[0], filters[1], filters[2]);
        for (uint32_t j = 0; j < 3; j++) {
            if (!(filter_mask >> j & 1)) {
                size_t length = strlen(part);
                snprintf(part + length, sizeof part - length, "%s%s", length ? " " : "", filters[j]);
            }
        }
        struct sm_decoder *decoder = make_decoder(whole);
        uint8_t *raw = make_raw(part, &n_raw);
        assert_decodes(decoder, raw, n_raw, filter_mask);
        free(raw);
        sm_decoder_free(decoder);
    }
}

static void demands_the_length_of_plain_chunks(void **state) {
    (void)state;
    static const size_t lengths[] = {1, CHUNK_BYTES - 1, CHUNK_BYTES + 1, 2 * CHUNK_BYTES};
    static uint8_t zeros[2 * CHUNK_BYTES];
    for (size_t i = 0; i < LENGTH(pipelines); i++) {
        if (pipeline_works(pipelines[i])) {
            struct sm_decoder *decoder = make_decoder(pipelines[i]);
            for (size_t j = 0; j < LENGTH(lengths); j++) {
                uint8_t *decoded;
                struct sparsemed_error error;
                assert_int_equal(decode(decoder, zeros, lengths[j], SM_NO_FILTERS, GUARDED_LAST_BYTE, &decoded, &error),
                                 SPARSEMED_INPUT);
            }
            sm_decoder_free(decoder);
        }
    }
}

/* Change, cut, lengthen or overwrite a stored chunk of n bytes in room for twice as many. Returns the new length. */
static size_t spoil(uint8_t *raw, size_t n, struct rng *rng) {
    size_t where = rng_below(rng, n), kind = rng_below(rng, 6);
    for (size_t i = 0; i <= kind && kind < 3; i++) {
        raw[rng_below(rng, n)] ^= (uint8_t)(1 << rng_below(rng, 8));
    }
    if (kind == 3) {
        return 1 + where;
    }
    if (kind == 4) {
        raw[rng_below(rng, n < 20 ? n : 20)] = (uint8_t)rng_next(rng); /* where the headers are */
    }
    if (kind == 5) {
        memset(raw + n, (int)rng_below(rng, 256), where + 1);
        return n + where + 1;
    }
    return n;
}

/* Afterwards the decoder must be of use as before. */
static void survives_any_damage(void **state) {
    (void)state;
    struct rng rng = {2};
    size_t n_refused = 0, n_tried = 0;
    for (size_t i = 0; i < LENGTH(pipelines); i++) {
        hsize_t n_raw;
        if (!pipeline_works(pipelines[i])) {
            continue;
        }
        struct sm_decoder *decoder = make_decoder(pipelines[i]);
        uint8_t *raw = make_raw(pipelines[i], &n_raw), *spoilt = malloc(2 * n_raw);
        assert_non_null(spoilt);
        for (int j = 0; j < 600; j++) {
            uint8_t *decoded;
            struct sparsemed_error error;
            memcpy(spoilt, raw, n_raw);
            size_t n = spoil(spoilt, n_raw, &rng);
            n_refused += decode(decoder, spoilt, n, 0, j % 2 ? GUARDED_FIRST_BYTE : GUARDED_LAST_BYTE, &decoded,
                                &error) != SPARSEMED_OK;
            n_tried++;
        }
        assert_decodes(decoder, raw, n_raw, 0);
        free(spoilt);
        free(raw);
        sm_decoder_free(decoder);
    }
    assert_true(n_refused >= n_tried / 2 && n_refused <= n_tried);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(decodes_what_hdf5_stores),
        tidy_test(follows_the_filter_mask),
        tidy_test(demands_the_length_of_plain_chunks),
        tidy_test(survives_any_damage),
    };
    return cmocka_run_group_tests(tests, make_values, release_values);
}
