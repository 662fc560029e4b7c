/* Whether an output tells the figures of its quality that follow from what it holds, and from the time stamps of its
 * input: computed once more, in the plainest way. Tells those that do not. */
#include <hdf5.h>
#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/files/surrogates.h"
#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/hdf5.h"

static json_t *told;
static int n_wrong;

static void compare(const char *name, double expected) {
    const json_t *value = json_object_get(json_object_get(told, "figures"), name);
    double found = json_is_number(value) ? json_number_value(value) : NAN;
    if (!value || (isnan(expected) ? !json_is_null(value) : found != expected)) {
        printf("%s is %.17g instead of %.17g\n", name, found, expected);
        n_wrong++;
    }
}

/* All values of a dataset; NULL where it is missing. */
static void *read_all(const char *path, const char *name, hid_t type, size_t *n) {
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT), dataset = H5Dopen2(file, name, H5P_DEFAULT);
    hid_t space = H5Dget_space(dataset);
    *n = dataset >= 0 ? (size_t)H5Sget_simple_extent_npoints(space) : 0;
    void *values = dataset >= 0 ? malloc(*n * H5Tget_size(type)) : NULL;
    if (values && H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) {
        exit(2);
    }
    sm_hdf5_release(space);
    sm_hdf5_release(dataset);
    H5Fclose(file);
    return values;
}

static double *read_column(const char *path, const char *column, size_t *n) {
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(double));
    H5Tinsert(type, column, 0, H5T_NATIVE_DOUBLE);
    double *values = read_all(path, "tables/sparsemed_background", type, n);
    H5Tclose(type);
    return values;
}

static int by_size(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

static double median(const double *values, size_t n) {
    double *sorted = malloc(n * sizeof *sorted);
    memcpy(sorted, values, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_size);
    double middle = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    free(sorted);
    return middle;
}

static double spread(double *values, size_t n) {
    double middle = median(values, n);
    for (size_t i = 0; i < n; i++) {
        values[i] = fabs(values[i] - middle);
    }
    return median(values, n);
}

static double greatest(const double *values, size_t n) {
    double most = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        most = fmax(most, values[i]);
    }
    return most;
}

static void check_refs(double *ref, const double *used, size_t n) {
    double *kept = malloc(n * sizeof *kept), least = INFINITY;
    size_t n_kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (used[i] == 1) {
            kept[n_kept++] = ref[i];
        } else {
            least = fmin(least, ref[i]);
        }
    }
    compare("ref_kept_max", greatest(kept, n_kept));
    compare("ref_kept_median", median(kept, n_kept));
    compare("ref_removed_min", isfinite(least) ? least : NAN);
    compare("ref_median", median(ref, n));
    compare("ref_spread", spread(ref, n));
    free(kept);
}

static void check_images(const char *output, size_t n_kept) {
    size_t n_bytes, tenth = n_kept < 10 ? 1 : n_kept / 10;
    uint8_t *images = read_all(output, "basin_events/image_bg", H5T_NATIVE_UINT8, &n_bytes);
    size_t n_pixels = n_bytes / n_kept;
    double *pixels = malloc(n_pixels * sizeof *pixels), *brightness = malloc(n_kept * sizeof *brightness), least = 255;
    for (size_t i = 0; i < n_kept; i++) {
        for (size_t k = 0; k < n_pixels; k++) {
            pixels[k] = images[i * n_pixels + k];
        }
        brightness[i] = median(pixels, n_pixels);
        least = fmin(least, brightness[i]);
    }
    compare("bg_med", median(brightness, n_kept));
    compare("bg_med_range", greatest(brightness, n_kept) - least);
    compare("bg_med_drift", median(brightness + n_kept - tenth, tenth) - median(brightness, tenth));
    free(brightness);
    free(pixels);
    free(images);
}

static void check_offsets(const char *output) {
    size_t n, n_flickering = 0;
    double *offset = read_all(output, "events/bg_off", H5T_NATIVE_DOUBLE, &n);
    for (size_t j = 0; j < n; j++) {
        n_flickering += fabs(offset[j]) >= 2.5;
        offset[j] = fmin(fmax(floor(offset[j] * 64 + 0.5) / 64, -32), 32);
    }
    compare("bg_off_spread", offset ? spread(offset, n) : NAN);
    compare("flickering_frames", offset ? (double)n_flickering : NAN);
    free(offset);
}

/* kept   [n_kept + 1], times of their split points, and room */
static void check_times(const char *input, const char *output, double *kept, size_t n_kept) {
    size_t n;
    double *time = read_all(input, "events/time", H5T_NATIVE_DOUBLE, &n), pause = 0, farthest = 0, gap = kept[0];
    int64_t *map = read_all(output, "events/basinmap0", H5T_NATIVE_INT64, &n);
    double *frames = calloc(n_kept, sizeof *frames), first = time[0], least = INFINITY;
    for (size_t j = 0; j < n; j++) {
        time[j] -= first;
        pause = j > 0 ? fmax(pause, time[j] - time[j - 1]) : 0;
        farthest = fmax(farthest, fabs(time[j] - kept[map[j]]));
        frames[map[j]]++;
    }
    kept[n_kept] = time[n - 1];
    for (size_t i = 0; i < n_kept; i++) {
        gap = fmax(gap, kept[i + 1] - kept[i]);
        least = fmin(least, frames[i]);
    }
    compare("longest_gap", gap);
    compare("longest_pause", pause);
    compare("farthest_image", farthest);
    compare("frames_per_image_min", least);
    compare("frames_per_image_median", median(frames, n_kept));
    compare("frames_per_image_max", greatest(frames, n_kept));
    free(frames);
    free(map);
    free(time);
}

static void read_told(const char *output) {
    hid_t file = H5Fopen(output, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t table = H5Dopen2(file, "tables/sparsemed_background", H5P_DEFAULT);
    char *text = sm_attribute_text(table, "sparsemed quality", NULL);
    told = text ? sm_json_read(text) : NULL;
    free(text);
    sm_hdf5_release(table);
    H5Fclose(file);
}

int main(int argc, char **argv) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    if (argc != 3 || sm_hdf5_start(&error) != SPARSEMED_OK) {
        fprintf(stderr, "Usage: figures INPUT OUTPUT\n");
        return 2;
    }
    const char *input = argv[1], *output = argv[2];
    size_t n, n_kept = 0;
    read_told(output);
    double *time = read_column(output, "time", &n), *ref = read_column(output, "ref", &n);
    double *used = read_column(output, "used", &n), *activity = read_column(output, "activity", &n);
    double *kept = malloc((n + 1) * sizeof *kept);
    for (size_t i = 0; i < n; i++) {
        if (used[i] == 1) {
            kept[n_kept++] = time[i];
        }
    }
    check_refs(ref, used, n);
    check_images(output, n_kept);
    check_offsets(output);
    check_times(input, output, kept, n_kept);
    compare("activity", greatest(activity, n));
    free(kept);
    free(activity);
    free(used);
    free(ref);
    free(time);
    json_decref(told);
    return n_wrong > 0;
}
