/* Chunks as they are stored, through HDF5's filters: that these are not led astray, and that where we decode by
 * ourselves, too, both accept the same and make the same of it. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/chunk_pipelines.h"
#include "fuzz/fuzzing.h"
#include "rtdc/hdf5/decoder.h"
#include "rtdc/hdf5/guard.h"
#include "support/pipelines.h"

/* The first are decoded by ourselves. */
static const char *const pipelines[] = {
    "zstd fletcher", "gzip",        "fletcher gzip",       "fletcher", "zstd", "lzf", "szip", "szip fletcher",
    "nbit",          "scaleoffset", "shuffle lzf fletcher"};
enum { N_OWN = 5, N_PIPELINES = sizeof pipelines / sizeof *pipelines };

static struct guards {
    struct sm_guard guard;
    struct sm_decoder *decoder; /* NULL: all is left to HDF5 */
} guards[N_PIPELINES];

static struct guards *guards_of(size_t pipeline) {
    static bool opened[N_PIPELINES];
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct guards *found = &guards[pipeline];
    if (!opened[pipeline]) {
        hid_t dataset = make_piped_dataset(pipelines[pipeline], pipeline_has(pipelines[pipeline], "nbit") ? 5 : 8);
        must(sm_guard_open(dataset, &found->guard, &error) == SPARSEMED_OK, error.message);
        if (pipeline < N_OWN) {
            must(sm_decoder_create(dataset, &found->decoder, &error) == SPARSEMED_OK, error.message);
        }
        H5Dclose(dataset);
        opened[pipeline] = true;
    }
    return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    size_t pipeline = take_byte(&data, &n_bytes) % N_PIPELINES;
    uint32_t filter_mask = take_byte(&data, &n_bytes);
    filter_mask = filter_mask < 4 ? filter_mask : 0; /* another dataset for each: none mostly */
    if (n_bytes == 0 || !pipeline_works(pipelines[pipeline])) {
        return 0; /* a chunk has bytes, or is not asked for */
    }
    struct guards *with = guards_of(pipeline);
    struct sparsemed_error error = SPARSEMED_NO_ERROR, own_error = SPARSEMED_NO_ERROR;
    uint8_t *decoded = malloc(CHUNK_BYTES), *own = malloc(CHUNK_BYTES);
    bool accepted = went_well(sm_guard_decode(&with->guard, data, n_bytes, filter_mask, decoded, &error), &error,
                              SPARSEMED_INPUT, SPARSEMED_INPUT);
    if (with->decoder) {
        bool own_accepted = sm_decode(with->decoder, data, n_bytes, filter_mask, own, &own_error) == SPARSEMED_OK;
        must(accepted == own_accepted, accepted ? own_error.message : error.message);
        must(!accepted || memcmp(decoded, own, CHUNK_BYTES) == 0, "HDF5 decodes something else");
    }
    free(own);
    free(decoded);
    return 0;
}
