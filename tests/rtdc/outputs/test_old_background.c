/* The background that a file has is removed with all that belongs to it, and nothing else is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/basin.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/outputs/old_background.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

enum { LEVEL = 5 };

#define INTERNAL(features, map)                                                                                        \
    "{\"type\": \"internal\", \"paths\": [\"basin_events\"], \"features\": " features ", \"mapping\": \"" map "\"}"
#define FILE_BASIN(features, map)                                                                                      \
    "{\"type\": \"file\", \"paths\": [\"x.rtdc\"], \"features\": " features ", \"mapping\": \"" map "\"}"

/* ---- helpers ---- */

static hid_t begin_with_images(void) {
    hid_t file = begin_measurement("file.rtdc");
    add_list(file, "basin_events/image_bg", H5T_STD_U8LE, 4, NULL);
    return file;
}

static void add_map(hid_t file, const char *name) {
    char path[32];
    snprintf(path, sizeof path, "events/%s", name);
    add_list(file, path, H5T_STD_I64LE, 3, NULL);
}

static void supersede(hid_t file, const char *kept_map) {
    static const struct sm_move stays = {"input.rtdc", "input.rtdc"};
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    if (sm_old_background_remove(file, &stays, kept_map, LEVEL, &error) != SPARSEMED_OK) {
        fail_msg("%s", error.message);
    }
}

static bool has(hid_t file, const char *group, const char *name) {
    return sm_hdf5_has(file, group, name);
}

/* Whether all basins together list a feature so often. */
static void assert_listed(hid_t file, const char *feature, size_t expected) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_basins basins;
    size_t n = 0;
    assert_int_equal(sm_basins_read(file, &basins, &error), SPARSEMED_OK);
    for (size_t i = 0; i < basins.n; i++) {
        n += sm_basin_lists(&basins.list[i], feature);
    }
    sm_basins_free(&basins);
    assert_int_equal(n, expected);
}

/* ---- tests ---- */

static void images_offsets_basin_and_map_go(void **state) {
    (void)state;
    hid_t file = begin_with_images();
    add_list(file, "events/bg_off", H5T_IEEE_F64LE, 3, NULL);
    add_list(file, "events/deform", H5T_IEEE_F64LE, 3, NULL);
    add_list(file, "basin_events/mask", H5T_STD_U8LE, 3, NULL);
    add_map(file, "basinmap0");
    add_definition(file, "0", INTERNAL("[\"image_bg\"]", "basinmap0"));
    supersede(file, NULL);
    assert_false(has(file, "basin_events", "image_bg") || has(file, "events", "bg_off"));
    assert_false(has(file, "events", "basinmap0") || has(file, "basins", "0"));
    assert_true(has(file, "events", "deform") && has(file, "basin_events", "mask"));
    supersede(file, NULL); /* nothing is left to be removed */
    close_file(file);
}

/* That dcnum made the background is not true any more; that it has made the features is. */
static void a_claim_of_dcnum_goes(void **state) {
    (void)state;
    static const char *const names[] = {"pipeline:dcnum background", "pipeline:dcnum generation", "pipeline:dcnum data",
                                        "pipeline:dcnum feature", "pipeline:dcnum hash"};
    hid_t file = begin_with_images();
    for (size_t i = 0; i < LENGTH(names); i++) {
        add_text_attribute(file, names[i], "1");
    }
    supersede(file, NULL);
    for (size_t i = 0; i < LENGTH(names); i++) {
        assert_int_equal(H5Aexists(file, names[i]) > 0, i > 2);
    }
    close_file(file);
}

static void all_of_several_go(void **state) {
    (void)state;
    hid_t file = begin_with_images();
    add_list(file, "events/image_bg", H5T_STD_U8LE, 3, NULL);
    add_list(file, "basin_events/bg_off", H5T_IEEE_F64LE, 3, NULL);
    add_map(file, "basinmap0");
    add_map(file, "basinmap1");
    add_definition(file, "0", INTERNAL("[\"image_bg\"]", "basinmap0"));
    add_definition(file, "1", INTERNAL("[\"bg_off\", \"image_bg\"]", "basinmap1"));
    add_definition(file, "2", INTERNAL("[\"image_bg\"]", "basinmap9"));
    supersede(file, NULL);
    assert_false(has(file, "events", "image_bg") || has(file, "basin_events", "bg_off"));
    assert_false(has(file, "events", "basinmap0") || has(file, "events", "basinmap1"));
    assert_listed(file, "image_bg", 0);
    assert_false(has(file, "basins", "0") || has(file, "basins", "1") || has(file, "basins", "2"));
    close_file(file);
}

static void maps_that_others_use_stay(void **state) {
    (void)state;
    hid_t file = begin_with_images();
    for (int i = 0; i < 5; i++) {
        char name[16];
        snprintf(name, sizeof name, "basinmap%d", i);
        add_map(file, name);
    }
    add_definition(file, "0", INTERNAL("[\"image_bg\"]", "basinmap0"));
    add_definition(file, "1", FILE_BASIN("[\"deform\"]", "basinmap0"));
    add_definition(file, "2", INTERNAL("[\"image_bg\"]", "basinmap1")); /* is to be kept */
    add_definition(file, "3", INTERNAL("[\"image_bg\"]", "basinmap2")); /* goes */
    add_definition(file, "4", FILE_BASIN("[\"mask\"]", "basinmap3"));
    supersede(file, "basinmap1"); /* basinmap4 is of nobody, and stays */
    assert_true(has(file, "events", "basinmap0") && has(file, "events", "basinmap1"));
    assert_false(has(file, "events", "basinmap2"));
    assert_true(has(file, "events", "basinmap3") && has(file, "events", "basinmap4"));
    assert_true(has(file, "basins", "1") && has(file, "basins", "4"));
    close_file(file);
}

/* A basin that offers something else besides stays with that, and with its map. */
static void basins_of_other_features_are_reduced(void **state) {
    (void)state;
    hid_t file = begin_with_images();
    add_list(file, "basin_events/mask", H5T_STD_U8LE, 4, NULL);
    add_map(file, "basinmap0");
    add_map(file, "basinmap1");
    add_definition(file, "0", INTERNAL("[\"image_bg\", \"mask\"]", "basinmap0"));
    add_definition(file, "1", FILE_BASIN("[\"bg_off\", \"deform\", \"image_bg\"]", "basinmap1"));
    add_definition(file, "2", "{\"type\": \"file\", \"paths\": [\"y.rtdc\"], \"features\": [\"image_bg\"]}");
    supersede(file, NULL);
    assert_listed(file, "image_bg", 0);
    assert_listed(file, "bg_off", 0);
    assert_listed(file, "mask", 1);
    assert_listed(file, "deform", 1);
    assert_true(has(file, "events", "basinmap0") && has(file, "events", "basinmap1"));
    assert_true(has(file, "basin_events", "mask"));
    assert_false(has(file, "basin_events", "image_bg") || has(file, "basins", "2"));
    close_file(file);
}

static void other_groups_and_what_is_no_map_are_respected(void **state) {
    (void)state;
    hid_t file = begin_with_images();
    add_list(file, "more/image_bg", H5T_STD_U8LE, 4, NULL);
    add_list(file, "more/mask", H5T_STD_U8LE, 4, NULL);
    add_list(file, "notes/image_bg", H5T_STD_U8LE, 4, NULL); /* of no basin */
    add_list(file, "events/deform", H5T_IEEE_F64LE, 3, NULL);
    add_definition(
        file, "0",
        "{\"type\": \"internal\", \"paths\": [\"more\"], \"features\": [\"image_bg\"], \"mapping\": \"deform\"}");
    add_lines(file, "basins/1", 1, (const char *const[]){"no json {"});
    supersede(file, NULL);
    assert_false(has(file, "more", "image_bg"));
    assert_true(has(file, "more", "mask") && has(file, "notes", "image_bg"));
    assert_true(has(file, "events", "deform") && has(file, "basins", "1"));
    close_file(file);
}

/* Make a file with maps of a background, of another feature, and of nobody. */
static hid_t begin_with_maps(const char *name) {
    hid_t file = begin_measurement(name);
    add_list(file, "basin_events/image_bg", H5T_STD_U8LE, 4, NULL);
    add_map(file, "basinmap0");
    add_map(file, "basinmap1");
    add_map(file, "basinmap2");
    add_definition(file, "0", INTERNAL("[\"image_bg\"]", "basinmap0"));
    add_definition(file, "1", FILE_BASIN("[\"mask\"]", "basinmap1"));
    return file;
}

static void a_map_that_is_missing_is_noticed(void **state) {
    (void)state;
    static const struct sm_move stays = {"input.rtdc", "input.rtdc"};
    static const char *const lost[] = {NULL, "events/basinmap1", "events/basinmap2"};
    for (size_t i = 0; i < LENGTH(lost); i++) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        hid_t before = begin_with_maps("before.rtdc"), after = begin_with_maps("after.rtdc");
        hid_t expected = begin_measurement("expected.rtdc");
        supersede(after, NULL);
        assert_false(has(after, "events", "basinmap0"));
        if (lost[i]) {
            H5Ldelete(after, lost[i], H5P_DEFAULT);
        }
        char *different = sm_old_background_compare(before, after, &stays, NULL, LEVEL, expected, &error);
        assert_int_equal(error.status, SPARSEMED_OK);
        assert_string_equal(different ? different : "", lost[i] ? lost[i] : "");
        free(different);
        close_file(expected);
        close_file(after);
        close_file(before);
    }
}

/* A group whose names cannot be looked up is no group without them. */
static void damage_is_not_taken_for_absence(void **state) {
    (void)state;
    static const struct sm_move stays = {"input.rtdc", "input.rtdc"};
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    char bytes[1 << 16];
    hid_t file = begin_with_images();
    close_file(file);
    FILE *stream = fopen(scratch_path("file.rtdc").text, "r+");
    size_t n = fread(bytes, 1, sizeof bytes, stream);
    char *node = NULL; /* the last symbol table node: that of the group made last */
    for (size_t i = 0; i + 4 < n; i++) {
        node = memcmp(bytes + i, "SNOD", 4) == 0 ? bytes + i : node;
    }
    assert_non_null(node);
    *node = 'X';
    rewind(stream);
    fwrite(bytes, 1, n, stream);
    fclose(stream);
    file = change_file(scratch_path("file.rtdc").text);
    assert_int_equal(sm_old_background_remove(file, &stays, NULL, LEVEL, &error), SPARSEMED_INPUT);
    assert_non_null(strstr(error.message, "cannot be looked up"));
    close_file(file);
}

static void a_file_without_any_is_left(void **state) {
    (void)state;
    hid_t file = create_file(scratch_path("empty.rtdc").text, FORMAT_OLD);
    supersede(file, NULL);
    H5G_info_t info;
    assert_true(H5Gget_info(file, &info) >= 0);
    assert_int_equal(info.nlinks, 0);
    close_file(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(images_offsets_basin_and_map_go),
        tidy_test(a_claim_of_dcnum_goes),
        tidy_test(all_of_several_go),
        tidy_test(maps_that_others_use_stay),
        tidy_test(basins_of_other_features_are_reduced),
        tidy_test(other_groups_and_what_is_no_map_are_respected),
        tidy_test(a_map_that_is_missing_is_noticed),
        tidy_test(damage_is_not_taken_for_absence),
        tidy_test(a_file_without_any_is_left),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
