/* Tables and other datasets of an input, copied as they are. */
#include <stdlib.h>
#include <string.h>

#include "rtdc/hdf5/changed_calls.h"
#include "rtdc/outputs/metadata.h"
#include "support/hdf5_files.h"
#include "support/hdf5_test.h"
#include "support/pipelines.h"
#include "support/random.h"

/* ---- helpers ---- */

/* How the copy is to be stored. */
struct storage {
    int zstd_level;
    hsize_t chunk_length; /* 0: no chunks */
};

/* Compare a copy: type, shape, elements of n_bytes in all, and storage. */
static void assert_copy(hid_t input, hid_t output, const char *name, const struct storage *storage) {
    hid_t from = H5Dopen2(input, name, H5P_DEFAULT), to = H5Dopen2(output, name, H5P_DEFAULT);
    assert_true(from >= 0 && to >= 0);
    hid_t type = H5Dget_type(from), copied_type = H5Dget_type(to);
    hid_t space = H5Dget_space(from), copied_space = H5Dget_space(to), creation = H5Dget_create_plist(to);
    hsize_t extent[H5S_MAX_RANK], copied[H5S_MAX_RANK], chunk[H5S_MAX_RANK];
    int rank = H5Sget_simple_extent_dims(space, extent, NULL);
    assert_true(H5Tequal(type, copied_type) > 0);
    assert_int_equal(H5Sget_simple_extent_dims(copied_space, copied, NULL), rank);
    assert_memory_equal(extent, copied, (size_t)rank * sizeof *extent);
    size_t n_bytes = (size_t)H5Sget_simple_extent_npoints(space) * H5Tget_size(type);
    char *values = calloc(n_bytes, 1), *other = calloc(n_bytes, 1);
    assert_true(values && other && H5Dread(from, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    assert_true(H5Dread(to, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, other) >= 0);
    if (H5Tdetect_class(type, H5T_STRING) <= 0) { /* pointers to strings differ */
        assert_memory_equal(other, values, n_bytes);
    }
    if (storage->chunk_length > 0) {
        assert_int_equal(H5Pget_chunk(creation, H5S_MAX_RANK, chunk), rank);
        assert_int_equal(chunk[0], storage->chunk_length);
        assert_memory_equal(chunk + 1, extent + 1, (size_t)(rank - 1) * sizeof *extent);
        assert_output_filters(creation, storage->zstd_level);
    } else {
        assert_int_equal(H5Pget_layout(creation), H5D_CONTIGUOUS);
    }
    sm_hdf5_reclaim(type, space, values);
    sm_hdf5_reclaim(type, space, other);
    free(other);
    free(values);
    H5Pclose(creation);
    H5Sclose(copied_space);
    H5Sclose(space);
    H5Tclose(copied_type);
    H5Tclose(type);
    H5Dclose(to);
    H5Dclose(from);
}

static void check(hid_t input, const char *name, struct storage storage) {
    struct path path = scratch_path("out.rtdc");
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t output = create_file(path.text, FORMAT_NEW);
    if (sm_metadata_copy(input, output, storage.zstd_level, &error) != SPARSEMED_OK) {
        fail_msg("%s", error.message);
    }
    close_file(output);
    output = open_file(path.text);
    assert_copy(input, output, name, &storage);
    close_file(output);
    close_file(input);
}

/* A row as acquisition programs write it, with room between the members. */
struct row {
    double pressure;
    float temperature;
    int16_t state;
    char note[6];
};

static hid_t make_row_type(void) {
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(struct row)), note = fixed_text(6, H5T_STR_NULLPAD, H5T_CSET_ASCII);
    H5Tinsert(type, "pressure", HOFFSET(struct row, pressure), H5T_IEEE_F64LE);
    H5Tinsert(type, "temperature", HOFFSET(struct row, temperature), H5T_IEEE_F32LE);
    H5Tinsert(type, "state", HOFFSET(struct row, state), H5T_STD_I16BE);
    H5Tinsert(type, "note", HOFFSET(struct row, note), note);
    H5Tclose(note);
    return type;
}

static struct row *make_rows(size_t n) {
    struct rng rng = {1};
    struct row *rows = calloc(n, sizeof *rows);
    assert_non_null(rows);
    for (size_t i = 0; i < n; i++) {
        rows[i].pressure = rng_unit(&rng);
        rows[i].temperature = (float)rng_unit(&rng);
        rows[i].state = (int16_t)rng_next(&rng);
        memcpy(rows[i].note, "note", 4);
    }
    return rows;
}

/* ---- tests ---- */

static void copies_compound_tables(void **state) {
    (void)state;
    static const char *const pipelines[] = {"", "zstd fletcher", "shuffle gzip", "lzf"};
    const hsize_t extent = 1000, chunk = 300;
    struct row *rows = make_rows(extent);
    for (size_t i = 0; i < LENGTH(pipelines); i++) {
        hid_t type = make_row_type(), input = begin_file("in.rtdc"), creation = chunked(1, &chunk);
        pipeline_add(creation, pipelines[i]);
        add_dataset(input, "tables/monitor", type, 1, &extent, creation, rows);
        H5Pclose(creation);
        H5Tclose(type);
        check(input, "tables/monitor", (struct storage){(int)i, extent});
    }
    free(rows);
}

static void cuts_large_tables_into_chunks(void **state) {
    (void)state;
    enum { N_ROWS = 200000 };
    const hsize_t plane[] = {3000, 1000}, wide[] = {3, 1 << 20};
    struct row *rows = make_rows(N_ROWS);
    hid_t type = make_row_type(), input = begin_file("in.rtdc");
    add_list(input, "tables/large", type, N_ROWS, rows);
    H5Tclose(type);
    assert_int_equal(sizeof *rows, 24);
    check(input, "tables/large", (struct storage){5, N_ROWS / 8}); /* 4.8 MB: 600 KB are the most below 1 MiB */
    input = begin_file("in.rtdc");
    add_dataset(input, "tables/plane", H5T_STD_U8LE, 2, plane, H5P_DEFAULT, rows);
    check(input, "tables/plane", (struct storage){1, 750});
    input = begin_file("in.rtdc");
    add_dataset(input, "tables/wide", H5T_STD_U8LE, 2, wide, H5P_DEFAULT, rows);
    check(input, "tables/wide", (struct storage){1, 1});
    free(rows);
}

static void copies_scalars(void **state) {
    (void)state;
    const double value = 4.5;
    hid_t input = begin_file("in.rtdc");
    add_dataset(input, "tables/scalar", H5T_NATIVE_DOUBLE, 0, NULL, H5P_DEFAULT, &value);
    check(input, "tables/scalar", (struct storage){5, 0});
}

/* A scalar string of variable length becomes a fixed one, too. */
static void copies_a_scalar_text(void **state) {
    (void)state;
    const char *text = "a text";
    struct path path = scratch_path("out.rtdc");
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    hid_t input = begin_file("in.rtdc"), type = variable_text(H5T_CSET_UTF8);
    add_dataset(input, "tables/text", type, 0, NULL, H5P_DEFAULT, &text);
    H5Tclose(type);
    hid_t output = create_file(path.text, FORMAT_NEW);
    assert_int_equal(sm_metadata_copy(input, output, 5, &error), SPARSEMED_OK);
    char read[6];
    hid_t dataset = H5Dopen2(output, "tables/text", H5P_DEFAULT);
    type = H5Dget_type(dataset);
    assert_int_equal(H5Tget_size(type), 6);
    assert_true(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, read) >= 0);
    assert_memory_equal(read, "a text", 6);
    H5Tclose(type);
    H5Dclose(dataset);
    close_file(output);
    close_file(input);
}

/* Whatever a table refers to is read, written, and released. */
static void copies_columns_of_variable_length(void **state) {
    (void)state;
    struct {
        double time;
        const char *text;
    } texts[] = {{1, "one"}, {2, "and two"}};
    int numbers[] = {1, 2, 3};
    hvl_t lists[] = {{3, numbers}, {0, NULL}, {2, numbers}};
    hid_t input = begin_file("in.rtdc"), type = H5Tcreate(H5T_COMPOUND, sizeof *texts),
          text = variable_text(H5T_CSET_UTF8);
    H5Tinsert(type, "time", 0, H5T_NATIVE_DOUBLE);
    H5Tinsert(type, "text", sizeof(double), text);
    add_list(input, "tables/texts", type, 2, texts);
    H5Tclose(text);
    H5Tclose(type);
    check(input, "tables/texts", (struct storage){5, 2});
    struct path path = scratch_path("out.rtdc");
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    input = begin_file("in.rtdc");
    type = H5Tvlen_create(H5T_NATIVE_INT);
    add_list(input, "tables/lists", type, 3, lists);
    hid_t output = create_file(path.text, FORMAT_NEW);
    assert_int_equal(sm_metadata_copy(input, output, 5, &error), SPARSEMED_OK);
    hid_t dataset = H5Dopen2(output, "tables/lists", H5P_DEFAULT), space = H5Dget_space(dataset);
    hvl_t read[3];
    assert_true(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, read) >= 0);
    assert_int_equal(read[0].len, 3);
    assert_memory_equal(read[0].p, numbers, sizeof numbers);
    assert_int_equal(read[1].len, 0);
    assert_int_equal(read[2].len, 2);
    sm_hdf5_reclaim(type, space, read);
    H5Sclose(space);
    H5Dclose(dataset);
    H5Tclose(type);
    close_file(output);
    close_file(input);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(copies_compound_tables), tidy_test(cuts_large_tables_into_chunks),     tidy_test(copies_scalars),
        tidy_test(copies_a_scalar_text),   tidy_test(copies_columns_of_variable_length),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
