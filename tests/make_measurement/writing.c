#include "make_measurement/writing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "make_measurement/made_metadata.h"
#include "rtdc/filters/filters.h"

/* Values in a chunk of a feature that has one number an event. */
enum { SCALAR_CHUNK = 4096 };

/* Options of SZIP that suit most data, and the ones that h5py notes with LZF: revision, version of the library. */
enum { SZIP_PIXELS_PER_BLOCK = 8, LZF_REVISION = 4, LZF_VERSION = 0x0105 };

struct writer {
    const struct measurement *measurement;
    char reason[512];         /* why HDF5 failed first; "" where it did not */
    hid_t file;               /* this and the following: negative where there is none */
    hid_t image, time, frame; /* the datasets of events */
};

/* Of a failure of the operating system, its own words are enough: HDF5 puts them between many numbers. */
static herr_t note_reason(unsigned depth, const H5E_error2_t *entry, void *data) {
    static const char mark[] = "error message = '";
    (void)depth;
    struct writer *writer = data;
    const char *text = entry->desc ? entry->desc : "unknown reason";
    const char *found = strstr(text, mark);
    const char *reason = found ? found + strlen(mark) : text;
    size_t length = found ? strcspn(reason, "'") : strlen(reason);
    snprintf(writer->reason, sizeof writer->reason, "%.*s", (int)length, reason);
    return 0;
}

/* HDF5 calls this at each failure; the first one explains the others, and its innermost reason, noted last, is the
 * most telling one. */
static herr_t note_failure(hid_t stack, void *data) {
    struct writer *writer = data;
    return writer->reason[0] ? 0 : H5Ewalk2(stack, H5E_WALK_DOWNWARD, note_reason, writer);
}

static enum sparsemed_status fail(const struct writer *writer, struct sparsemed_error *error) {
    return sparsemed_fail(error, SPARSEMED_OUTPUT, "cannot write \"%s\": %s", writer->measurement->path,
                          writer->reason);
}

static bool add_compressor(hid_t properties, const struct measurement *m, size_t chunk_bytes) {
    const unsigned lzf_parameters[] = {LZF_REVISION, LZF_VERSION, (unsigned)chunk_bytes};
    switch (m->compressor) {
    case COMPRESSOR_ZSTD:
        return H5Pset_filter(properties, SM_FILTER_ZSTD, H5Z_FLAG_OPTIONAL, 1, &m->level) >= 0;
    case COMPRESSOR_GZIP:
        return H5Pset_deflate(properties, m->level) >= 0;
    case COMPRESSOR_SZIP:
        return H5Pset_szip(properties, H5_SZIP_NN_OPTION_MASK, SZIP_PIXELS_PER_BLOCK) >= 0;
    case COMPRESSOR_LZF:
        return H5Pset_filter(properties, SM_FILTER_LZF, H5Z_FLAG_OPTIONAL, 3, lzf_parameters) >= 0;
    default:
        return true;
    }
}

/* SZIP stores whole values and would cut off 4 bytes of checksum behind values of 8: those are checked after it. */
static enum checksum place_checksum(const struct measurement *m, hid_t type) {
    bool cut_off = m->compressor == COMPRESSOR_SZIP && H5Tget_size(type) > 4;
    return m->checksum == CHECKSUM_BEFORE && cut_off ? CHECKSUM_AFTER : m->checksum;
}

static bool add_filters(hid_t properties, const struct measurement *m, hid_t type, size_t chunk_bytes) {
    enum checksum checksum = place_checksum(m, type);
    return (!m->shuffle || H5Pset_shuffle(properties) >= 0) &&
           (checksum != CHECKSUM_BEFORE || H5Pset_fletcher32(properties) >= 0) &&
           add_compressor(properties, m, chunk_bytes) &&
           (checksum != CHECKSUM_AFTER || H5Pset_fletcher32(properties) >= 0);
}

/* Make a dataset for all events of size[rank]. chunk[rank] counts with a chunked layout only. */
static bool create_feature(const struct writer *writer, hid_t *feature, const char *name, hid_t type, int rank,
                           const hsize_t *size, const hsize_t *chunk) {
    const struct measurement *m = writer->measurement;
    bool chunked = m->layout != LAYOUT_CONTIGUOUS;
    hsize_t limit[3];
    size_t chunk_bytes = H5Tget_size(type);
    for (int i = 0; i < rank; i++) {
        limit[i] = chunked && i == 0 ? H5S_UNLIMITED : size[i];
        chunk_bytes *= (size_t)chunk[i];
    }
    hid_t space = H5Screate_simple(rank, size, limit);
    hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    if (space >= 0 && properties >= 0 && H5Pset_obj_track_times(properties, false) >= 0 &&
        (!chunked || (H5Pset_chunk(properties, rank, chunk) >= 0 && add_filters(properties, m, type, chunk_bytes)))) {
        *feature = H5Dcreate2(writer->file, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    }
    H5Sclose(space);
    H5Pclose(properties);
    return *feature >= 0;
}

static bool create_features(struct writer *writer) {
    const struct measurement *m = writer->measurement;
    const hsize_t size[] = {m->n_frames, m->height, m->width};
    hsize_t chunk[] = {m->chunk_frames, m->height, m->width};
    if (m->layout == LAYOUT_TILES) {
        chunk[1] = m->height < TILE_HEIGHT ? m->height : TILE_HEIGHT;
        chunk[2] = m->width < TILE_WIDTH ? m->width : TILE_WIDTH;
    }
    const hsize_t scalar_chunk[] = {m->n_frames < SCALAR_CHUNK ? m->n_frames : SCALAR_CHUNK};
    hid_t time_type = m->timing == TIMING_FLOAT32 ? H5T_IEEE_F32LE : H5T_IEEE_F64LE;
    bool has_time = m->timing == TIMING_FLOAT32 || m->timing == TIMING_FLOAT64;
    bool has_frame = has_time || m->timing == TIMING_FRAME;
    return create_feature(writer, &writer->image, "events/image", H5T_STD_U8LE, 3, size, chunk) &&
           (!has_time || create_feature(writer, &writer->time, "events/time", time_type, 1, size, scalar_chunk)) &&
           (!has_frame ||
            create_feature(writer, &writer->frame, "events/frame", H5T_IEEE_F64LE, 1, size, scalar_chunk));
}

static bool create_groups(hid_t file) {
    static const char *const names[] = {"events", "logs", "tables"};
    hid_t properties = H5Pcreate(H5P_GROUP_CREATE);
    bool created = properties >= 0 && H5Pset_obj_track_times(properties, false) >= 0;
    for (size_t i = 0; created && i < sizeof names / sizeof *names; i++) {
        hid_t group = H5Gcreate2(file, names[i], H5P_DEFAULT, properties, H5P_DEFAULT);
        created = group >= 0 && H5Gclose(group) >= 0;
    }
    H5Pclose(properties);
    return created;
}

/* Here and elsewhere no time of creation is noted: the same measurement must give the same bytes. */
static bool create_file(struct writer *writer) {
    const struct measurement *m = writer->measurement;
    H5F_libver_t newest = m->format == FORMAT_OLD ? H5F_LIBVER_V18 : H5F_LIBVER_LATEST;
    H5F_libver_t oldest = m->format == FORMAT_OLD ? H5F_LIBVER_EARLIEST : H5F_LIBVER_LATEST;
    hid_t creation = H5Pcreate(H5P_FILE_CREATE), access = H5Pcreate(H5P_FILE_ACCESS);
    if (creation >= 0 && access >= 0 && H5Pset_obj_track_times(creation, false) >= 0 &&
        H5Pset_libver_bounds(access, oldest, newest) >= 0) {
        writer->file = H5Fcreate(m->path, H5F_ACC_TRUNC, creation, access);
    }
    H5Pclose(creation);
    H5Pclose(access);
    return writer->file >= 0 && create_groups(writer->file);
}

enum sparsemed_status writer_open(const struct measurement *measurement, struct writer **writer,
                                  struct sparsemed_error *error) {
    *writer = malloc(sizeof **writer);
    if (!*writer) {
        return sparsemed_fail_memory(error, "creating the file");
    }
    **writer = (struct writer){
        .measurement = measurement,
        .file = H5I_INVALID_HID,
        .image = H5I_INVALID_HID,
        .time = H5I_INVALID_HID,
        .frame = H5I_INVALID_HID,
    };
    H5dont_atexit(); /* where a file could not be closed, HDF5 would try again at exit, and crash */
    if (sm_filters_register(error) != SPARSEMED_OK) {
        return error->status;
    }
    H5Eset_auto2(H5E_DEFAULT, note_failure, *writer);
    if (!create_file(*writer) || !metadata_write((*writer)->file, measurement) || !create_features(*writer)) {
        return fail(*writer, error);
    }
    return SPARSEMED_OK;
}

/* Write n rows of a dataset; nothing to do where there is none. */
static bool put(hid_t feature, hid_t type, size_t first, size_t n, const void *values) {
    if (feature < 0) {
        return true;
    }
    hid_t in_file = H5Dget_space(feature), in_memory = H5I_INVALID_HID;
    hsize_t start[3] = {first}, count[3];
    int rank = H5Sget_simple_extent_dims(in_file, count, NULL);
    count[0] = n;
    if (rank > 0) {
        in_memory = H5Screate_simple(rank, count, NULL);
    }
    bool written = in_memory >= 0 && H5Sselect_hyperslab(in_file, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
                   H5Dwrite(feature, type, in_memory, in_file, H5P_DEFAULT, values) >= 0;
    H5Sclose(in_file);
    H5Sclose(in_memory);
    return written;
}

enum sparsemed_status writer_put(struct writer *writer, size_t first_frame, size_t n_frames, const uint8_t *frames,
                                 const double *numbers, struct sparsemed_error *error) {
    double *times = malloc(n_frames * sizeof *times);
    if (!times) {
        return sparsemed_fail_memory(error, "writing frames");
    }
    for (size_t i = 0; i < n_frames; i++) {
        times[i] = numbers[i] / writer->measurement->frame_rate;
    }
    bool written = put(writer->image, H5T_NATIVE_UINT8, first_frame, n_frames, frames) &&
                   put(writer->time, H5T_NATIVE_DOUBLE, first_frame, n_frames, times) &&
                   put(writer->frame, H5T_NATIVE_DOUBLE, first_frame, n_frames, numbers);
    free(times);
    return written ? SPARSEMED_OK : fail(writer, error);
}

enum sparsemed_status writer_close(struct writer *writer, struct sparsemed_error *error) {
    if (!writer) {
        return error->status;
    }
    const hid_t features[] = {writer->image, writer->time, writer->frame};
    bool closed = true;
    for (size_t i = 0; i < sizeof features / sizeof *features; i++) {
        closed = (features[i] < 0 || H5Dclose(features[i]) >= 0) && closed;
    }
    closed = (writer->file < 0 || H5Fclose(writer->file) >= 0) && closed;
    if (!closed && error->status == SPARSEMED_OK) {
        fail(writer, error);
    }
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* it refers to the writer */
    free(writer);
    return error->status;
}
