/* Chunks as they are stored, decoded by ourselves. */
#include <stdlib.h>

#include "fuzz/chunk_pipelines.h"
#include "fuzz/fuzzing.h"
#include "rtdc/hdf5/decoder.h"

static const char *const pipelines[] = {"zstd fletcher",          "zstd",     "gzip", "gzip fletcher", "fletcher gzip",
                                        "fletcher zstd fletcher", "fletcher", ""};
enum { N_PIPELINES = sizeof pipelines / sizeof *pipelines };

static struct sm_decoder *decoder_of(size_t pipeline) {
    static struct sm_decoder *decoders[N_PIPELINES];
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    if (!decoders[pipeline]) {
        hid_t dataset = make_piped_dataset(pipelines[pipeline], 8);
        must(sm_decoder_create(dataset, &decoders[pipeline], &error) == SPARSEMED_OK, error.message);
        H5Dclose(dataset);
    }
    return decoders[pipeline];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    struct sm_decoder *decoder = decoder_of(take_byte(&data, &n_bytes) % N_PIPELINES);
    uint32_t filter_mask = take_byte(&data, &n_bytes);
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    uint8_t *decoded = malloc(CHUNK_BYTES);
    went_well(
        sm_decode(decoder, data, n_bytes, filter_mask == UINT8_MAX ? SM_NO_FILTERS : filter_mask, decoded, &error),
        &error, SPARSEMED_INPUT, SPARSEMED_INPUT);
    free(decoded);
    return 0;
}
