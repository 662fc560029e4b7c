/* The table of split points is read as it was written, goes with its background, and is read from files of anybody. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/attributes.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/layout.h"
#include "rtdc/outputs/metadata.h"
#include "rtdc/outputs/old_background.h"
#include "rtdc/outputs/split_table.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

enum { LEVEL = 5, MOST_SPLITS = 2500 };

static const char ppid[] = "sparsemed:k=200^s=1^t=0^f=0.8^o=1";
static struct sm_split splits[MOST_SPLITS];

/* A table of so many split points. */
static struct sm_split_table make_table(uint64_t n) {
    struct sm_split_table table = {.n_splits = n, .splits = splits, .quality.timing = SM_TIMING_RATE};
    strcpy(table.ppid, ppid);
    table.quality.judged.flags = 1u << SPARSEMED_FLAG_DRIFT | 1u << SPARSEMED_FLAG_GUESSED_TIME;
    table.quality.judged.enforced = true;
    for (int i = 0; i < SPARSEMED_N_FIGURES; i++) {
        table.quality.judged.figure[i] = i == SPARSEMED_FIGURE_THRESHOLD ? NAN : i / 7.0;
    }
    for (size_t i = 0; i < n; i++) {
        double number = (double)i;
        splits[i] = (struct sm_split){number, sin(number), number / 3, i % 5 != 0, 100 + number / 2, 1 / (number + 1)};
    }
    return table;
}

/* A file whose images are of the background. */
static hid_t begin_with_images(const char *name) {
    hid_t file = begin_measurement(name);
    add_list(file, "basin_events/image_bg", H5T_STD_U8LE, 4, NULL);
    hid_t images = H5Dopen2(file, "basin_events/image_bg", H5P_DEFAULT);
    assert_true(sm_attribute_write_text(images, SM_ATTRIBUTE_PPID, ppid));
    sm_hdf5_release(images);
    return file;
}

static void write_table(hid_t file, const struct sm_split_table *table, bool values) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    if (sm_split_table_write(file, table, values, LEVEL, &error) != SPARSEMED_OK) {
        fail_msg("%s", error.message);
    }
}

static uint64_t count_read(hid_t file) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_split_table table;
    assert_int_equal(sm_split_table_read(file, &table, &error), SPARSEMED_OK);
    uint64_t n = table.n_splits;
    sm_split_table_free(&table);
    return n;
}

static void what_is_written_is_read(void **state) {
    (void)state;
    static const uint64_t numbers[] = {1, 999, 1000, 1001, MOST_SPLITS};
    for (size_t i = 0; i < LENGTH(numbers); i++) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        struct sm_split_table table = make_table(numbers[i]), found;
        hid_t file = begin_with_images("file.rtdc");
        write_table(file, &table, true);
        assert_int_equal(sm_split_table_read(file, &found, &error), SPARSEMED_OK);
        assert_int_equal(found.n_splits, numbers[i]);
        assert_memory_equal(found.splits, splits, numbers[i] * sizeof *splits);
        assert_string_equal(found.ppid, ppid);
        assert_int_equal(found.quality.timing, SM_TIMING_RATE);
        assert_int_equal(found.quality.judged.flags, table.quality.judged.flags);
        assert_true(found.quality.judged.enforced && isnan(found.quality.judged.figure[SPARSEMED_FIGURE_THRESHOLD]));
        for (int k = 1; k < SPARSEMED_N_FIGURES; k++) {
            assert_true(found.quality.judged.figure[k] == table.quality.judged.figure[k]);
        }
        assert_true(sm_split_table_has_rows(file, &table));
        splits[numbers[i] - 1].ref += 1e-12;
        assert_false(sm_split_table_has_rows(file, &table));
        sm_split_table_free(&found);
        close_file(file);
    }
}

static void rows_that_are_not_there_are_missed(void **state) {
    (void)state;
    struct sm_split_table table = make_table(20), more = make_table(21);
    hid_t file = begin_with_images("file.rtdc");
    assert_false(sm_split_table_has_rows(file, &table));
    assert_int_equal(count_read(file), 0);
    write_table(file, &table, false);
    assert_false(sm_split_table_has_rows(file, &table));
    close_file(file);
    file = begin_with_images("file.rtdc");
    write_table(file, &table, true);
    assert_false(sm_split_table_has_rows(file, &more));
    close_file(file);
}

static void a_table_of_another_background_tells_nothing(void **state) {
    (void)state;
    struct sm_split_table table = make_table(20);
    strcpy(table.ppid, "sparsemed:k=100^s=1^t=0^f=0.8^o=1");
    hid_t file = begin_with_images("file.rtdc");
    write_table(file, &table, true);
    assert_int_equal(count_read(file), 0);
    close_file(file);
}

/* Programs may write what they have read in another type, with more columns, and not compressed. */
static void a_table_of_other_numbers_is_read(void **state) {
    (void)state;
    static const char *const names[] = {"more", "used", "time", "x", "ref", "brightness", "activity"};
    float rows[2][LENGTH(names)] = {{9, 1, 2, 3, 4, 5, 6}, {9, 0, 3, 4, 5, 6, 7}};
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof rows[0]);
    for (size_t i = 0; i < LENGTH(names); i++) {
        H5Tinsert(type, names[i], i * sizeof(float), H5T_NATIVE_FLOAT);
    }
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_split_table found;
    hid_t file = begin_with_images("file.rtdc");
    add_list(file, "tables/sparsemed_background", type, 2, rows);
    assert_int_equal(count_read(file), 0); /* of what background it is, it does not tell */
    hid_t dataset = H5Dopen2(file, "tables/sparsemed_background", H5P_DEFAULT);
    sm_attribute_write_text(dataset, SM_ATTRIBUTE_PPID, ppid);
    sm_attribute_write_text(dataset, SM_ATTRIBUTE_QUALITY,
                            "{\"flags\": [\"new\", \"gap\"], \"figures\": {\"new\": 1}}");
    sm_hdf5_release(dataset);
    assert_int_equal(sm_split_table_read(file, &found, &error), SPARSEMED_OK);
    assert_int_equal(found.n_splits, 2);
    assert_true(found.splits[0].used == 1 && found.splits[1].time == 3 && found.splits[1].activity == 7);
    assert_int_equal(found.quality.judged.flags, 1u << SPARSEMED_FLAG_GAP);
    assert_true(isnan(found.quality.judged.figure[SPARSEMED_FIGURE_ACTIVITY]));
    sm_split_table_free(&found);
    sm_hdf5_release(type);
    close_file(file);
}

/* A few bytes say that there are gigabytes. */
static void a_table_that_claims_much_is_refused(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_split_table table = make_table(1), found;
    hid_t file = begin_with_images("file.rtdc");
    table.n_splits = 100000000;
    write_table(file, &table, false);
    assert_int_equal(sm_split_table_read(file, &found, &error), SPARSEMED_INPUT);
    sm_split_table_free(&found);
    close_file(file);
}

static void what_is_no_table_tells_nothing(void **state) {
    (void)state;
    hid_t file = begin_with_images("file.rtdc");
    add_group(file, "tables");
    add_group(file, "tables/sparsemed_background");
    assert_int_equal(count_read(file), 0);
    close_file(file);
    file = begin_with_images("file.rtdc");
    add_list(file, "tables/sparsemed_background", H5T_NATIVE_DOUBLE, 5, NULL);
    assert_int_equal(count_read(file), 0);
    close_file(file);
}

static void it_goes_with_its_background(void **state) {
    (void)state;
    static const struct sm_move stays = {"file.rtdc", "file.rtdc"};
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_split_table table = make_table(20);
    hid_t file = begin_with_images("file.rtdc"), output = begin_measurement("output.rtdc");
    write_table(file, &table, true);
    add_list(file, "tables/monitor", H5T_NATIVE_DOUBLE, 5, (double[5]){0});
    assert_int_equal(sm_metadata_copy(file, output, LEVEL, &error), SPARSEMED_OK);
    assert_true(sm_hdf5_has(output, "tables", "monitor"));
    assert_false(sm_hdf5_has(output, "tables", SM_TABLE_SPLITS));
    assert_int_equal(sm_old_background_remove(file, &stays, NULL, LEVEL, &error), SPARSEMED_OK);
    assert_true(sm_hdf5_has(file, "tables", "monitor"));
    assert_false(sm_hdf5_has(file, "tables", SM_TABLE_SPLITS));
    close_file(output);
    close_file(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(what_is_written_is_read),
        tidy_test(rows_that_are_not_there_are_missed),
        tidy_test(a_table_of_another_background_tells_nothing),
        tidy_test(a_table_of_other_numbers_is_read),
        tidy_test(a_table_that_claims_much_is_refused),
        tidy_test(what_is_no_table_tells_nothing),
        tidy_test(it_goes_with_its_background),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
