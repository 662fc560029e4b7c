/* The skeleton of an output, and whether an existing file is recognized as the output of a measurement. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rtdc/filters/filters.h"
#include "rtdc/outputs/output.h"
#include "rtdc/trials/existing.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"
#include "support/pipelines.h"

enum { N_FRAMES = 2500, N_IMAGES = 7, ROWS = 80, COLUMNS = 320 };

static const char ppid[] = "sparsemed:k=200^s=1^t=0^f=0.8^o=1";

/* ---- helpers ---- */

static struct path input_path, output_path;

static int make_input(void **state) {
    (void)state;
    input_path = scratch_path("input.rtdc");
    output_path = scratch_path("output.rtdc");
    hid_t file = create_file(input_path.text, FORMAT_OLD);
    add_list(file, "events/deform", H5T_IEEE_F64LE, 3, NULL);
    add_lines(file, "logs/acquisition", 2, (const char *const[]){"line", "another"});
    add_text_attribute(file, "experiment:sample", "beads");
    close_file(file);
    return 0;
}

static struct sparsemed_frame_run all_frames;
static const struct sparsemed_attribution attribution = {1, &all_frames};

static struct sm_output output_of(bool offset, int zstd_level) {
    static const struct sm_input_options options;
    struct sparsemed_parameters parameters = SPARSEMED_PARAMETERS_DEFAULT;
    parameters.offset_correction = offset;
    const struct sm_origin origin = {input_path.text, input_path.text, &options, false, sm_slice_all(N_FRAMES)};
    struct sm_output output = {
        .specification = sm_specify(&origin, output_path.text, &parameters, false, false),
        .n_images = N_IMAGES,
        .height = ROWS,
        .width = COLUMNS,
        .zstd_level = zstd_level,
        .attribution = &attribution,
    };
    strcpy(output.specification.ppid, ppid);
    return output;
}

static struct sm_output_map made_map; /* of the output that was made last */

/* Make the output under its final name at once. */
static enum sparsemed_status make(hid_t input, const struct sm_output *output, struct sparsemed_error *error) {
    const struct sm_workpiece workpiece = {output_path.text, open(output_path.text, O_RDWR | O_CREAT, 0666), NULL};
    sm_output_create(input, &workpiece, output, &made_map, error);
    close(workpiece.descriptor);
    return error->status;
}

/* Compare it with what it was to be. */
static enum sparsemed_status examine(hid_t input, const struct sm_output *output, struct sparsemed_error *error) {
    const struct sm_workpiece workpiece = {output_path.text, open(output_path.text, O_RDWR), NULL};
    sm_output_check(input, &workpiece, output, &made_map, error);
    close(workpiece.descriptor);
    return error->status;
}

static struct sm_output create(bool offset, int zstd_level) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_output output = output_of(offset, zstd_level);
    hid_t input = open_file(input_path.text);
    if (make(input, &output, &error) != SPARSEMED_OK) {
        fail_msg("%s", error.message);
    }
    close_file(input);
    return output;
}

/* Whether the file is recognized as this output. */
static bool is_done(const struct sm_output *output) {
    return sm_existing_is_done(&output->specification);
}

/* A dataset has this shape, extensible along its first dimension, and chunks that are as long as told. */
static hid_t assert_dataset(hid_t file, const char *path, hid_t expected_type, int rank, const hsize_t *shape,
                            hsize_t chunk_length, int zstd_level) {
    hsize_t extent[3], most[3], chunk[3];
    hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT);
    assert_true(dataset >= 0);
    hid_t space = H5Dget_space(dataset), creation = H5Dget_create_plist(dataset), type = H5Dget_type(dataset);
    assert_true(H5Tequal(type, expected_type) > 0);
    assert_int_equal(H5Sget_simple_extent_ndims(space), rank);
    H5Sget_simple_extent_dims(space, extent, most);
    assert_int_equal(H5Pget_chunk(creation, rank, chunk), rank);
    assert_int_equal(chunk[0], chunk_length);
    assert_true(most[0] == H5S_UNLIMITED);
    for (int i = 0; i < rank; i++) {
        assert_int_equal(extent[i], shape[i]);
        assert_true(i == 0 || (chunk[i] == shape[i] && most[i] == shape[i]));
    }
    assert_output_filters(creation, zstd_level);
    H5Tclose(type);
    H5Pclose(creation);
    H5Sclose(space);
    return dataset;
}

/* ---- making ---- */

static void check_skeleton(bool offset, int zstd_level) {
    const hsize_t images[] = {N_IMAGES, ROWS, COLUMNS}, frames = N_FRAMES;
    create(offset, zstd_level);
    assert_string_equal(made_map.path, "events/basinmap0");
    hid_t file = open_file(output_path.text);
    hid_t image = assert_dataset(file, "basin_events/image_bg", H5T_STD_U8LE, 3, images,
                                 sm_output_chunk_images(ROWS, COLUMNS), zstd_level);
    assert_text_attribute(image, "CLASS", "IMAGE", true);
    assert_text_attribute(image, "IMAGE_VERSION", "1.2", true);
    assert_text_attribute(image, "IMAGE_SUBCLASS", "IMAGE_GRAYSCALE", true);
    assert_text_attribute(image, "dcnum ppid background", ppid, false);
    assert_text_attribute(image, "dcnum ppid generation", SPARSEMED_PPID_GENERATION, false);
    H5Dclose(image);
    H5Dclose(assert_dataset(file, "events/basinmap0", H5T_STD_I64LE, 1, &frames, SM_FEATURE_CHUNK, zstd_level));
    assert_int_equal(H5Lexists(file, "events/bg_off", H5P_DEFAULT) > 0, offset);
    if (offset) {
        hid_t values = assert_dataset(file, "events/bg_off", H5T_IEEE_F64LE, 1, &frames, SM_FEATURE_CHUNK, zstd_level);
        assert_text_attribute(values, "dcnum ppid background", ppid, false);
        assert_text_attribute(values, "dcnum ppid generation", SPARSEMED_PPID_GENERATION, false);
        H5Dclose(values);
    }
    assert_true(H5Lexists(file, "logs/acquisition", H5P_DEFAULT) > 0);
    assert_text_attribute(file, "experiment:sample", "beads", false);
    hid_t basins = H5Gopen2(file, "basins", H5P_DEFAULT);
    H5G_info_t info;
    assert_true(H5Gget_info(basins, &info) >= 0);
    assert_int_equal(info.nlinks, 2);
    H5Gclose(basins);
    close_file(file);
}

static void makes_the_skeleton(void **state) {
    (void)state;
    check_skeleton(true, SM_ZSTD_DEFAULT);
    check_skeleton(false, SM_ZSTD_DEFAULT);
    check_skeleton(true, SM_ZSTD_NONE);
    check_skeleton(true, SM_ZSTD_MOST);
}

static void our_map_leaves_those_of_copied_basins(void **state) {
    (void)state;
    const char *definition = "{\"type\": \"file\", \"paths\": [\"a\"], \"mapping\": \"basinmap0\"}";
    hid_t input = change_file(input_path.text);
    add_list(input, "events/basinmap0", H5T_STD_I64LE, 3, NULL);
    add_lines(input, "basins/one", 1, &definition);
    close_file(input);
    struct sm_output output = create(true, SM_ZSTD_DEFAULT);
    assert_string_equal(made_map.path, "events/basinmap1");
    assert_true(is_done(&output));
}

static void assert_basins(hsize_t n) {
    hid_t file = open_file(output_path.text);
    hid_t basins = H5Gopen2(file, "basins", H5P_DEFAULT);
    H5G_info_t info;
    assert_true(H5Gget_info(basins, &info) >= 0);
    assert_int_equal(info.nlinks, n);
    H5Gclose(basins);
    close_file(file);
}

/* Ways to read an input, each of which gives another background. */
static const struct sm_input_options readings[] = {
    {0},
    {.dataset = "scan/frames"},
    {.dataset = "events/image"},
    {.dataset = "scan/frames", .time = "scan/time"},
    {.dataset = "scan/frames", .frame_rate = 1000. / 3},
    {.time = "scan/time"},
    {.frame_rate = 3000},
};

/* Readers find the frames of a measurement through a basin. Other frames no basin must offer: only that of the
 * background is left. */
static void is_known_by_how_the_input_is_read(void **state) {
    (void)state;
    for (size_t i = 0; i < LENGTH(readings); i++) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        struct sm_output output = output_of(true, SM_ZSTD_DEFAULT);
        output.specification.origin.options = &readings[i];
        hid_t input = open_file(input_path.text);
        assert_int_equal(make(input, &output, &error), SPARSEMED_OK);
        close_file(input);
        assert_basins(readings[i].dataset ? 1 : 2);
        for (size_t j = 0; j < LENGTH(readings); j++) {
            output.specification.origin.options = &readings[j];
            assert_int_equal(is_done(&output), i == j);
        }
    }
}

/* An input that is no HDF5 file: the output stands for itself. */
static void does_without_metadata(void **state) {
    (void)state;
    struct path array = scratch_path("frames.npy"), times = scratch_path("time.npy"), others = scratch_path("o.npy");
    write_text(array.text, "");
    write_text(times.text, "");
    write_text(others.text, "");
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_output output = output_of(true, SM_ZSTD_DEFAULT);
    const struct sm_input_options timed = {.time = times.text}, otherwise = {.time = others.text};
    output.specification.origin.path = output.specification.origin.real_path = array.text;
    output.specification.origin.is_array = true;
    output.specification.origin.options = &timed;
    assert_int_equal(make(H5I_INVALID_HID, &output, &error), SPARSEMED_OK);
    assert_basins(1);
    assert_true(is_done(&output));
    output.specification.origin.options = &otherwise;
    assert_false(is_done(&output));
    output.specification.origin.options = &readings[0];
    assert_false(is_done(&output));
}

static void names_the_file_that_cannot_be_made(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_output output = output_of(true, SM_ZSTD_DEFAULT);
    struct path missing = scratch_path("missing/output.rtdc");
    hid_t input = open_file(input_path.text);
    const struct sm_workpiece closed = {missing.text, -1, NULL};
    assert_int_equal(sm_output_create(input, &closed, &output, &made_map, &error), SPARSEMED_OUTPUT);
    assert_non_null(strstr(error.message, missing.text));
    close_file(input);
}

static void chunks_have_about_a_mebibyte_of_images(void **state) {
    (void)state;
    assert_int_equal(sm_output_chunk_images(80, 320), (1 << 20) / (80 * 320));
    assert_int_equal(sm_output_chunk_images(1, 1), 1000);
    assert_int_equal(sm_output_chunk_images(32, 32), 1000);
    assert_int_equal(sm_output_chunk_images(1024, 1024), 10);
    assert_int_equal(sm_output_chunk_images(30000, 30000), 4); /* a chunk is below 4 GiB */
    assert_int_equal(sm_output_chunk_images(65535, 65535), 1);
}

/* Features that are taken over are compared with those of the input, in which nothing may have changed. */
static void finds_a_feature_that_is_not_what_was_written(void **state) {
    (void)state;
    double numbers[N_FRAMES] = {0};
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t input = change_file(input_path.text);
    add_list(input, "events/temp", H5T_NATIVE_DOUBLE, N_FRAMES, numbers);
    close_file(input);
    struct sm_output output = create(true, SM_ZSTD_DEFAULT);
    input = open_file(input_path.text);
    assert_int_equal(examine(input, &output, &error), SPARSEMED_OK);
    hid_t file = change_file(output_path.text), dataset = H5Dopen2(file, "events/temp", H5P_DEFAULT);
    numbers[N_FRAMES - 1] = 1;
    assert_true(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers) >= 0);
    H5Dclose(dataset);
    close_file(file);
    assert_int_equal(examine(input, &output, &error), SPARSEMED_OUTPUT);
    assert_non_null(strstr(error.message, "events/temp is not what was written"));
    close_file(input);
}

/* ---- recognizing ---- */

static void recognizes_its_output(void **state) {
    (void)state;
    struct sm_output output = create(true, SM_ZSTD_DEFAULT);
    output.zstd_level = SM_ZSTD_NONE; /* makes no difference */
    assert_true(is_done(&output));
    output.specification.offset = false;
    assert_false(is_done(&output));
    output = create(false, SM_ZSTD_DEFAULT);
    assert_true(is_done(&output));
    output.specification.offset = true;
    assert_false(is_done(&output));
}

static void takes_no_other_parameters_or_lengths(void **state) {
    (void)state;
    struct sm_output output = create(true, SM_ZSTD_DEFAULT);
    strcpy(output.specification.ppid, "sparsemed:k=201^s=1^t=0^f=0.8^o=1");
    assert_false(is_done(&output));
    output = output_of(true, SM_ZSTD_DEFAULT);
    output.specification.n_frames++;
    assert_false(is_done(&output));
}

static void takes_no_output_of_another_or_newer_input(void **state) {
    (void)state;
    struct sm_output output = create(true, SM_ZSTD_DEFAULT);
    struct path other = scratch_path("other.rtdc"), moved = scratch_path("moved.rtdc");
    const struct timespec past[] = {{1000, 0}, {1000, 0}}, future[] = {{4000000000, 0}, {4000000000, 0}};
    close_file(create_file(other.text, FORMAT_OLD));
    assert_int_equal(utimensat(AT_FDCWD, other.text, past, 0), 0);
    output.specification.origin.path = output.specification.origin.real_path = other.text;
    assert_false(is_done(&output));
    output.specification.origin.path = output.specification.origin.real_path = input_path.text;
    assert_true(is_done(&output));
    assert_int_equal(utimensat(AT_FDCWD, input_path.text, future, 0), 0);
    assert_false(is_done(&output));
    assert_int_equal(utimensat(AT_FDCWD, input_path.text, past, 0), 0);
    assert_true(is_done(&output));
    assert_int_equal(rename(input_path.text, moved.text), 0);
    assert_false(is_done(&output));
    output.specification.origin.path = output.specification.origin.real_path = moved.text;
    assert_false(is_done(&output));
}

/* Remove something from an output; it is none any more. */
static void check_without(const char *path) {
    struct sm_output output = create(true, SM_ZSTD_DEFAULT);
    hid_t file = change_file(output_path.text);
    assert_true(H5Ldelete(file, path, H5P_DEFAULT) >= 0);
    close_file(file);
    if (is_done(&output)) {
        fail_msg("an output without %s is taken for one", path);
    }
}

static void takes_no_incomplete_file(void **state) {
    (void)state;
    struct sm_output output = create(true, SM_ZSTD_DEFAULT);
    check_without("basins");
    check_without("events/basinmap0");
    check_without("events/bg_off");
    check_without("basin_events");
    check_without("basin_events/image_bg");
    check_without("events");
    write_text(output_path.text, "no HDF5");
    assert_false(is_done(&output));
    remove(output_path.text);
    assert_false(is_done(&output));
}

static bool belongs(const struct sm_output *output) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    bool ours;
    assert_int_equal(sm_existing_belongs(&output->specification, &ours, &error), SPARSEMED_OK);
    return ours;
}

static void add_background(const char *key, const char *map) {
    char definition[200], path[32];
    const char *lines = definition;
    snprintf(definition, sizeof definition,
             "{\"type\": \"internal\", \"paths\": [\"basin_events\"], \"features\": [\"mask\", \"image_bg\"], "
             "\"mapping\": \"%s\"}",
             map);
    snprintf(path, sizeof path, "basins/%s", key);
    hid_t file = change_file(output_path.text);
    add_lines(file, path, 1, &lines);
    close_file(file);
}

/* Whether it belongs to the measurement does not depend on the parameters, nor on what the reference has left. */
static void outputs_of_the_measurement_belong_to_it(void **state) {
    (void)state;
    struct sm_output output = create(true, SM_ZSTD_DEFAULT);
    strcpy(output.specification.ppid, "sparsemed:k=201^s=1^t=0^f=0.8^o=1");
    assert_true(belongs(&output));
    output.specification.n_frames++;
    assert_false(belongs(&output));
    output = create(true, SM_ZSTD_DEFAULT);
    add_background("zzz", "basinmap9"); /* whose map is gone */
    add_background("000", "basinmap8");
    assert_true(belongs(&output));
    assert_false(is_done(&output)); /* readers may take the wrong map */
    output = create(true, SM_ZSTD_DEFAULT);
    add_background("zzz", "basinmap0"); /* the same map */
    assert_false(is_done(&output));
    struct path other = scratch_path("another.rtdc");
    close_file(create_file(other.text, FORMAT_OLD));
    output.specification.origin.path = output.specification.origin.real_path = other.text;
    assert_false(belongs(&output));
    output.specification.path = other.text; /* in place, but without a background */
    assert_false(belongs(&output));
}

#define output_test(function) cmocka_unit_test_setup_teardown(function, make_input, nothing_is_open)

int main(void) {
    const struct CMUnitTest tests[] = {
        output_test(makes_the_skeleton),
        output_test(our_map_leaves_those_of_copied_basins),
        output_test(is_known_by_how_the_input_is_read),
        output_test(does_without_metadata),
        output_test(names_the_file_that_cannot_be_made),
        output_test(finds_a_feature_that_is_not_what_was_written),
        output_test(chunks_have_about_a_mebibyte_of_images),
        output_test(recognizes_its_output),
        output_test(takes_no_other_parameters_or_lengths),
        output_test(takes_no_output_of_another_or_newer_input),
        output_test(takes_no_incomplete_file),
        output_test(outputs_of_the_measurement_belong_to_it),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
