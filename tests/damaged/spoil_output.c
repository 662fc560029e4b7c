/* Plants one fault in an output, somewhere at random: spoil_output FILE NUMBER. The same number plants the same fault;
 * numbers that follow each other plant all kinds in turn. Tells which.
 *
 * spoil_output FILE forge OLD NEW: the output tells another ppid, wherever it tells it. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/text.h"
#include "rtdc/identifier.h"
#include "support/demand.h"
#include "support/random.h"

enum { MOST_NAMES = 64, NAME_SIZE = 128 };

static struct rng rng;

/* ---- what there is ---- */

static struct {
    size_t n;
    char list[MOST_NAMES][NAME_SIZE];
} names;

static herr_t note_name(hid_t group, const char *name, const H5L_info_t *info, void *prefix) {
    (void)group;
    (void)info;
    demand(names.n < MOST_NAMES, "note so many names");
    snprintf(names.list[names.n++], NAME_SIZE, "%s%s", (const char *)prefix, name);
    return 0;
}

static herr_t note_attribute(hid_t object, const char *name, const H5A_info_t *info, void *data) {
    (void)object;
    (void)info;
    (void)data;
    demand(names.n < MOST_NAMES, "note so many names");
    snprintf(names.list[names.n++], NAME_SIZE, "%s", name);
    return 0;
}

static void note_group(hid_t file, const char *group) {
    char prefix[NAME_SIZE];
    snprintf(prefix, sizeof prefix, "%s/", group);
    if (H5Lexists(file, group, H5P_DEFAULT) > 0) {
        good(H5Literate_by_name(file, group, H5_INDEX_NAME, H5_ITER_INC, NULL, note_name, prefix, H5P_DEFAULT),
             "list a group");
    }
}

static const char *any_name(void) {
    demand(names.n > 0, "find a name");
    return names.list[rng_below(&rng, names.n)];
}

/* Where the images are. */
static const char *images_path(hid_t file) {
    bool internal = sm_hdf5_has(file, "basin_events", "image_bg");
    return internal ? "basin_events/image_bg" : "events/image_bg";
}

/* ---- faults ---- */

/* A bit of a chunk as it is stored. */
static void flip_bit(hid_t file, const char *path) {
    static const char *const groups[] = {"events", "basin_events", "basins", "logs", "tables"};
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        note_group(file, groups[i]);
    }
    const char *name = any_name();
    hid_t dataset = good(H5Dopen2(file, name, H5P_DEFAULT), "open a dataset"), space = H5Dget_space(dataset);
    hsize_t n_chunks = 0, offset[H5S_MAX_RANK], n_bytes;
    haddr_t address;
    unsigned mask;
    good(H5Dget_num_chunks(dataset, space, &n_chunks), "count chunks");
    good(H5Dget_chunk_info(dataset, space, rng_below(&rng, n_chunks), offset, &mask, &address, &n_bytes),
         "find a chunk");
    H5Sclose(space);
    H5Dclose(dataset);
    H5Fclose(file);
    off_t at = (off_t)(address + rng_below(&rng, n_bytes));
    unsigned char byte;
    int descriptor = (int)good(open(path, O_RDWR), "open the file");
    demand(pread(descriptor, &byte, 1, at) == 1, "read a byte");
    byte ^= (unsigned char)(1 << rng_below(&rng, 8));
    demand(pwrite(descriptor, &byte, 1, at) == 1, "write a byte");
    close(descriptor);
    printf("a bit of a chunk of %s\n", name);
}

/* Read a list of numbers of 8 bytes. */
static void *read_list(hid_t dataset, hid_t type, size_t *n) {
    hid_t space = H5Dget_space(dataset);
    *n = (size_t)H5Sget_simple_extent_npoints(space);
    void *values = malloc(*n * 8);
    good(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "read a list");
    H5Sclose(space);
    return values;
}

/* Two images that are not the same. */
static void swap_images(hid_t file, const char *path) {
    hsize_t extent[3];
    (void)path;
    hid_t dataset = good(H5Dopen2(file, images_path(file), H5P_DEFAULT), "open the images");
    hid_t space = H5Dget_space(dataset);
    H5Sget_simple_extent_dims(space, extent, NULL);
    size_t bytes = extent[1] * extent[2], i = 0, j = 0;
    unsigned char *images = malloc(extent[0] * bytes), *kept = malloc(bytes);
    good(H5Dread(dataset, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, images), "read the images");
    while (memcmp(images + i * bytes, images + j * bytes, bytes) == 0) {
        i = rng_below(&rng, extent[0]);
        j = rng_below(&rng, extent[0]);
    }
    memcpy(kept, images + i * bytes, bytes);
    memcpy(images + i * bytes, images + j * bytes, bytes);
    memcpy(images + j * bytes, kept, bytes);
    good(H5Dwrite(dataset, H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, images), "write the images");
    printf("images %zu and %zu\n", i, j);
    free(kept);
    free(images);
    H5Sclose(space);
    H5Dclose(dataset);
    H5Fclose(file);
}

/* Where every frame has an image of its own, there is no map. */
static void change_map(hid_t file, const char *path) {
    size_t n;
    if (!sm_hdf5_has(file, "events", "basinmap0")) {
        swap_images(file, path);
        return;
    }
    hid_t dataset = good(H5Dopen2(file, "events/basinmap0", H5P_DEFAULT), "open the map");
    int64_t *map = read_list(dataset, H5T_NATIVE_INT64, &n);
    size_t i = rng_below(&rng, n);
    map[i] += map[i] > 0 && rng_below(&rng, 2) == 0 ? -1 : 1;
    good(H5Dwrite(dataset, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, map), "write the map");
    printf("frame %zu of the map\n", i);
    free(map);
    H5Dclose(dataset);
    H5Fclose(file);
}

static void change_offset(hid_t file, const char *path) {
    size_t n;
    (void)path;
    hid_t dataset = good(H5Dopen2(file, "events/bg_off", H5P_DEFAULT), "open the offsets");
    double *offsets = read_list(dataset, H5T_NATIVE_DOUBLE, &n);
    size_t i = rng_below(&rng, n);
    offsets[i] += 1.0 / 64;
    good(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, offsets), "write the offsets");
    printf("offset %zu\n", i);
    free(offsets);
    H5Dclose(dataset);
    H5Fclose(file);
}

/* An attribute of the file, of the images or of the offsets. */
static void change_attribute(hid_t file, const char *path) {
    const char *const objects[] = {"/", images_path(file), "events/bg_off"};
    const char *place = objects[rng_below(&rng, 3)];
    (void)path;
    hid_t object = good(H5Oopen(file, place, H5P_DEFAULT), "open an object");
    good(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, note_attribute, NULL), "list attributes");
    const char *name = any_name();
    char *text = sm_attribute_text(object, name, NULL);
    if (text && *text) {
        text[rng_below(&rng, strlen(text))] ^= 1;
        demand(sm_attribute_write_text(object, name, text), "write an attribute");
    } else {
        good(H5Adelete(object, name), "remove an attribute");
    }
    printf("the attribute %s of %s\n", name, place);
    free(text);
    H5Oclose(object);
    H5Fclose(file);
}

/* A path in the definition of a basin. */
static void change_basin(hid_t file, const char *path) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    char *text, *paths;
    (void)path;
    note_group(file, "basins");
    const char *name = any_name();
    good(sm_text_read(file, name, &text, &error) == SPARSEMED_OK ? 0 : -1, "read a basin");
    paths = strstr(text, "\"paths\": [");
    demand(paths, "find the paths");
    paths = strchr(strchr(paths, '[') + 1, '"') + 2;
    *paths = *paths == 'x' ? 'y' : 'x';
    good(H5Ldelete(file, name, H5P_DEFAULT), "remove a basin");
    good(sm_text_write(file, name, text, 5, &error) == SPARSEMED_OK ? 0 : -1, "write a basin");
    printf("a path of %s\n", name);
    free(text);
    H5Fclose(file);
}

/* ---- a forged ppid ---- */

/* The first OLD in a text becomes NEW; to be released with free. NULL where there is none. */
static char *substitute(const char *text, const char *old, const char *new) {
    const char *place = strstr(text, old);
    char *result = place ? malloc(strlen(text) + strlen(new) + 1) : NULL;
    if (result) {
        sprintf(result, "%.*s%s%s", (int)(place - text), text, new, place + strlen(old));
    }
    return result;
}

static void forge(hid_t file, const char *old, const char *new) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    const char *const objects[] = {images_path(file), "events/bg_off"};
    for (int i = 0; i < 2; i++) {
        hid_t object = good(H5Oopen(file, objects[i], H5P_DEFAULT), "open an object");
        demand(sm_attribute_write_text(object, "dcnum ppid background", new), "write an attribute");
        H5Oclose(object);
    }
    note_group(file, "logs");
    note_group(file, "basins");
    for (size_t i = 0; i < names.n; i++) {
        char *text, name[NAME_SIZE];
        snprintf(name, sizeof name, "%s", names.list[i]);
        good(sm_text_read(file, name, &text, &error) == SPARSEMED_OK ? 0 : -1, "read a text");
        char *forged = substitute(text, old, new);
        if (forged) {
            good(H5Ldelete(file, name, H5P_DEFAULT), "remove a text");
            if (strncmp(name, "basins/", strlen("basins/")) == 0) {
                sm_md5(forged, name + strlen("basins/"));
            }
            good(sm_text_write(file, name, forged, 5, &error) == SPARSEMED_OK ? 0 : -1, "write a text");
        }
        free(forged);
        free(text);
    }
    H5Fclose(file);
}

int main(int argc, char **argv) {
    static void (*const faults[])(hid_t file, const char *path) = {flip_bit,         change_map,   change_offset,
                                                                   change_attribute, change_basin, swap_images};
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    if (argc != 3 && argc != 5) {
        fprintf(stderr, "Usage: spoil_output FILE NUMBER\n       spoil_output FILE forge OLD NEW\n");
        return 2;
    }
    if (argc == 5) {
        sm_hdf5_start(&error);
        forge(good(H5Fopen(argv[1], H5F_ACC_RDWR, H5P_DEFAULT), "open the output"), argv[3], argv[4]);
        return 0;
    }
    uint64_t number = strtoull(argv[2], NULL, 10);
    rng = rng_start(number, 1);
    sm_hdf5_start(&error);
    hid_t file = good(H5Fopen(argv[1], H5F_ACC_RDWR, H5P_DEFAULT), "open the output");
    faults[number % (sizeof faults / sizeof *faults)](file, argv[1]);
    return 0;
}
