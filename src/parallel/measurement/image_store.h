/* The background images that a rank has made and not yet written: the first ones in memory, the rest in a nameless
 * file, so that memory does not grow with the measurement. */
#ifndef PARALLEL_MEASUREMENT_IMAGE_STORE_H
#define PARALLEL_MEASUREMENT_IMAGE_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "sparsemed/status.h"

struct sm_image_store {
    size_t image_bytes, n_images;
    size_t n_in_memory, capacity; /* images */
    uint8_t *memory;
    const char *beside; /* the file is made in the folder of this path; borrowed */
    int descriptor;     /* of the file, or -1 */
};

#define SM_NO_IMAGE_STORE ((struct sm_image_store){.descriptor = -1})

/* Start an empty store. No file is made before it is needed. Release with sm_image_store_close. */
void sm_image_store_open(struct sm_image_store *store, size_t image_bytes, const char *beside);

/* Add an image [image_bytes]. SPARSEMED_OUTPUT: the file could not be written. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_image_store_add(struct sm_image_store *store, const uint8_t *image,
                                         struct sparsemed_error *error);

/* Get image i < n_images back. SPARSEMED_OUTPUT: the file could not be read. */
enum sparsemed_status sm_image_store_get(const struct sm_image_store *store, size_t i, uint8_t *image,
                                         struct sparsemed_error *error);

/* Release; SM_NO_IMAGE_STORE is fine. */
void sm_image_store_close(struct sm_image_store *store);

#endif
