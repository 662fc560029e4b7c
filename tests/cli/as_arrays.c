/* Takes a measurement apart: its frames and time stamps as NumPy arrays, frames.npy and time.npy, and as datasets
 * scan/frames and scan/time of arrays.h5. Usage: as_arrays MEASUREMENT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/hdf5.h"
#include "rtdc/input.h"
#include "support/demand.h"
#include "support/frame_files.h"
#include "support/hdf5_files.h"

/* The time stamps as they are stored, 32 or 64 bits each; NULL where there are none. */
static void *read_times(hid_t file, uint64_t n_frames, bool *single) {
    if (!sm_hdf5_has(file, "events", "time")) {
        return NULL;
    }
    hid_t dataset = H5Dopen2(file, "events/time", H5P_DEFAULT), type = H5Dget_type(dataset);
    *single = H5Tget_size(type) == sizeof(float);
    void *times = malloc(n_frames * sizeof(double));
    good(H5Dread(dataset, *single ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, times),
         "read the time stamps");
    sm_hdf5_release(type);
    sm_hdf5_release(dataset);
    return times;
}

static void write_npy(const char *path, const char *type, const char *shape, size_t n_bytes, const void *elements) {
    char header[256];
    int length =
        snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", type, shape);
    int padded = (10 + length + 1 + 63) / 64 * 64 - 10; /* as NumPy does */
    FILE *file = fopen(path, "wb");
    demand(file && fprintf(file, "\x93NUMPY\x01%c%c%c%-*s\n", 0, padded & 255, padded >> 8, padded - 1, header) > 0 &&
               fwrite(elements, 1, n_bytes, file) == n_bytes && fclose(file) == 0,
           "write an array");
}

static void write_all(const struct sm_stack *stack, const uint8_t *frames, const void *times, bool single) {
    const hsize_t extent[3] = {stack->n_frames, stack->height, stack->width};
    char shape[100];
    hid_t file = create_file("arrays.h5", FORMAT_OLD);
    snprintf(shape, sizeof shape, "%llu, %zu, %zu", (unsigned long long)stack->n_frames, stack->height, stack->width);
    write_npy("frames.npy", "|u1", shape, stack->n_frames * stack->height * stack->width, frames);
    add_dataset(file, "scan/frames", H5T_NATIVE_UINT8, 3, extent, H5P_DEFAULT, frames);
    if (times) {
        snprintf(shape, sizeof shape, "%llu,", (unsigned long long)stack->n_frames);
        write_npy("time.npy", single ? "<f4" : "<f8", shape, stack->n_frames * (single ? 4 : 8), times);
        add_list(file, "scan/time", single ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE, stack->n_frames, times);
    }
    close_file(file);
}

int main(int argc, char **argv) {
    const struct sm_input_options options = {0};
    struct sm_input input;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    bool single = false;
    H5dont_atexit();
    demand(argc == 2, "go on; usage: as_arrays MEASUREMENT");
    demand(sm_hdf5_start(&error) == SPARSEMED_OK, "start HDF5");
    demand(sm_input_open(argv[1], &options, &input, &error) == SPARSEMED_OK, "open the measurement");
    uint8_t *frames = read_all_frames(&input.stack);
    void *times = read_times(input.file, input.stack.n_frames, &single);
    write_all(&input.stack, frames, times, single);
    free(times);
    free(frames);
    sm_input_close(&input);
    return 0;
}
