#include "parallel/measurement/column.h"

#include <string.h>

#include "parallel/headway.h"
#include "rtdc/hdf5/hdf5.h"

/* Transfer a block between the values of the column and the dataset. */
static herr_t transfer(const struct sm_column *column, const struct sm_block *block, hid_t dataset, hid_t transfer_list,
                       bool write) {
    hsize_t origin[3] = {block->first}, extent[3];
    memcpy(extent, column->extent, sizeof extent);
    extent[0] = block->n ? block->n : 1;
    hid_t memory_space = H5Screate_simple(column->n_dimensions, extent, NULL);
    hid_t file_space = H5Dget_space(dataset);
    if (block->n) {
        H5Sselect_hyperslab(file_space, H5S_SELECT_SET, origin, NULL, extent, NULL);
    } else {
        H5Sselect_none(file_space);
        H5Sselect_none(memory_space);
    }
    sm_headway(write ? "H5Dwrite" : "H5Dread");
    herr_t outcome = write ? H5Dwrite(dataset, column->type, memory_space, file_space, transfer_list, column->values)
                           : H5Dread(dataset, column->type, memory_space, file_space, transfer_list, column->values);
    sm_hdf5_release(file_space);
    sm_hdf5_release(memory_space);
    return outcome;
}

herr_t sm_column_write(const struct sm_column *column, const struct sm_block *block, hid_t dataset,
                       hid_t transfer_list) {
    return transfer(column, block, dataset, transfer_list, true);
}

herr_t sm_column_read(const struct sm_column *column, const struct sm_block *block, hid_t dataset) {
    return transfer(column, block, dataset, H5P_DEFAULT, false);
}
