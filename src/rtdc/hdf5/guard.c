/* The pipeline of a guarded dataset is that of the original, with two filters of ours that store nothing:
 *
 *     demand the exact size | filters of the original, behind each that trusts its input: demand sense (filter_sense.h)
 *
 * and those of the original that give as much as their input claims are replaced by ones that do not
 * (filter_bounded.h).
 *
 * A chunk that is read passes them from right to left. It is put into the dataset as it is stored, past
 * the pipeline, so that no filter has to encode, which not all of them can. */
#include "rtdc/hdf5/guard.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/numbers.h"
#include "rtdc/filters/filter_bounded.h"
#include "rtdc/filters/filter_sense.h"
#include "rtdc/hdf5/changed_calls.h"
#include "rtdc/hdf5/chunks.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/hdf5/heap_values.h"
#include "rtdc/hdf5/references.h"

/* Number of the guarding filter: of those that HDF5 leaves to applications. */
enum { GUARD_FILTER = 499 };

/* First in the pipeline, so that it is the last to see a chunk that is read. */
static size_t demand_size(unsigned flags, size_t n_parameters, const unsigned parameters[], size_t n_bytes,
                          size_t *capacity, void **buffer) {
    (void)capacity;
    (void)buffer;
    bool reading = flags & H5Z_FLAG_REVERSE;
    return reading && (n_parameters != 1 || n_bytes != parameters[0]) ? 0 : n_bytes;
}

static const H5Z_class2_t guard_filter = {
    .version = H5Z_CLASS_T_VERS,
    .id = GUARD_FILTER,
    .encoder_present = 1,
    .decoder_present = 1,
    .name = "demand the exact size",
    .filter = demand_size,
};

/* Copy one filter of a pipeline. It is marked optional, as HDF5 then accepts decoders without an encoder and leaves the
 * parameters alone; when reading it makes no difference. */
static enum sparsemed_status copy_filter(const struct sm_guard *guard, unsigned i, hid_t to,
                                         struct sparsemed_error *error) {
    unsigned flags, configuration, parameters[64];
    size_t n_parameters = sizeof parameters / sizeof *parameters;
    char name[64] = "";
    H5Z_filter_t filter =
        H5Pget_filter2(guard->creation, i, &flags, &n_parameters, parameters, sizeof name, name, &configuration);
    if (filter < 0 || n_parameters > sizeof parameters / sizeof *parameters) {
        return sm_fail_hdf5(error, SPARSEMED_INPUT, "the filters of a dataset cannot be read");
    }
    if (H5Zfilter_avail(filter) <= 0) {
        return sparsemed_fail(error, SPARSEMED_INPUT,
                              "HDF5 filter %d (%s) is not available: point HDF5_PLUGIN_PATH to a folder that has it",
                              filter, name);
    }
    uint64_t n_elements = guard->chunk_bytes / H5Tget_size(guard->type);
    if (!sm_sense_accepts(filter, n_parameters, parameters, guard->type, n_elements)) {
        return sparsemed_fail(error, SPARSEMED_INPUT, "HDF5 filter %d (%s) has parameters of other chunks: damaged",
                              filter, name);
    }
    /* Of a chunk, and of what earlier filters may have added. */
    uint64_t most = sm_min(2 * (uint64_t)guard->chunk_bytes + 1024, UINT32_MAX);
    if (sm_bounded_decodes(filter)) {
        parameters[0] = (unsigned)filter;
        parameters[1] = (unsigned)most;
        filter = SM_FILTER_BOUNDED;
        n_parameters = 2;
    }
    if (H5Pset_filter(to, filter, H5Z_FLAG_OPTIONAL, n_parameters, parameters) < 0) {
        return sm_fail_hdf5(error, SPARSEMED_INPUT, "HDF5 filter %d (%s) cannot be used", filter, name);
    }
    if (sm_sense_is_needed(filter) && !sm_sense_add(to, filter, guard->type, n_elements, most)) {
        return sm_fail_hdf5(error, SPARSEMED_INTERNAL, "HDF5 does not accept a filter");
    }
    return SPARSEMED_OK;
}

/* Set up the pipeline that chunks with this filter mask went through, behind the guard. The masked filters are left out
 * of it: HDF5 1.10 may lose the mask of a chunk that is written as it is stored. */
static enum sparsemed_status set_filters(const struct sm_guard *guard, uint32_t filter_mask, hid_t to,
                                         struct sparsemed_error *error) {
    const unsigned size = (unsigned)guard->chunk_bytes;
    if (H5Pset_filter(to, GUARD_FILTER, H5Z_FLAG_MANDATORY, 1, &size) < 0) {
        return sm_fail_hdf5(error, SPARSEMED_INTERNAL, "HDF5 does not accept a filter");
    }
    int n_filters = H5Pget_nfilters(guard->creation);
    for (int i = 0; i < n_filters && error->status == SPARSEMED_OK; i++) {
        if (!(filter_mask >> i & 1)) {
            copy_filter(guard, (unsigned)i, to, error);
        }
    }
    return error->status;
}

/* Give a dataset the fill value of the original: a filter may store elements that equal it as such. */
static void copy_fill_value(const struct sm_guard *guard, hid_t to) {
    uint8_t value[16];
    H5D_fill_value_t kind = H5D_FILL_VALUE_UNDEFINED;
    H5T_class_t class = H5Tget_class(guard->type);
    if ((class == H5T_INTEGER || class == H5T_FLOAT) && H5Tget_size(guard->type) <= sizeof value &&
        H5Pfill_value_defined(guard->creation, &kind) >= 0 && kind == H5D_FILL_VALUE_USER_DEFINED &&
        H5Pget_fill_value(guard->creation, guard->type, value) >= 0) {
        H5Pset_fill_value(to, guard->type, value);
    }
}

/* Make the dataset for chunks with this filter mask, in place of the one there was. */
static enum sparsemed_status make_guarded_dataset(struct sm_guard *guard, uint32_t filter_mask,
                                                  struct sparsemed_error *error) {
    hsize_t chunk[H5S_MAX_RANK];
    int rank = H5Pget_chunk(guard->creation, H5S_MAX_RANK, chunk);
    hid_t space = H5Screate_simple(rank, chunk, NULL);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    hid_t access = H5Pcreate(H5P_DATASET_ACCESS);
    H5Pset_chunk(creation, rank, chunk);
    H5Pset_chunk_cache(access, 0, 0, 1);
    copy_fill_value(guard, creation);
    sm_hdf5_release(guard->dataset);
    guard->dataset = H5I_INVALID_HID;
    guard->filter_mask = filter_mask;
    if (set_filters(guard, filter_mask, creation, error) == SPARSEMED_OK) {
        guard->dataset = H5Dcreate_anon(guard->file, guard->type, space, creation, access);
        if (guard->dataset < 0) {
            sm_fail_hdf5(error, SPARSEMED_INPUT, "the filters of a dataset cannot be set up");
        }
    }
    sm_hdf5_release(access);
    sm_hdf5_release(creation);
    sm_hdf5_release(space);
    return error->status;
}

/* Bytes of an element as it is stored. Where it refers to something of variable length, that is not its size in memory.
 */
static size_t stored_size(hid_t file, hid_t type) {
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY);
    hid_t dataset = H5Dcreate_anon(file, type, space, creation, H5P_DEFAULT);
    size_t size = dataset >= 0 ? H5Dget_storage_size(dataset) : 0;
    sm_hdf5_release(dataset);
    sm_hdf5_release(creation);
    sm_hdf5_release(space);
    return size;
}

/* The type of the elements. Only their size matters here, but some filters want to know numbers. */
static hid_t copy_type(hid_t file, hid_t dataset) {
    hid_t original = H5Dget_type(dataset), type = sm_hdf5_detached_type(original);
    sm_hdf5_release(original);
    H5T_class_t class = H5Tget_class(type);
    if (class == H5T_INTEGER || class == H5T_FLOAT) {
        return type;
    }
    hid_t opaque = H5Tcreate(H5T_OPAQUE, stored_size(file, type));
    sm_hdf5_release(type);
    return opaque;
}

enum sparsemed_status sm_guard_open(hid_t dataset, struct sm_guard *guard, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *guard = SM_NO_GUARD;
    guard->file = sm_hdf5_create_in_memory();
    if (guard->file < 0 || H5Zregister(&guard_filter) < 0 || H5Zregister(&sm_sense_filter) < 0 ||
        H5Zregister(&sm_bounded_filter) < 0) {
        return sm_fail_hdf5(error, SPARSEMED_INTERNAL, "HDF5 cannot make a file in memory");
    }
    guard->creation = H5Dget_create_plist(dataset);
    guard->type = copy_type(guard->file, dataset);
    hsize_t chunk[H5S_MAX_RANK];
    int rank = H5Pget_chunk(guard->creation, H5S_MAX_RANK, chunk);
    guard->chunk_bytes = H5Tget_size(guard->type); /* 0 where there is no type */
    if (rank < 0 || guard->chunk_bytes == 0) {
        return sm_fail_hdf5(error, SPARSEMED_INPUT, "the type or the chunks of a dataset cannot be read");
    }
    for (int i = 0; i < rank; i++) {
        guard->chunk_bytes *= chunk[i];
    }
    return make_guarded_dataset(guard, 0, error);
}

/* Names of those filters of the chunk which HDF5 undoes, or a plugin, separated by commas. */
static void name_foreign_filters(const struct sm_guard *guard, char *names, size_t size) {
    int n_filters = H5Pget_nfilters(guard->creation);
    size_t length = 0;
    *names = '\0';
    for (int i = 0; i < n_filters && length < size; i++) {
        char name[64] = "";
        unsigned flags, configuration;
        size_t n = 0;
        H5Z_filter_t filter =
            H5Pget_filter2(guard->creation, (unsigned)i, &flags, &n, NULL, sizeof name, name, &configuration);
        bool known = sm_bounded_decodes(filter) || filter == H5Z_FILTER_SHUFFLE || filter == H5Z_FILTER_FLETCHER32;
        if (!(guard->filter_mask >> i & 1) && !known) {
            length += (size_t)snprintf(names + length, size - length, "%s%s", length ? ", " : "", name);
        }
    }
}

/* A chunk may be sound all the same: HDF5 1.14.5 cannot read all that its own scale-offset filter has made. */
static enum sparsemed_status tell_undecodable(const struct sm_guard *guard, struct sparsemed_error *error) {
    char names[256];
    unsigned major = 0, minor = 0, release = 0;
    hid_t reason = H5Eget_current_stack(); /* any call of HDF5 forgets it */
    H5get_libversion(&major, &minor, &release);
    name_foreign_filters(guard, names, sizeof names);
    H5Eset_current_stack(reason);
    return *names ? sm_fail_hdf5(error, SPARSEMED_INPUT,
                                 "a chunk is damaged, or is sound and HDF5 %u.%u.%u cannot undo its filters: %s", major,
                                 minor, release, names)
                  : sm_fail_hdf5(error, SPARSEMED_INPUT, "a chunk is damaged");
}

enum sparsemed_status sm_guard_decode(struct sm_guard *guard, const void *raw, size_t raw_bytes, uint32_t filter_mask,
                                      void *decoded, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    static const hsize_t origin[H5S_MAX_RANK] = {0};
    if (filter_mask != guard->filter_mask && make_guarded_dataset(guard, filter_mask, error) != SPARSEMED_OK) {
        return error->status;
    }
    void *buffer = decoded ? decoded : malloc(guard->chunk_bytes);
    if (!buffer) {
        return sparsemed_fail_memory(error, "checking a chunk");
    }
    if (H5Dwrite_chunk(guard->dataset, H5P_DEFAULT, 0, origin, raw_bytes, raw) < 0 ||
        H5Dread(guard->dataset, guard->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer) < 0) {
        tell_undecodable(guard, error);
    }
    if (!decoded) {
        free(buffer);
    }
    return error->status;
}

void sm_guard_close(struct sm_guard *guard) {
    sm_hdf5_release(guard->dataset);
    sm_hdf5_release(guard->type);
    sm_hdf5_release(guard->creation);
    if (guard->file >= 0) {
        H5Fclose(guard->file);
    }
    *guard = SM_NO_GUARD;
}

static bool is_partial(const hsize_t *offset, const hsize_t *chunk, const hsize_t *extent, int rank) {
    bool partial = false;
    for (int i = 0; i < rank; i++) {
        partial = partial || offset[i] + chunk[i] > extent[i];
    }
    return partial;
}

static enum sparsemed_status check_chunk(struct sm_guard *guard, hid_t dataset, const hsize_t *offset,
                                         struct sparsemed_error *error) {
    hsize_t raw_bytes = 0;
    uint32_t filter_mask = 0;
    if (H5Dget_chunk_storage_size(dataset, offset, &raw_bytes) < 0 || raw_bytes == 0) {
        return SPARSEMED_OK; /* never written: there is nothing to decode */
    }
    void *raw = malloc(raw_bytes);
    if (!raw) {
        return sparsemed_fail_memory(error, "checking a chunk");
    }
    if (sm_hdf5_read_chunk(dataset, offset, &filter_mask, raw, raw_bytes) < 0) {
        sm_fail_hdf5(error, SPARSEMED_INPUT, "a chunk cannot be read");
    } else {
        sm_guard_decode(guard, raw, raw_bytes, filter_mask, NULL, error);
    }
    free(raw);
    return error->status;
}

enum sparsemed_status sm_guard_check(hid_t dataset, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    hid_t creation = H5Dget_create_plist(dataset);
    hid_t space = H5Dget_space(dataset);
    hsize_t chunk[H5S_MAX_RANK], extent[H5S_MAX_RANK], offset[H5S_MAX_RANK] = {0};
    unsigned options = 0;
    H5Pget_chunk_opts(creation, &options);
    bool partial_unfiltered = options & H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS;
    int rank = H5Sget_simple_extent_dims(space, extent, NULL);
    struct sm_guard guard;
    if (H5Pget_layout(creation) == H5D_CHUNKED && H5Sget_simple_extent_npoints(space) > 0 &&
        H5Pget_chunk(creation, rank, chunk) == rank && sm_chunks_check_places(dataset, error) == SPARSEMED_OK) {
        bool more = sm_guard_open(dataset, &guard, error) == SPARSEMED_OK;
        if (more && H5Pget_nfilters(creation) == 0) {
            sm_chunks_check_lengths(dataset, guard.chunk_bytes, error);
            more = false;
        }
        while (more) {
            bool unfiltered = partial_unfiltered && is_partial(offset, chunk, extent, rank);
            more = (unfiltered || check_chunk(&guard, dataset, offset, error) == SPARSEMED_OK) &&
                   sm_chunks_next(offset, chunk, extent, rank);
        }
        sm_guard_close(&guard);
    }
    sm_hdf5_release(space);
    sm_hdf5_release(creation);
    return error->status;
}

enum sparsemed_status sm_guarded_check(hid_t dataset, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    if (sm_references_check(dataset, error) == SPARSEMED_OK &&
        sm_chunks_check_written(dataset, error) == SPARSEMED_OK && sm_guard_check(dataset, error) == SPARSEMED_OK) {
        sm_heap_values_check(dataset, error);
    }
    return error->status;
}

enum sparsemed_status sm_guarded_read(hid_t dataset, hid_t memory_type, void *values, struct sparsemed_error *error) {
    if (sm_guarded_check(dataset, error) == SPARSEMED_OK &&
        H5Dread(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) {
        return sm_fail_hdf5(error, SPARSEMED_INPUT, "cannot be read");
    }
    return error->status;
}
