#include "support/guarded.h"

#include <sys/mman.h>
#include <unistd.h>

#include "support/unit_test.h"

static uint8_t *slot_begin(const struct guarded *guarded, size_t slot) {
    return guarded->memory + guarded->page_size + slot * (guarded->slot_size + guarded->page_size);
}

void guarded_create(struct guarded *guarded, size_t n_slots, size_t max_bytes) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    guarded->page_size = page;
    guarded->slot_size = (max_bytes / page + 1) * page;
    guarded->n_slots = n_slots;
    guarded->size = page + n_slots * (guarded->slot_size + page);
    void *memory = mmap(NULL, guarded->size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(memory != MAP_FAILED);
    guarded->memory = memory;
    for (size_t slot = 0; slot < n_slots; slot++) {
        assert_int_equal(mprotect(slot_begin(guarded, slot), guarded->slot_size, PROT_READ | PROT_WRITE), 0);
    }
}

void guarded_free(struct guarded *guarded) {
    assert_int_equal(munmap(guarded->memory, guarded->size), 0);
    *guarded = (struct guarded){0};
}

uint8_t *guarded_buffer(const struct guarded *guarded, size_t slot, size_t n_bytes, enum guarded_edge edge) {
    assert_true(slot < guarded->n_slots && n_bytes <= guarded->slot_size);
    uint8_t *begin = slot_begin(guarded, slot);
    return edge == GUARDED_FIRST_BYTE ? begin : begin + guarded->slot_size - n_bytes;
}
