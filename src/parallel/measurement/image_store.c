#include "parallel/measurement/image_store.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rtdc/files/path.h"

/* What is kept in memory. Measurements of some minutes never need the file. */
enum { MEMORY_BYTES = 1 << 20 };

void sm_image_store_open(struct sm_image_store *store, size_t image_bytes, const char *beside) {
    *store = (struct sm_image_store){.image_bytes = image_bytes, .beside = beside, .descriptor = -1};
}

/* Room for one more image in memory, up to the limit. Returns false where there is none. */
static bool grow(struct sm_image_store *store) {
    if (store->n_in_memory < store->capacity) {
        return true;
    }
    size_t most = MEMORY_BYTES / store->image_bytes;
    size_t capacity = store->capacity ? 2 * store->capacity : 8;
    capacity = capacity > most ? most : capacity;
    if (capacity <= store->capacity) {
        return false;
    }
    uint8_t *memory = realloc(store->memory, capacity * store->image_bytes);
    if (memory) {
        store->memory = memory;
        store->capacity = capacity;
    }
    return memory != NULL;
}

static enum sparsemed_status create_file(struct sm_image_store *store, struct sparsemed_error *error) {
    char *path = sm_path_beside(store->beside, ".sparsemed-images-XXXXXX");
    if (!path) {
        return sparsemed_fail_memory(error, "keeping images");
    }
    store->descriptor = mkstemp(path);
    if (store->descriptor < 0) {
        sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: cannot be made: %s", path, strerror(errno));
    } else {
        unlink(path); /* nameless from now on: gone with the process, however that ends */
    }
    free(path);
    return error->status;
}

static off_t position(const struct sm_image_store *store, size_t i) {
    return (off_t)((i - store->n_in_memory) * store->image_bytes);
}

enum sparsemed_status sm_image_store_add(struct sm_image_store *store, const uint8_t *image,
                                         struct sparsemed_error *error) {
    if (store->descriptor < 0 && grow(store)) {
        memcpy(store->memory + store->n_in_memory++ * store->image_bytes, image, store->image_bytes);
        store->n_images++;
        return SPARSEMED_OK;
    }
    if (store->descriptor < 0 && create_file(store, error) != SPARSEMED_OK) {
        return error->status;
    }
    for (size_t done = 0; done < store->image_bytes;) {
        ssize_t n = pwrite(store->descriptor, image + done, store->image_bytes - done,
                           position(store, store->n_images) + (off_t)done);
        if (n <= 0 && errno != EINTR) {
            return sparsemed_fail(error, SPARSEMED_OUTPUT, "beside %s: background images cannot be kept: %s",
                                  store->beside, strerror(errno));
        }
        done += n > 0 ? (size_t)n : 0;
    }
    store->n_images++;
    return SPARSEMED_OK;
}

enum sparsemed_status sm_image_store_get(const struct sm_image_store *store, size_t i, uint8_t *image,
                                         struct sparsemed_error *error) {
    assert(i < store->n_images);
    if (i < store->n_in_memory) {
        memcpy(image, store->memory + i * store->image_bytes, store->image_bytes);
        return SPARSEMED_OK;
    }
    for (size_t done = 0; done < store->image_bytes;) {
        ssize_t n = pread(store->descriptor, image + done, store->image_bytes - done, position(store, i) + (off_t)done);
        if (n == 0 || (n < 0 && errno != EINTR)) {
            return sparsemed_fail(error, SPARSEMED_OUTPUT, "beside %s: background images cannot be read back: %s",
                                  store->beside, n == 0 ? "the file ends early" : strerror(errno));
        }
        done += n > 0 ? (size_t)n : 0;
    }
    return SPARSEMED_OK;
}

void sm_image_store_close(struct sm_image_store *store) {
    if (store->descriptor >= 0) {
        close(store->descriptor);
    }
    free(store->memory);
    *store = SM_NO_IMAGE_STORE;
}
