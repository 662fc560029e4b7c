#include "make_measurement/made_metadata.h"

#include <math.h>
#include <string.h>

#define N_LINES   2
#define LINE_SIZE 100
#define N_ROWS    8

/* A row of the table. */
struct state {
    double pressure; /* mbar */
    float temp;      /* degrees Celsius */
};

static bool add_attribute(hid_t file, const char *name, hid_t type, const void *value) {
    hid_t attribute = H5I_INVALID_HID, space = H5Screate(H5S_SCALAR);
    if (space >= 0) {
        attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    }
    hid_t memory_type = H5Tget_native_type(type, H5T_DIR_ASCEND);
    bool written = attribute >= 0 && memory_type >= 0 && H5Awrite(attribute, memory_type, value) >= 0;
    H5Tclose(memory_type);
    H5Aclose(attribute);
    H5Sclose(space);
    return written;
}

static bool add_texts(hid_t file) {
    static const char *const texts[][2] = {
        {"experiment:date", "2024-05-17"},
        {"experiment:time", "14:32:05"},
        {"experiment:sample", "made-up cells, 1 µl/s"},
        {"setup:identifier", "made by make_measurement"},
    };
    hid_t type = H5Tcopy(H5T_C_S1);
    bool written = type >= 0 && H5Tset_size(type, H5T_VARIABLE) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0;
    for (size_t i = 0; written && i < sizeof texts / sizeof *texts; i++) {
        written = add_attribute(file, texts[i][0], type, &texts[i][1]);
    }
    H5Tclose(type);
    return written;
}

static bool add_numbers(hid_t file, const struct measurement *m) {
    const int64_t width = (int64_t)m->width, height = (int64_t)m->height, n_events = (int64_t)m->n_frames, run = 1;
    const double channel_width = 20, pixel_size = 0.34;
    return add_attribute(file, "experiment:event count", H5T_STD_I64LE, &n_events) &&
           add_attribute(file, "experiment:run index", H5T_STD_I64LE, &run) &&
           add_attribute(file, "imaging:roi size x", H5T_STD_I64LE, &width) &&
           add_attribute(file, "imaging:roi size y", H5T_STD_I64LE, &height) &&
           add_attribute(file, "imaging:pixel size", H5T_IEEE_F64LE, &pixel_size) &&
           add_attribute(file, "setup:channel width", H5T_IEEE_F64LE, &channel_width) &&
           (m->timing == TIMING_NONE || add_attribute(file, "imaging:frame rate", H5T_IEEE_F64LE, &m->frame_rate));
}

/* Write a whole contiguous dataset in one dimension. */
static bool add_dataset(hid_t file, const char *name, hid_t type, hsize_t size, const void *values) {
    hid_t dataset = H5I_INVALID_HID, space = H5Screate_simple(1, &size, NULL);
    hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    if (space >= 0 && properties >= 0 && H5Pset_obj_track_times(properties, false) >= 0) {
        dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    }
    bool written = dataset >= 0 && H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
    H5Dclose(dataset);
    H5Sclose(space);
    H5Pclose(properties);
    return written;
}

static bool add_log(hid_t file) {
    static const char lines[N_LINES][LINE_SIZE] = {"pump started", "acquisition started: made-up cells"};
    hid_t type = H5Tcopy(H5T_C_S1);
    bool written =
        type >= 0 && H5Tset_size(type, LINE_SIZE) >= 0 && add_dataset(file, "logs/acquisition", type, N_LINES, lines);
    H5Tclose(type);
    return written;
}

static bool add_table(hid_t file) {
    struct state states[N_ROWS];
    memset(states, 0, sizeof states); /* padding is written, too */
    for (size_t i = 0; i < N_ROWS; i++) {
        states[i].pressure = 412 + sin((double)i);
        states[i].temp = 23.5f + 0.1f * (float)i;
    }
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof *states);
    bool written = type >= 0 && H5Tinsert(type, "pressure", HOFFSET(struct state, pressure), H5T_NATIVE_DOUBLE) >= 0 &&
                   H5Tinsert(type, "temp", HOFFSET(struct state, temp), H5T_NATIVE_FLOAT) >= 0 &&
                   add_dataset(file, "tables/monitor", type, N_ROWS, states);
    H5Tclose(type);
    return written;
}

bool metadata_write(hid_t file, const struct measurement *measurement) {
    return add_texts(file) && add_numbers(file, measurement) && add_log(file) && add_table(file);
}
