/* By what dcnum takes a background for its own, and when an output may say so. */
#include "rtdc/outputs/pipeline_claims.h"

#include <string.h>

#include "support/hdf5_files.h"
#include "support/hdf5_test.h"

enum { N_FRAMES = 6, ROWS = 2, COLUMNS = 3 };

static const hsize_t frames[3] = {N_FRAMES, ROWS, COLUMNS};
static const struct sm_input_options plain;

static struct sm_specification specify(bool frame_images, const struct sm_input_options *options) {
    const struct sparsemed_parameters parameters = SPARSEMED_PARAMETERS_DEFAULT;
    const struct sm_origin origin = {"in.rtdc", "in.rtdc", options, false, sm_slice_all(N_FRAMES)};
    return sm_specify(&origin, "out.rtdc", &parameters, true, frame_images);
}

/* A file with frames, and a pixel size where that is above 0. */
static hid_t begin(double pixel_size) {
    hid_t file = begin_measurement("claims.rtdc");
    add_dataset(file, "events/image", H5T_STD_U8LE, 3, frames, H5P_DEFAULT, NULL);
    if (pixel_size > 0) {
        add_number_attribute(file, "imaging:pixel size", pixel_size);
    }
    return file;
}

static void assert_unclaimed(hid_t file, const struct sm_specification *wanted, enum sm_unclaimed expected) {
    enum sm_unclaimed unclaimed = SM_IS_CLAIMED;
    assert_true(sm_pipeline_claims_write(file, wanted, &unclaimed));
    assert_int_equal(unclaimed, expected);
    assert_true(strlen(sm_pipeline_claims_reason(unclaimed)) > 0);
    assert_false(H5Aexists(file, "pipeline:dcnum generation") > 0 || H5Aexists(file, "pipeline:dcnum data") > 0 ||
                 H5Aexists(file, "pipeline:dcnum background") > 0);
    assert_true(sm_pipeline_claims_hold(file, wanted));
}

static void what_was_read_is_told_as_dcnum_does(void **state) {
    (void)state;
    const struct {
        double pixel_size;
        const char *data;
    } cases[] = {{0.2645, "hdf:p=0.2645^i=0"}, {0.34, "hdf:p=0.34^i=0"},         {1, "hdf:p=1.^i=0"},
                 {10, "hdf:p=10.^i=0"},        {1. / 3, "hdf:p=0.33333333^i=0"}, {0.123456789, "hdf:p=0.12345679^i=0"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sm_specification wanted = specify(true, &plain);
        enum sm_unclaimed unclaimed;
        hid_t file = begin(cases[i].pixel_size);
        add_text_attribute(file, "pipeline:dcnum hash", "of an earlier run");
        add_text_attribute(file, "pipeline:dcnum feature", "of an earlier run");
        assert_false(sm_pipeline_claims_hold(file, &wanted));
        assert_true(sm_pipeline_claims_write(file, &wanted, &unclaimed));
        assert_int_equal(unclaimed, SM_IS_CLAIMED);
        assert_text_attribute(file, "pipeline:dcnum generation", "13", false);
        assert_text_attribute(file, "pipeline:dcnum data", cases[i].data, false);
        assert_text_attribute(file, "pipeline:dcnum background", wanted.ppid, false);
        assert_false(H5Aexists(file, "pipeline:dcnum hash") > 0);
        assert_true(H5Aexists(file, "pipeline:dcnum feature") > 0);
        assert_true(sm_pipeline_claims_hold(file, &wanted));
        close_file(file);
    }
}

static void nothing_is_claimed_that_dcnum_would_not_find(void **state) {
    (void)state;
    const struct sm_input_options timed = {.time = "events/clock"}, rated = {.frame_rate = 100};
    const struct sm_specification wanted = specify(true, &plain), shared = specify(false, &plain);
    const struct sm_specification of_time = specify(true, &timed), of_rate = specify(true, &rated);
    hid_t file = begin(0.25);
    assert_unclaimed(file, &shared, SM_SHARED_IMAGES);
    assert_unclaimed(file, &of_time, SM_OTHER_TIMES);
    assert_unclaimed(file, &of_rate, SM_OTHER_TIMES);
    H5Ldelete(file, "events/image", H5P_DEFAULT);
    assert_unclaimed(file, &wanted, SM_NO_FRAMES);
    close_file(file);
    const double odd[] = {0, -1, 1. / 0.};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        file = begin(0);
        if (i > 0) {
            add_number_attribute(file, "imaging:pixel size", odd[i]);
        }
        assert_unclaimed(file, &wanted, SM_NO_PIXEL_SIZE);
        close_file(file);
    }
    file = begin(0);
    add_text_attribute(file, "imaging:pixel size", "0.25");
    assert_unclaimed(file, &wanted, SM_NO_PIXEL_SIZE);
    close_file(file);
}

static void frames_must_be_in_the_file(void **state) {
    (void)state;
    const struct sm_specification wanted = specify(true, &plain);
    hid_t file = begin(0.25);
    H5Lmove(file, "events/image", file, "events/other", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/events/other", file, "events/image", H5P_DEFAULT, H5P_DEFAULT);
    assert_unclaimed(file, &wanted, SM_FRAMES_ELSEWHERE);
    H5Ldelete(file, "events/image", H5P_DEFAULT);
    H5Lcreate_external("store.h5", "/events/image", file, "events/image", H5P_DEFAULT, H5P_DEFAULT);
    assert_unclaimed(file, &wanted, SM_FRAMES_ELSEWHERE);
    H5Ldelete(file, "events/image", H5P_DEFAULT);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(3, frames, NULL);
    H5Pset_virtual(creation, space, "store.h5", "/image", space);
    add_dataset(file, "events/image", H5T_STD_U8LE, 3, frames, creation, NULL);
    assert_unclaimed(file, &wanted, SM_FRAMES_ELSEWHERE);
    H5Pclose(creation);
    H5Ldelete(file, "events/image", H5P_DEFAULT);
    creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(creation, "frames.raw", 0, N_FRAMES * ROWS * COLUMNS);
    add_dataset(file, "events/image", H5T_STD_U8LE, 3, frames, creation, NULL);
    assert_unclaimed(file, &wanted, SM_FRAMES_ELSEWHERE);
    H5Sclose(space);
    H5Pclose(creation);
    close_file(file);
}

static void claims_go_but_for_what_is_of_features(void **state) {
    (void)state;
    static const char *const names[] = {"pipeline:dcnum background", "pipeline:dcnum generation", "pipeline:dcnum data",
                                        "pipeline:dcnum hash", "pipeline:dcnum feature"};
    hid_t file = begin(0.25);
    for (size_t i = 0; i < 5; i++) {
        add_text_attribute(file, names[i], "1");
        assert_int_equal(sm_pipeline_claims_has(names[i]), i < 4);
    }
    assert_true(sm_pipeline_claims_remove(file) && sm_pipeline_claims_remove(file));
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(H5Aexists(file, names[i]) > 0, i > 2);
    }
    close_file(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        tidy_test(what_was_read_is_told_as_dcnum_does),
        tidy_test(nothing_is_claimed_that_dcnum_would_not_find),
        tidy_test(frames_must_be_in_the_file),
        tidy_test(claims_go_but_for_what_is_of_features),
    };
    return cmocka_run_group_tests(tests, hdf5_test_start, scratch_remove);
}
