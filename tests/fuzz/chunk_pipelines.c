#include "fuzz/chunk_pipelines.h"

#include "fuzz/fuzzing.h"
#include "rtdc/hdf5/hdf5.h"
#include "support/hdf5_files.h"
#include "support/pipelines.h"

hid_t make_piped_dataset(const char *pipeline, size_t n_bits) {
    static const hsize_t chunk[] = {2, 8, 16};
    static hid_t file = H5I_INVALID_HID;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    if (file < 0) {
        must(sm_hdf5_start(&error) == SPARSEMED_OK, error.message);
        file = sm_hdf5_create_in_memory();
    }
    hid_t creation = chunked(3, chunk), space = H5Screate_simple(3, chunk, NULL);
    hid_t type = H5Tcopy(H5T_STD_U8LE);
    pipeline_add(creation, pipeline);
    H5Tset_precision(type, n_bits);
    hid_t dataset = H5Dcreate_anon(file, type, space, creation, H5P_DEFAULT);
    must(dataset >= 0, "a dataset cannot be made");
    H5Tclose(type);
    H5Sclose(space);
    H5Pclose(creation);
    return dataset;
}
