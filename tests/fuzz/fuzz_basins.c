/* Definitions of basins: read from a file in memory, put into order, and changed for outputs. */
#include <hdf5.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzzing.h"
#include "rtdc/basin.h"
#include "rtdc/basin_features.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/layout.h"
#include "support/hdf5_files.h"

/* The definitions are texts of a fixed length that are written anew each time. */
enum { N_DEFINITIONS = 3, TEXT_BYTES = 2048 };

static hid_t file, type, definitions[N_DEFINITIONS];

static void make_file(void) {
    static const char *const names[N_DEFINITIONS] = {"a", "b", "c"};
    const hsize_t one = 1;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    must(sm_hdf5_start(&error) == SPARSEMED_OK, error.message);
    file = sm_hdf5_create_in_memory();
    type = fixed_text(TEXT_BYTES, H5T_STR_NULLPAD, H5T_CSET_ASCII);
    hid_t group = H5Gcreate2(file, SM_GROUP_BASINS, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(1, &one, NULL);
    for (int i = 0; i < N_DEFINITIONS; i++) {
        definitions[i] = H5Dcreate2(group, names[i], type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        must(definitions[i] >= 0, "a dataset cannot be made");
    }
    H5Sclose(space);
    H5Gclose(group);
}

/* Zeros divide the bytes into definitions. */
static void write_definitions(const uint8_t *data, size_t n_bytes) {
    for (int i = 0; i < N_DEFINITIONS; i++) {
        char text[TEXT_BYTES] = "";
        size_t n = strnlen((const char *)data, n_bytes);
        memcpy(text, data, n < sizeof text ? n : sizeof text);
        must(H5Dwrite(definitions[i], type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text) >= 0, "a text cannot be written");
        data += n + (n < n_bytes);
        n_bytes -= n + (n < n_bytes);
    }
}

static void change(const struct sm_basin *basin, const json_t *others) {
    size_t n_removed, n_left;
    json_t *changed = sm_basin_without_background(basin->json, others, &n_removed, &n_left);
    const json_t *features = json_object_get(basin->json, SM_KEY_FEATURES);
    must(changed && n_removed + n_left == json_array_size(features), "features are lost");
    must(!json_is_array(features) == !basin->lists_features, "a list is missed");
    json_decref(changed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    struct sm_basins basins;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    json_t *own_features = NULL;
    if (!file) {
        make_file();
    }
    write_definitions(n_bytes > 0 ? data : (const uint8_t *)"", n_bytes);
    if (went_well(sm_basins_read(file, &basins, &error), &error, SPARSEMED_INPUT, SPARSEMED_INPUT)) {
        must(basins.n <= N_DEFINITIONS, "there are more definitions than texts");
        sm_basins_sort(&basins);
    }
    if (went_well(sm_basin_own_features(file, &own_features, &error), &error, SPARSEMED_INPUT, SPARSEMED_INPUT)) {
        for (size_t i = 0; i < basins.n; i++) {
            change(&basins.list[i], own_features);
        }
    }
    json_decref(own_features);
    sm_basins_free(&basins);
    return 0;
}
