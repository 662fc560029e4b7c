#include "rtdc/outputs/take_over.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/identifier.h"
#include "rtdc/layout.h"
#include "rtdc/outputs/basin_copy.h"
#include "rtdc/outputs/basin_write.h"
#include "rtdc/outputs/feature_copy.h"
#include "rtdc/outputs/metadata.h"
#include "rtdc/outputs/slice_map.h"

/* The identifier of a slice of a measurement. NULL where memory is out. To be released with free. */
static char *identify(const char *measurement, const struct sm_slice *slice) {
    char frames[SM_SLICE_TEXT_SIZE];
    size_t size = strlen(measurement) + sizeof SM_IDENTIFIED_AS_SLICE + SM_SLICE_TEXT_SIZE;
    char *identifier = malloc(size);
    sm_slice_format(slice, frames);
    if (identifier) {
        snprintf(identifier, size, "%s" SM_IDENTIFIED_AS_SLICE "%s", measurement, frames);
    }
    return identifier;
}

/* Let the attributes tell of a slice what those of the input tell of the measurement. */
static enum sparsemed_status describe_slice(hid_t input, hid_t file, const struct sm_slice *slice,
                                            struct sparsemed_error *error) {
    char *measurement;
    if (sm_measurement_identifier_read(input, &measurement, error) != SPARSEMED_OK) {
        return error->status;
    }
    char *identifier = measurement ? identify(measurement, slice) : NULL;
    bool counted = H5Aexists(file, SM_ATTRIBUTE_EVENTS) > 0;
    if (measurement && !identifier) {
        sparsemed_fail_memory(error, "naming a slice");
    } else if ((identifier && !sm_attribute_write_text(file, SM_ATTRIBUTE_RUN, identifier)) ||
               (counted && !sm_attribute_write_integer(file, SM_ATTRIBUTE_EVENTS, (int64_t)slice->n))) {
        sm_fail_hdf5(error, SPARSEMED_OUTPUT, "the attributes cannot be written");
    }
    free(identifier);
    free(measurement);
    return error->status;
}

/* The basins of a measurement, and the one that leads to it. */
static enum sparsemed_status take_over_basins(hid_t input, hid_t file, const struct sm_specification *wanted,
                                              int zstd_level, struct sparsemed_error *error) {
    struct sm_slice_map map = {.slice = wanted->origin.slice};
    bool sliced = sm_input_is_sliced(wanted->origin.options);
    if (sliced && sm_slice_map_write(input, file, &map, zstd_level, error) != SPARSEMED_OK) {
        return error->status;
    }
    const struct sm_slice_map *rows = sliced ? &map : NULL;
    return sm_basins_copy(input, wanted->origin.path, file, wanted->path, rows, zstd_level, error) == SPARSEMED_OK
               ? sm_basin_write_file(file, input, &wanted->origin, wanted->path, sliced ? map.name : NULL, zstd_level,
                                     error)
               : error->status;
}

enum sparsemed_status sm_take_over(hid_t input, hid_t file, const struct sm_specification *wanted, int zstd_level,
                                   bool values, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    if (input < 0) {
        return SPARSEMED_OK;
    }
    if (sm_metadata_copy(input, file, zstd_level, error) != SPARSEMED_OK ||
        (sm_input_is_sliced(wanted->origin.options) &&
         describe_slice(input, file, &wanted->origin.slice, error) != SPARSEMED_OK)) {
        return error->status;
    }
    if (!sm_origin_is_measurement(&wanted->origin)) {
        return SPARSEMED_OK;
    }
    return sm_features_copy(input, &wanted->origin.slice, file, zstd_level, values, error) == SPARSEMED_OK
               ? take_over_basins(input, file, wanted, zstd_level, error)
               : error->status;
}
