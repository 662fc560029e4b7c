/* Makes a measurement of some frames of another one: images, times and frame numbers, and the root attributes. Usage:
 * cut_frames FROM FIRST STEP N TO */
#include <hdf5.h>
#include <stdlib.h>

#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/hdf5.h"
#include "support/demand.h"
#include "support/hdf5_files.h"

struct cut {
    hsize_t first, step, n;
};

/* Copy some rows of a dataset, if it is there. */
static void cut_dataset(hid_t from, hid_t to, const char *name, const struct cut *cut) {
    if (!sm_hdf5_has(from, "events", name + sizeof "events")) {
        return;
    }
    hsize_t extent[3] = {0}, origin[3] = {cut->first}, stride[3] = {cut->step, 1, 1};
    hid_t dataset = H5Dopen2(from, name, H5P_DEFAULT), type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    int rank = H5Sget_simple_extent_dims(space, extent, NULL);
    extent[0] = cut->n;
    hid_t memory = H5Screate_simple(rank, extent, NULL);
    void *values = malloc((size_t)H5Sget_simple_extent_npoints(memory) * H5Tget_size(type));
    good(H5Sselect_hyperslab(space, H5S_SELECT_SET, origin, stride, extent, NULL), "select rows");
    good(H5Dread(dataset, type, memory, space, H5P_DEFAULT, values), "read rows");
    add_dataset(to, name, type, rank, extent, H5P_DEFAULT, values);
    free(values);
    sm_hdf5_release(memory);
    sm_hdf5_release(space);
    sm_hdf5_release(type);
    sm_hdf5_release(dataset);
}

int main(int argc, char **argv) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    H5dont_atexit();
    demand(argc == 6, "go on; usage: cut_frames FROM FIRST STEP N TO");
    demand(sm_hdf5_start(&error) == SPARSEMED_OK, "start HDF5");
    const struct cut cut = {strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10), strtoull(argv[4], NULL, 10)};
    hid_t from = open_file(argv[1]), to = create_file(argv[5], FORMAT_OLD);
    demand(sm_attributes_copy(from, to), "copy the attributes");
    cut_dataset(from, to, "events/image", &cut);
    cut_dataset(from, to, "events/time", &cut);
    cut_dataset(from, to, "events/frame", &cut);
    close_file(to);
    close_file(from);
    return 0;
}
