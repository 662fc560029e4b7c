/* Maps from frames to images: an identical one is found, whatever it is stored as, and no other. */
#include <stdlib.h>
#include <string.h>

#include "rtdc/map.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"
#include "support/pipelines.h"
#include "support/stored_chunks.h"

enum { N_FRAMES = 10000 }; /* several blocks */

static struct sparsemed_frame_run runs[] = {{0, 0}, {4000, 1}, {4096, 2}, {9999, 3}};
static const struct sparsemed_attribution attribution = {LENGTH(runs), runs};

/* ---- helpers ---- */

static int64_t *make_map(void) {
    int64_t *map = malloc(N_FRAMES * sizeof *map);
    assert_non_null(map);
    sparsemed_attribution_map(&attribution, 0, N_FRAMES, map);
    assert_int_equal(map[4095], 1);
    assert_int_equal(map[N_FRAMES - 1], 3);
    return map;
}

static void assert_finds(hid_t file, const char *expected) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    char name[SM_MAP_NAME_SIZE];
    assert_int_equal(sm_map_find(file, &attribution, N_FRAMES, name, &error), SPARSEMED_OK);
    assert_string_equal(name, expected);
    close_file(file);
}

/* ---- tests ---- */

static void finds_an_identical_map_of_any_type(void **state) {
    (void)state;
    int64_t *map = make_map();
    const hid_t types[] = {H5T_STD_I64LE, H5T_STD_U64LE, H5T_STD_I32BE, H5T_STD_U8LE};
    const hsize_t n = N_FRAMES, chunk = 999;
    for (size_t i = 0; i < LENGTH(types); i++) {
        hid_t file = begin_measurement("map.rtdc"), creation = chunked(1, &chunk);
        pipeline_add(creation, "shuffle gzip fletcher");
        add_dataset(file, "events/basinmap6", types[i], 1, &n, creation, NULL);
        hid_t dataset = H5Dopen2(file, "events/basinmap6", H5P_DEFAULT);
        assert_true(H5Dwrite(dataset, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, map) >= 0);
        H5Dclose(dataset);
        H5Pclose(creation);
        assert_finds(file, "basinmap6");
    }
    free(map);
}

static void takes_no_other_map(void **state) {
    (void)state;
    static const size_t changed[] = {0, 4095, 4096, N_FRAMES - 1};
    int64_t *map = make_map();
    for (size_t i = 0; i < LENGTH(changed); i++) {
        hid_t file = begin_measurement("map.rtdc");
        map[changed[i]] += 1;
        add_list(file, "events/basinmap0", H5T_NATIVE_INT64, N_FRAMES, map);
        map[changed[i]] -= 1;
        assert_finds(file, "");
    }
    hid_t file = begin_measurement("map.rtdc");
    const hsize_t flat[] = {N_FRAMES, 1};
    double *numbers = calloc(N_FRAMES, sizeof *numbers);
    for (size_t i = 0; i < N_FRAMES; i++) {
        numbers[i] = (double)map[i];
    }
    add_list(file, "events/basinmap0", H5T_NATIVE_DOUBLE, N_FRAMES, numbers);
    add_list(file, "events/basinmap1", H5T_NATIVE_INT64, N_FRAMES - 1, map);
    add_dataset(file, "events/basinmap2", H5T_NATIVE_INT64, 2, flat, H5P_DEFAULT, map);
    add_list(file, "events/basinmap", H5T_NATIVE_INT64, N_FRAMES, map);
    add_list(file, "events/basinmap10", H5T_NATIVE_INT64, N_FRAMES, map);
    add_group(file, "events/basinmap3");
    assert_true(H5Lcreate_soft("/nowhere", file, "events/basinmap4", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    assert_finds(file, "");
    free(numbers);
    free(map);
}

static void the_first_of_several_is_taken(void **state) {
    (void)state;
    int64_t *map = make_map();
    hid_t file = begin_measurement("map.rtdc");
    add_list(file, "events/basinmap0", H5T_NATIVE_INT64, 3, map);
    add_list(file, "events/basinmap8", H5T_NATIVE_INT64, N_FRAMES, map);
    add_list(file, "events/basinmap2", H5T_NATIVE_INT64, N_FRAMES, map);
    assert_finds(file, "basinmap2");
    free(map);
}

/* One that cannot be read is not the one that is looked for. */
static void a_damaged_map_is_passed_over(void **state) {
    (void)state;
    int64_t *map = make_map();
    const hsize_t n = N_FRAMES, chunk = 1000, origin = 3000;
    hid_t file = begin_measurement("map.rtdc"), creation = chunked(1, &chunk);
    pipeline_add(creation, "zstd fletcher");
    add_dataset(file, "events/basinmap0", H5T_NATIVE_INT64, 1, &n, creation, map);
    hid_t dataset = H5Dopen2(file, "events/basinmap0", H5P_DEFAULT);
    flip_bit(dataset, &origin, 0.5);
    H5Dclose(dataset);
    H5Pclose(creation);
    assert_finds(file, "");
    free(map);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(finds_an_identical_map_of_any_type),
        tidy_test(takes_no_other_map),
        tidy_test(the_first_of_several_is_taken),
        tidy_test(a_damaged_map_is_passed_over),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
