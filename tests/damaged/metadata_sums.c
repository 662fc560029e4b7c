/* Where a piece begins is told by its mark; where it ends is found by trying: there is the checksum of all before. */
#include "damaged/metadata_sums.h"

#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "support/demand.h"

/* What HDF5 sums with: not for applications, and may be missing. */
uint32_t H5_checksum_metadata(const void *data, size_t n_bytes, uint32_t before) __attribute__((weak));

enum { MARK_BYTES = 4, SUM_BYTES = 4, MOST_BYTES = 1024 };

static const char *const marks[] = {"\211HDF", "OHDR", "OCHK", "FRHP", "FHIB", "BTHD", "BTIN", "BTLF", "FSHD",
                                    "FSSE",    "EAHD", "EAIB", "EASB", "EADB", "FAHD", "FADB", "SMTB", "SMLI"};
enum { N_MARKS = sizeof marks / sizeof *marks };

static uint32_t stored_sum(const uint8_t *at) {
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* Bytes of the piece that begins here; 0 where none does. */
static size_t measure_piece(const uint8_t *at, size_t n_left) {
    for (size_t n = MARK_BYTES; n + SUM_BYTES <= n_left && n <= MOST_BYTES; n++) {
        if (H5_checksum_metadata(at, n, 0) == stored_sum(at + n)) {
            return n;
        }
    }
    return 0;
}

static void add_span(struct metadata_sums *sums, size_t first, size_t n_bytes) {
    sums->spans = realloc(sums->spans, (sums->n + 1) * sizeof *sums->spans);
    demand(sums->spans, "note a checksum");
    sums->spans[sums->n++] = (struct sum_span){first, n_bytes};
}

struct metadata_sums find_metadata_sums(struct bytes file) {
    struct metadata_sums sums = {NULL, 0};
    for (size_t i = 0; i < N_MARKS && H5_checksum_metadata; i++) {
        const uint8_t *end = file.data + file.n, *at = file.data;
        for (; (at = memmem(at, (size_t)(end - at), marks[i], MARK_BYTES)); at++) {
            size_t n_bytes = measure_piece(at, (size_t)(end - at));
            if (n_bytes > 0) {
                add_span(&sums, (size_t)(at - file.data), n_bytes);
            }
        }
    }
    return sums;
}

void set_metadata_sums(struct metadata_sums sums, struct bytes file) {
    for (size_t i = 0; i < sums.n; i++) {
        const struct sum_span *span = &sums.spans[i];
        if (span->first + span->n_bytes + SUM_BYTES <= file.n) {
            uint8_t *at = file.data + span->first;
            uint32_t sum = H5_checksum_metadata(at, span->n_bytes, 0);
            for (int j = 0; j < SUM_BYTES; j++) {
                at[span->n_bytes + (size_t)j] = (uint8_t)(sum >> 8 * j);
            }
        }
    }
}
