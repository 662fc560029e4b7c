/* Basin definitions are written as dcnum writes them, copied with their maps, and rubbish among them is passed over. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/basin.h"
#include "rtdc/hdf5/text.h"
#include "rtdc/identifier.h"
#include "rtdc/layout.h"
#include "rtdc/map.h"
#include "rtdc/outputs/basin_copy.h"
#include "rtdc/outputs/basin_write.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

enum { LEVEL = 5 };

/* ---- reading all definitions ---- */

/* Definitions in the order of their keys, each with its key as "KEY" among its members. */
static json_t *read_definitions(hid_t file) {
    json_t *list = json_array();
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_basins basins;
    assert_int_equal(sm_basins_read(file, &basins, &error), SPARSEMED_OK);
    for (size_t i = 0; i < basins.n; i++) {
        json_t *copy = json_deep_copy(basins.list[i].json);
        json_object_set_new(copy, "KEY", json_string(basins.list[i].key));
        json_array_append_new(list, copy);
    }
    sm_basins_free(&basins);
    return list;
}

/* The single definition of a file; to be released with json_decref. */
static json_t *read_definition(hid_t file) {
    json_t *list = read_definitions(file);
    assert_int_equal(json_array_size(list), 1);
    json_t *definition = json_incref(json_array_get(list, 0));
    json_decref(list);
    return definition;
}

static void assert_text(const json_t *definition, const char *member, const char *expected) {
    const char *text = json_string_value(json_object_get(definition, member));
    assert_non_null(text);
    assert_string_equal(text, expected);
}

static void assert_list(const json_t *definition, const char *member, size_t n, const char *const *expected) {
    const json_t *list = json_object_get(definition, member);
    assert_int_equal(json_array_size(list), n);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(json_string_value(json_array_get(list, i)), expected[i]);
    }
}

/* ---- the internal basin ---- */

static void the_internal_basin_has_the_key_of_dcnum(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t file = begin_measurement("internal.rtdc");
    for (int i = 0; i < 2; i++) { /* again is harmless */
        assert_int_equal(sm_basin_write_internal(file, "sparsemed:k=200^s=1^t=0^f=0.8^o=1", "basinmap0", LEVEL, &error),
                         SPARSEMED_OK);
    }
    json_t *definition = read_definition(file);
    assert_text(definition, "KEY", "67314c189427780a4867c305759feb8c");
    assert_text(definition, "description", "Pipeline identifier: sparsemed:k=200^s=1^t=0^f=0.8^o=1");
    assert_text(definition, "name", "background images");
    assert_text(definition, "format", "h5dataset");
    assert_text(definition, "type", "internal");
    assert_text(definition, "mapping", "basinmap0");
    assert_list(definition, "paths", 1, (const char *const[]){"basin_events"});
    assert_list(definition, "features", 1, (const char *const[]){"image_bg"});
    json_decref(definition);
    close_file(file);
}

/* ---- the file basin ---- */

/* Write the basin of input.rtdc into output/output.rtdc and read it back. */
static json_t *write_file_basin(hid_t input) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct path input_path = scratch_path("input.rtdc"), output_path = scratch_path("output.rtdc");
    const struct sm_origin origin = {.path = input_path.text, .real_path = input_path.text};
    hid_t output = begin_measurement("output.rtdc");
    assert_int_equal(sm_basin_write_file(output, input, &origin, output_path.text, NULL, LEVEL, &error), SPARSEMED_OK);
    json_t *definition = read_definition(output);
    close_file(output);
    return definition;
}

static void the_file_basin_offers_what_the_input_has(void **state) {
    (void)state;
    static const char *const names[] = {"events/time",    "events/image",        "events/image_bg",
                                        "events/bg_off",  "events/basinmap0",    "events/basinmap17",
                                        "events/area_um", "basin_events/mask",   "basin_events/image_bg",
                                        "events/deform",  "basin_events/deform", "events/Zeta"};
    static const char *const offered[] = {"Zeta", "area_um", "deform", "image", "mask", "time"};
    struct path input_path = scratch_path("input.rtdc");
    hid_t input = begin_measurement("input.rtdc");
    add_group(input, "basin_events");
    for (size_t i = 0; i < LENGTH(names); i++) {
        add_list(input, names[i], H5T_STD_U8LE, 3, NULL);
    }
    add_text_attribute(input, "experiment:run identifier", "run 1");
    json_t *definition = write_file_basin(input);
    assert_text(definition, "description", "Created by " SM_SOFTWARE);
    assert_text(definition, "name", "input.rtdc");
    assert_text(definition, "format", "hdf5");
    assert_text(definition, "type", "file");
    assert_text(definition, "identifier", "run 1");
    assert_null(json_object_get(definition, "mapping"));
    assert_list(definition, "paths", 2, (const char *const[]){input_path.text, "input.rtdc"});
    assert_list(definition, "features", LENGTH(offered), offered);
    json_decref(definition);
    close_file(input);
}

static void the_file_basin_tells_what_is_unknown(void **state) {
    (void)state;
    hid_t input = begin_measurement("input.rtdc");
    json_t *definition = write_file_basin(input);
    assert_true(json_is_null(json_object_get(definition, "identifier")));
    assert_list(definition, "features", 0, NULL); /* without a list readers would look for all, its background too */
    json_decref(definition);
    close_file(input);
}

/* The key of a definition is the MD5 sum of its text, as stored in lines. */
static void the_key_is_the_sum_of_the_text(void **state) {
    (void)state;
    char sum[SM_MD5_SIZE], path[64] = "basins/";
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t input = begin_measurement("input.rtdc");
    add_text_attribute(input, "experiment:run identifier", "\xc3\xa4 \"quoted\"");
    json_t *definition = write_file_basin(input);
    close_file(input);
    struct path output_path = scratch_path("output.rtdc");
    hid_t output = open_file(output_path.text);
    char *text = NULL;
    strcat(path, json_string_value(json_object_get(definition, "KEY")));
    assert_int_equal(sm_text_read(output, path, &text, &error), SPARSEMED_OK);
    sm_md5(text, sum);
    assert_string_equal(sum, path + strlen("basins/"));
    for (const char *c = text; *c; c++) {
        assert_true((unsigned char)*c >= '\n' &&
                    (unsigned char)*c <= '~'); /* as the json of Python, which escapes all else */
    }
    assert_text(definition, "identifier", "\xc3\xa4 \"quoted\"");
    free(text);
    json_decref(definition);
    close_file(output);
}

/* As Python has names that are not UTF-8. */
static void names_that_are_no_text_become_surrogates(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct path input_path = scratch_path("in\xff.rtdc"), output_path = scratch_path("output.rtdc");
    const struct sm_origin origin = {.path = input_path.text, .real_path = input_path.text};
    hid_t input = begin_measurement("in\xff.rtdc"), output = begin_measurement("output.rtdc");
    struct sm_basins basins;
    char *text = NULL, key[64];
    assert_int_equal(sm_basin_write_file(output, input, &origin, output_path.text, NULL, LEVEL, &error), SPARSEMED_OK);
    assert_int_equal(sm_basins_read(output, &basins, &error), SPARSEMED_OK);
    assert_int_equal(basins.n, 1);
    assert_string_equal(basins.list[0].paths[0], input_path.text);
    assert_string_equal(basins.list[0].paths[1], "in\xff.rtdc");
    snprintf(key, sizeof key, "basins/%s", basins.list[0].key);
    assert_int_equal(sm_text_read(output, key, &text, &error), SPARSEMED_OK);
    assert_non_null(strstr(text, "\"name\": \"in\\udcff.rtdc\""));
    free(text);
    sm_basins_free(&basins);
    close_file(output);
    close_file(input);
}

/* The text of a definition is what Python writes, and so is that of its copy. */
static void paths_that_are_no_text_are_copied(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct path folder = scratch_path("far"), store = scratch_path("st\xf6re.rtdc");
    struct path input_path = scratch_path("input.rtdc"), output_path = scratch_path("far/output.rtdc");
    struct sm_basins basins;
    make_folder(folder.text);
    close_file(create_file(store.text, FORMAT_OLD));
    hid_t input = begin_measurement("input.rtdc"), output = begin_measurement("far/output.rtdc");
    add_definition(input, "1", "{\"type\": \"file\", \"paths\": [\"st\\udcf6re.rtdc\"]}");
    assert_int_equal(sm_basins_copy(input, input_path.text, output, output_path.text, NULL, LEVEL, &error),
                     SPARSEMED_OK);
    assert_int_equal(sm_basins_read(output, &basins, &error), SPARSEMED_OK);
    assert_int_equal(basins.n, 1);
    assert_int_equal(basins.list[0].n_paths, 2);
    assert_string_equal(basins.list[0].paths[0], "../st\xf6re.rtdc");
    assert_string_equal(basins.list[0].paths[1], store.text);
    sm_basins_free(&basins);
    close_file(output);
    close_file(input);
}

/* ---- copying ---- */

static const char mapped[] = "{\"type\": \"file\", \"name\": \"m\", \"paths\": [\"a\"], \"mapping\": \"basinmap0\"}";
static const char plain[] = "{\"type\": \"file\", \"name\": \"p\", \"paths\": [\"b\"]}";

/* Copy the basins of input.rtdc to output.rtdc. */
static enum sparsemed_status copy_basins(hid_t input, hid_t output, struct sparsemed_error *error) {
    struct path input_path = scratch_path("input.rtdc"), output_path = scratch_path("output.rtdc");
    return sm_basins_copy(input, input_path.text, output, output_path.text, NULL, LEVEL, error);
}

static void copies_file_basins_with_their_maps(void **state) {
    (void)state;
    const uint64_t map[] = {5, 3, 900};
    uint64_t copied[3] = {0};
    char name[SM_MAP_NAME_SIZE];
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t input = begin_measurement("input.rtdc"), output = begin_measurement("output.rtdc");
    add_list(input, "events/basinmap0", H5T_NATIVE_UINT64, 3, map);
    add_list(input, "events/basinmap1", H5T_NATIVE_UINT64, 3, map); /* of no basin that is copied */
    add_definition(input, "1", mapped);
    add_definition(input, "2", plain);
    add_definition(input, "3", "{\"type\": \"internal\", \"mapping\": \"basinmap1\", \"paths\": [\"c\"]}");
    add_definition(input, "4", "{\"type\": \"remote\", \"paths\": [\"https://example.org\"]}");
    add_definition(input, "5", "{\"type\": \"file\", \"name\": \"m2\", \"mapping\": \"basinmap0\"}");
    add_definition(input, "6", "{\"type\": \"file\", \"name\": \"m3\", \"mapping\": \"basinmap7\"}"); /* is missing */
    assert_int_equal(copy_basins(input, output, &error), SPARSEMED_OK);
    json_t *definitions = read_definitions(output);
    assert_int_equal(json_array_size(definitions), 3); /* not the one without its map */
    for (size_t i = 0; i < 3; i++) {
        assert_text(json_array_get(definitions, i), "type", "file");
    }
    json_decref(definitions);
    hid_t dataset = H5Dopen2(output, "events/basinmap0", H5P_DEFAULT);
    assert_true(H5Dread(dataset, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, copied) >= 0);
    assert_memory_equal(copied, map, sizeof map);
    H5Dclose(dataset);
    assert_int_equal(H5Lexists(output, "events/basinmap1", H5P_DEFAULT), 0);
    assert_int_equal(sm_map_choose(output, output, name, &error), SPARSEMED_OK);
    assert_string_equal(name, "basinmap1");
    close_file(output);
    close_file(input);
}

static void paths_lead_from_the_output(void **state) {
    (void)state;
    static const char definition[] =
        "{\"type\": \"file\", \"paths\": [\"/far/away\", \"store.rtdc\", \"nowhere.rtdc\"]}";
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct path folder = scratch_path("elsewhere"), store = scratch_path("store.rtdc");
    struct path input_path = scratch_path("input.rtdc"), output_path = scratch_path("elsewhere/output.rtdc");
    make_folder(folder.text);
    close_file(create_file(store.text, FORMAT_OLD));
    hid_t input = begin_measurement("input.rtdc"), output = begin_measurement("elsewhere/output.rtdc");
    add_definition(input, "1", definition);
    assert_int_equal(sm_basins_copy(input, input_path.text, output, output_path.text, NULL, LEVEL, &error),
                     SPARSEMED_OK);
    json_t *copied = read_definition(output);
    assert_list(copied, "paths", 4, (const char *const[]){"/far/away", "../store.rtdc", store.text, "nowhere.rtdc"});
    json_decref(copied);
    close_file(output);
    close_file(input);
}

/* Where no path leads to a basin any more, that of the same name beside the input is it, if it is of the same
 * measurement. */
static void paths_of_a_moved_basin_are_added(void **state) {
    (void)state;
    struct path folder = scratch_path("moved"), there = scratch_path("there"),
                store_path = scratch_path("moved/store.rtdc");
    struct path input_path = scratch_path("moved/input.rtdc"), output_path = scratch_path("there/output.rtdc");
    make_folder(folder.text);
    make_folder(there.text);
    for (int same = 0; same < 2; same++) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        hid_t store = begin_measurement("moved/store.rtdc");
        hid_t input = begin_measurement("moved/input.rtdc"), output = begin_measurement("there/output.rtdc");
        add_text_attribute(store, "experiment:run identifier", same ? "one" : "another");
        add_text_attribute(input, "experiment:run identifier", "one");
        close_file(store);
        add_definition(input, "1",
                       "{\"type\": \"file\", \"features\": [\"deform\"], \"paths\": [\"/old/store.rtdc\"]}");
        assert_int_equal(sm_basins_copy(input, input_path.text, output, output_path.text, NULL, LEVEL, &error),
                         SPARSEMED_OK);
        json_t *copied = read_definition(output);
        assert_list(copied, "paths", same ? 3 : 1,
                    (const char *const[]){"/old/store.rtdc", "../moved/store.rtdc", store_path.text});
        json_decref(copied);
        close_file(output);
        close_file(input);
    }
}

static void copies_offer_no_background(void **state) {
    (void)state;
    static const char definition[] =
        "{\"type\": \"file\", \"features\": [\"bg_off\", \"image\", \"image_bg\", \"time\"]}";
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t input = begin_measurement("input.rtdc"), output = begin_measurement("output.rtdc");
    add_definition(input, "1", definition);
    assert_int_equal(copy_basins(input, output, &error), SPARSEMED_OK);
    json_t *copied = read_definition(output);
    assert_list(copied, "features", 2, (const char *const[]){"image", "time"});
    json_decref(copied);
    close_file(output);
    close_file(input);
}

/* Where a definition lists nothing readers would find all that the file offers: a stale background among it. */
static void copies_list_what_they_offer(void **state) {
    (void)state;
    static const char to_store[] = "{\"type\": \"file\", \"paths\": [\"nowhere.rtdc\", \"store.rtdc\"]}";
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t last = begin_measurement("last.rtdc");
    add_list(last, "events/frame", H5T_IEEE_F64LE, 3, NULL);
    add_definition(last, "1", "{\"type\": \"file\", \"paths\": [\"store.rtdc\"]}"); /* leads back */
    close_file(last);
    hid_t store = begin_measurement("store.rtdc");
    add_list(store, "events/bg_off", H5T_IEEE_F64LE, 3, NULL);
    add_list(store, "events/basinmap0", H5T_STD_I64LE, 3, NULL);
    add_list(store, "events/deform", H5T_IEEE_F64LE, 3, NULL);
    add_list(store, "events/image", H5T_STD_U8LE, 3, NULL);
    add_list(store, "basin_events/image_bg", H5T_STD_U8LE, 3, NULL);
    add_definition(store, "1", "{\"type\": \"file\", \"paths\": [\"last.rtdc\"]}");
    add_definition(store, "2", "{\"type\": \"file\", \"paths\": [\"x\"], \"features\": [\"bg_off\", \"time\"]}");
    close_file(store);
    hid_t input = begin_measurement("input.rtdc"), output = begin_measurement("output.rtdc");
    add_list(input, "events/image", H5T_STD_U8LE, 3, NULL);
    add_definition(input, "1", to_store);
    assert_int_equal(copy_basins(input, output, &error), SPARSEMED_OK);
    json_t *copied = read_definition(output);
    assert_list(copied, "features", 3, (const char *const[]){"deform", "frame", "time"});
    json_decref(copied);
    close_file(output);
    close_file(input);
}

/* The first path counts that leads to a file, even to one that leads to itself. */
static void copies_list_nothing_behind_a_circle(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t other = begin_file("other.rtdc");
    add_list(other, "events/time", H5T_IEEE_F64LE, 3, NULL);
    close_file(other);
    hid_t store = begin_file("store.rtdc");
    add_list(store, "events/deform", H5T_IEEE_F64LE, 3, NULL);
    add_definition(store, "1", "{\"type\": \"file\", \"paths\": [\"./store.rtdc\", \"other.rtdc\"]}");
    close_file(store);
    hid_t input = begin_file("input.rtdc"), output = begin_file("output.rtdc");
    add_definition(input, "1", "{\"type\": \"file\", \"paths\": [\"store.rtdc\"]}");
    assert_int_equal(copy_basins(input, output, &error), SPARSEMED_OK);
    json_t *copied = read_definition(output);
    assert_list(copied, "features", 1, (const char *const[]){"deform"});
    json_decref(copied);
    close_file(output);
    close_file(input);
}

static void copies_of_unknown_basins_stay_as_they_are(void **state) {
    (void)state;
    static const char *const definitions[] = {
        "{\"type\": \"file\", \"paths\": [\"nowhere.rtdc\"]}",
        "{\"type\": \"file\", \"paths\": [\"store.rtdc\"], \"identifier\": \"of another\"}",
    };
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    close_file(begin_measurement("store.rtdc"));
    for (size_t i = 0; i < LENGTH(definitions); i++) {
        hid_t input = begin_measurement("input.rtdc"), output = begin_measurement("output.rtdc");
        add_definition(input, "1", definitions[i]);
        assert_int_equal(copy_basins(input, output, &error), SPARSEMED_OK);
        json_t *copied = read_definition(output);
        assert_null(json_object_get(copied, "features"));
        json_decref(copied);
        close_file(output);
        close_file(input);
    }
}

static void copies_of_unmapped_basins_name_no_map(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t input = begin_measurement("input.rtdc"), output = begin_measurement("output.rtdc");
    add_definition(input, "1", "{\"type\": \"file\", \"features\": [\"image\"], \"mapping\": \"same\"}");
    assert_int_equal(copy_basins(input, output, &error), SPARSEMED_OK);
    json_t *copied = read_definition(output);
    assert_null(json_object_get(copied, "mapping"));
    json_decref(copied);
    close_file(output);
    close_file(input);
}

/* In the input its own features come first. */
static void copies_do_not_compete_with_the_input(void **state) {
    (void)state;
    static const char rest[] = "{\"type\": \"file\", \"features\": [\"deform\", \"image\", \"mask\", \"time\"]}";
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t input = begin_measurement("input.rtdc"), output = begin_measurement("output.rtdc");
    add_list(input, "events/image", H5T_STD_U8LE, 3, NULL);
    add_list(input, "basin_events/mask", H5T_STD_U8LE, 3, NULL);
    add_list(input, "more_events/deform", H5T_IEEE_F64LE, 3, NULL);
    add_list(input, "events/basinmap0", H5T_STD_I64LE, 3, NULL);
    add_definition(input, "1", rest);
    add_definition(input, "2",
                   "{\"type\": \"file\", \"features\": [\"image\", \"image_bg\"], \"mapping\": \"basinmap0\"}");
    add_definition(input, "3", "{\"type\": \"internal\", \"features\": [\"deform\"], \"paths\": [\"more_events\"]}");
    assert_int_equal(copy_basins(input, output, &error), SPARSEMED_OK);
    json_t *copied = read_definition(output); /* the only one */
    assert_list(copied, "features", 1, (const char *const[]){"time"});
    assert_int_equal(H5Lexists(output, "events/basinmap0", H5P_DEFAULT), 0);
    json_decref(copied);
    close_file(output);
    close_file(input);
}

static void passes_over_rubbish(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    const double numbers[] = {1, 2};
    hid_t input = begin_measurement("input.rtdc"), output = begin_measurement("output.rtdc");
    add_list(input, "basins/0", H5T_NATIVE_DOUBLE, 2, numbers);
    add_group(input, "basins/1");
    add_definition(input, "2", "no json {");
    add_definition(input, "3", "[\"a list\"]");
    add_definition(input, "4", "");
    add_definition(input, "5", "{\"type\": 7, \"mapping\": [\"basinmap0\"]}");
    add_lines(input, "basins/6", 0, NULL);
    assert_true(H5Lcreate_soft("/nowhere", input, "basins/7", H5P_DEFAULT, H5P_DEFAULT) >= 0);
    add_definition(input, "8", plain);
    add_lines(input, "basins/9", 2, (const char *const[]){"{\"type\": \"file\",", NULL}); /* cut off */
    assert_int_equal(copy_basins(input, output, &error), SPARSEMED_OK);
    json_t *definition = read_definition(output);
    assert_text(definition, "name", "p");
    json_decref(definition);
    close_file(output);
    close_file(input);

    input = begin_measurement("input.rtdc");
    output = begin_measurement("output.rtdc");
    add_list(input, "basins", H5T_NATIVE_DOUBLE, 2, numbers); /* no group at all */
    assert_int_equal(copy_basins(input, output, &error), SPARSEMED_OK);
    assert_int_equal(H5Lexists(output, "basins", H5P_DEFAULT), 0);
    close_file(output);
    close_file(input);
}

/* ---- names of maps ---- */

static void chooses_the_first_free_map(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    char name[SM_MAP_NAME_SIZE], path[32];
    hid_t file = begin_measurement("maps.rtdc");
    add_list(file, "events/basinmap4", H5T_STD_I64LE, 1, NULL);
    for (int i = 0; i < 10; i++) {
        if (i != 4) {
            snprintf(path, sizeof path, "events/basinmap%d", i);
            assert_int_equal(sm_map_choose(file, file, name, &error), SPARSEMED_OK);
            assert_string_equal(name, path + strlen("events/"));
            add_list(file, path, H5T_STD_I64LE, 1, NULL);
        }
    }
    assert_int_equal(sm_map_choose(file, file, name, &error), SPARSEMED_OUTPUT);
    assert_true(strlen(error.message) > 0);
    close_file(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hdf5_test(the_internal_basin_has_the_key_of_dcnum),
        hdf5_test(the_file_basin_offers_what_the_input_has),
        hdf5_test(the_file_basin_tells_what_is_unknown),
        hdf5_test(the_key_is_the_sum_of_the_text),
        hdf5_test(names_that_are_no_text_become_surrogates),
        hdf5_test(paths_that_are_no_text_are_copied),
        hdf5_test(copies_file_basins_with_their_maps),
        hdf5_test(paths_lead_from_the_output),
        hdf5_test(paths_of_a_moved_basin_are_added),
        hdf5_test(copies_offer_no_background),
        hdf5_test(copies_list_what_they_offer),
        hdf5_test(copies_list_nothing_behind_a_circle),
        hdf5_test(copies_of_unknown_basins_stay_as_they_are),
        hdf5_test(copies_of_unmapped_basins_name_no_map),
        hdf5_test(copies_do_not_compete_with_the_input),
        hdf5_test(passes_over_rubbish),
        hdf5_test(chooses_the_first_free_map),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
