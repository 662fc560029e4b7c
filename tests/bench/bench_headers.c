/* The floor of an audit: seconds to open some files with HDF5 and read the attributes of each once, in a bare loop.
 * Usage: bench_headers FILE... */
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/clock.h"

static herr_t read_attribute(hid_t file, const char *name, const H5A_info_t *info, void *data) {
    (void)info, (void)data;
    char *text = NULL, value[4096];
    hid_t attribute = H5Aopen(file, name, H5P_DEFAULT), type = H5Aget_type(attribute);
    if (H5Tis_variable_str(type) > 0) {
        H5Aread(attribute, type, &text);
        H5free_memory(text);
    } else if (H5Aget_storage_size(attribute) <= sizeof value) {
        H5Aread(attribute, type, value);
    }
    H5Tclose(type);
    H5Aclose(attribute);
    return 0;
}

int main(int argc, char **argv) {
    double begin = now();
    for (int i = 1; i < argc; i++) {
        hid_t file = H5Fopen(argv[i], H5F_ACC_RDONLY, H5P_DEFAULT);
        if (file < 0 || H5Aiterate2(file, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, read_attribute, NULL) < 0) {
            return EXIT_FAILURE;
        }
        H5Fclose(file);
    }
    printf("%f\n", now() - begin);
    return EXIT_SUCCESS;
}
