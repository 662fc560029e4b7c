/* Buffers between inaccessible pages: reading or writing one byte outside of them crashes the test. */
#ifndef TESTS_SUPPORT_GUARDED_H
#define TESTS_SUPPORT_GUARDED_H

#include <stddef.h>
#include <stdint.h>

/* The edge of the buffer that touches an inaccessible page. Only a multiple of the page size could touch at both. */
enum guarded_edge { GUARDED_FIRST_BYTE, GUARDED_LAST_BYTE };

/* Slots that hold one buffer each, an inaccessible page before and behind every slot. */
struct guarded {
    uint8_t *memory;
    size_t size;      /* bytes mapped */
    size_t page_size; /* bytes */
    size_t slot_size; /* bytes, a multiple of the page size */
    size_t n_slots;
};

/* Make slots for buffers of up to max_bytes; fails the running test where there is no memory. */
void guarded_create(struct guarded *guarded, size_t n_slots, size_t max_bytes);

void guarded_free(struct guarded *guarded);

/* The buffer of n_bytes in a slot; its former content is kept where it overlaps. */
uint8_t *guarded_buffer(const struct guarded *guarded, size_t slot, size_t n_bytes, enum guarded_edge edge);

#endif
