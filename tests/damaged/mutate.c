/* Writes mutants of measurements: copies with something wrong at random, the same for the same seed everywhere. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/numbers.h"
#include "damaged/metadata_sums.h"
#include "support/demand.h"
#include "support/file_bytes.h"
#include "support/random.h"

/* Most bytes of a block that is changed, and that are looked at behind a mark. */
enum { BLOCK_BYTES = 2048, NEAR_BYTES = 512 };

/* Marks of what HDF5 has in files beside values, such as trees, heaps, headers of objects and indexes of chunks. Those
 * are a small part of a file, and the one that programs stumble over. */
static const char *const marks[] = {"TREE", "SNOD", "HEAP", "GCOL", "OHDR", "OCHK", "FRHP",    "FHDB", "BTHD", "BTLF",
                                    "EAHD", "EADB", "FAHD", "FADB", "SMTB", "SMLI", "\211HDF", "time", "image"};
enum { N_MARKS = sizeof marks / sizeof *marks };

static size_t near_mark(struct bytes file, struct rng *rng) {
    const char *mark = marks[rng_below(rng, N_MARKS)];
    size_t from = rng_below(rng, file.n);
    const uint8_t *found = memmem(file.data + from, file.n - from, mark, strlen(mark));
    if (!found) {
        found = memmem(file.data, file.n, mark, strlen(mark));
    }
    return found ? sm_min((size_t)(found - file.data) + rng_below(rng, NEAR_BYTES), file.n - 1) : from;
}

/* A place in the file: anywhere, or where what is no value mostly is. */
static size_t place(struct bytes file, struct rng *rng) {
    size_t kind = rng_below(rng, 8);
    return kind < 2   ? rng_below(rng, file.n)
           : kind < 3 ? rng_below(rng, sm_min(file.n, BLOCK_BYTES))
                      : near_mark(file, rng);
}

/* Bytes of a block from a place on: few mostly. */
static size_t block_at(struct bytes file, size_t at, struct rng *rng) {
    size_t most = (size_t)1 << (1 + rng_below(rng, 11));
    return sm_min(1 + rng_below(rng, most), file.n - at);
}

/* ---- kinds ---- */

static void flip_bits(struct bytes *file, struct rng *rng) {
    for (size_t n = 1 + rng_below(rng, 2) * rng_below(rng, 4); n > 0; n--) {
        file->data[place(*file, rng)] ^= (uint8_t)(1 << rng_below(rng, 8));
    }
}

static void set_bytes(struct bytes *file, struct rng *rng) {
    size_t at = place(*file, rng), n = sm_min(block_at(*file, at, rng), 16);
    for (size_t i = 0; i < n; i++) {
        file->data[at + i] = (uint8_t)rng_next(rng);
    }
}

static void fill_block(struct bytes *file, struct rng *rng) {
    size_t at = place(*file, rng);
    memset(file->data + at, rng_below(rng, 3) > 0 ? 0 : 0xff, block_at(*file, at, rng));
}

static void cut(struct bytes *file, struct rng *rng) {
    file->n -= sm_min(rng_below(rng, 2) ? rng_below(rng, file->n) : 1 + rng_below(rng, BLOCK_BYTES), file->n - 1);
}

static void swap_blocks(struct bytes *file, struct rng *rng) {
    size_t a = place(*file, rng), b = place(*file, rng), first = sm_min(a, b), second = sm_max(a, b);
    size_t n = sm_min(block_at(*file, second, rng), second - first);
    uint8_t kept[BLOCK_BYTES];
    n = sm_min(n, sizeof kept);
    memcpy(kept, file->data + first, n);
    memcpy(file->data + first, file->data + second, n);
    memcpy(file->data + second, kept, n);
}

static void repeat_block(struct bytes *file, struct rng *rng) {
    size_t from = place(*file, rng), to = place(*file, rng);
    size_t n = sm_min(block_at(*file, from, rng), file->n - to);
    memmove(file->data + to, file->data + from, n);
}

/* Numbers have 1, 2, 4 or 8 bytes, and lie at multiples of 4 mostly. */
static void change_number(struct bytes *file, struct rng *rng) {
    size_t n = (size_t)1 << rng_below(rng, 4), at = place(*file, rng);
    at -= rng_below(rng, 4) > 0 ? at % sm_min(n, 4) : 0;
    if (at + n > file->n) {
        return;
    }
    uint64_t number = 0;
    memcpy(&number, file->data + at, n); /* little-endian, as HDF5 has them; elsewhere another mutant comes about */
    const uint64_t special[] = {0,          1,          0x7f,       0x80,          0xff,           0xffff,
                                0x7fffffff, 0x80000000, 0xffffffff, INT64_MAX,     UINT64_MAX,     number + 1,
                                number - 1, number * 2, number / 2, number * 1000, number + 65536, ~number};
    number = special[rng_below(rng, sizeof special / sizeof *special)];
    memcpy(file->data + at, &number, n);
}

static void (*const kinds[])(struct bytes *file, struct rng *rng) = {
    flip_bits, flip_bits,   flip_bits,    set_bytes,     fill_block,
    cut,       swap_blocks, repeat_block, change_number, change_number,
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

/* ---- mutants ---- */

static void write_mutant(const char *folder, uint64_t seed, size_t number, const char *input) {
    char path[4096];
    struct bytes file = load_bytes(input);
    struct rng rng = rng_start(seed, number);
    struct metadata_sums sums = find_metadata_sums(file);
    demand(file.n > 0, "change an empty file");
    for (size_t n = rng_below(&rng, 4) > 0 ? 1 : 2; n > 0; n--) {
        kinds[rng_below(&rng, N_KINDS)](&file, &rng);
    }
    if (rng_below(&rng, 4) > 0) { /* or what is changed is never looked at */
        set_metadata_sums(sums, file);
    }
    free(sums.spans);
    snprintf(path, sizeof path, "%s/mutant_%zu.rtdc", folder, number);
    save_and_free(path, file);
}

int main(int argc, char **argv) {
    if (argc < 6) {
        fprintf(stderr,
                "Usage: mutate FOLDER SEED FIRST N INPUT...\n"
                "Write N mutants of the inputs, in turn, to FOLDER/mutant_NUMBER.rtdc, from number FIRST on.\n");
        return 2;
    }
    size_t first = strtoul(argv[3], NULL, 10), n = strtoul(argv[4], NULL, 10), n_inputs = (size_t)argc - 5;
    for (size_t number = first; number < first + n; number++) {
        write_mutant(argv[1], strtoull(argv[2], NULL, 10), number, argv[5 + number % n_inputs]);
    }
    return 0;
}
