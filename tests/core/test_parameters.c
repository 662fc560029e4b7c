/* Ranges of the parameters, and the pipeline identifier (ppid). */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sparsemed/parameters.h"
#include "support/bits.h"
#include "support/random.h"
#include "support/unit_test.h"

/* ---- ranges ---- */

static void accepts_defaults_and_limits(void **state) {
    (void)state;
    const struct sparsemed_parameters valid[] = {
        SPARSEMED_PARAMETERS_DEFAULT,
        {1, 5e-324, 0, 5e-324, false},
        {2147483647, 1.7976931348623157e308, 1.7976931348623157e308, 1, true},
        {65535, 1, 0, 0.8, true},
        {200, 1, -0.0, 0.9999999999999999, true},
    };
    for (size_t i = 0; i < LENGTH(valid); i++) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        assert_int_equal(sparsemed_parameters_check(&valid[i], &error), SPARSEMED_OK);
        assert_int_equal(error.status, SPARSEMED_OK);
        assert_string_equal(error.message, "");
    }
}

static void defaults_are_those_of_the_method(void **state) {
    (void)state;
    struct sparsemed_parameters parameters = SPARSEMED_PARAMETERS_DEFAULT;
    assert_int_equal(parameters.kernel_size, 200);
    assert_same_double(parameters.split_time, 1);
    assert_same_double(parameters.thresh_cleansing, 0);
    assert_same_double(parameters.frac_cleansing, 0.8);
    assert_true(parameters.offset_correction);
}

/* The bad values hold none of the digits that the message must tell. */
static void refuses_what_is_out_of_range(void **state) {
    (void)state;
    const struct {
        struct sparsemed_parameters parameters;
        const char *limit, *other_limit;
    } bad[] = {
        {{0, 1, 0, 0.8, true}, "1", ""},
        {{-3, 1, 0, 0.8, true}, "1", ""},
        {{INT64_MIN, 1, 0, 0.8, true}, "1", ""},
        {{2147483648, 1, 0, 0.8, true}, "2147483647", ""},
        {{4294967297, 1, 0, 0.8, true}, "2147483647", ""},
        {{INT64_MAX, 1, 0, 0.8, true}, "2147483647", ""},
        {{200, 0, 0, 0.8, true}, "0", ""},
        {{200, -3, 0, 0.8, true}, "0", ""},
        {{200, NAN, 0, 0.8, true}, "0", ""},
        {{200, INFINITY, 0, 0.8, true}, "0", ""},
        {{200, -INFINITY, 0, 0.8, true}, "0", ""},
        {{200, 1, -3, 0.8, true}, "0", ""},
        {{200, 1, -5e-324, 0.8, true}, "0", ""},
        {{200, 1, NAN, 0.8, true}, "0", ""},
        {{200, 1, INFINITY, 0.8, true}, "0", ""},
        {{200, 1, 0, 0, true}, "0", "1"},
        {{200, 1, 0, -3, true}, "0", "1"},
        {{200, 1, 0, 1.0000000000000002, true}, "0", "1"},
        {{200, 1, 0, 2.5, true}, "0", "1"},
        {{200, 1, 0, NAN, true}, "0", "1"},
        {{200, 1, 0, INFINITY, true}, "0", "1"},
    };
    for (size_t i = 0; i < LENGTH(bad); i++) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        assert_int_equal(sparsemed_parameters_check(&bad[i].parameters, &error), SPARSEMED_USAGE);
        assert_int_equal(error.status, SPARSEMED_USAGE);
        assert_non_null(strstr(error.message, bad[i].limit));
        assert_non_null(strstr(error.message, bad[i].other_limit));
    }
}

/* ---- formatting ---- */

/* Text of a split time within the identifier. */
static void assert_split_time(double split_time, const char *expected) {
    struct sparsemed_parameters parameters = SPARSEMED_PARAMETERS_DEFAULT;
    char ppid[SPARSEMED_PPID_SIZE], whole[SPARSEMED_PPID_SIZE + 64];
    parameters.split_time = split_time;
    sparsemed_ppid_format(&parameters, ppid);
    snprintf(whole, sizeof whole, "sparsemed:k=200^s=%s^t=0^f=0.8^o=1", expected);
    assert_string_equal(ppid, whole);
}

static void formats_identifiers(void **state) {
    (void)state;
    const struct {
        struct sparsemed_parameters parameters;
        const char *ppid;
    } cases[] = {
        {SPARSEMED_PARAMETERS_DEFAULT, "sparsemed:k=200^s=1^t=0^f=0.8^o=1"},
        {{1, 0.5, 4000, 1, false}, "sparsemed:k=1^s=0.5^t=4000^f=1^o=0"},
        {{2147483647, 2.5, 1e-5, 0.1, true}, "sparsemed:k=2147483647^s=2.5^t=1e-05^f=0.1^o=1"},
        {{31, 10, -0.0, 5e-324, true}, "sparsemed:k=31^s=10^t=0^f=5e-324^o=1"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char ppid[SPARSEMED_PPID_SIZE];
        sparsemed_ppid_format(&cases[i].parameters, ppid);
        assert_string_equal(ppid, cases[i].ppid);
    }
}

/* Expected texts computed with Python: str(int(v)) for whole numbers, repr(v) for others. The powers of two have more
 * room above than below, so that their shortest decimal is not the value rounded to that many digits. */
static const struct {
    double value;
    const char *text;
} python_texts[] = {
    {0.1, "0.1"},
    {1e-05, "1e-05"},
    {0.0001, "0.0001"},
    {0.00010000000000000003, "0.00010000000000000003"},
    {0.30000000000000004, "0.30000000000000004"},
    {0.7999999999999999, "0.7999999999999999"},
    {1e22, "10000000000000000000000"},
    {1e23, "99999999999999991611392"},
    {1e16, "10000000000000000"},
    {100, "100"},
    {1e5, "100000"},
    {123456.789, "123456.789"},
    {123456789012.5, "123456789012.5"},
    {1000000000000000.5, "1000000000000000.5"},
    {2251799813685248.5, "2251799813685248.5"},
    {4503599627370495.5, "4503599627370495.5"},
    {5e-324, "5e-324"},
    {1.5e-10, "1.5e-10"},
    {2.2250738585072014e-308, "2.2250738585072014e-308"},
    {0x1p-24, "5.960464477539063e-08"},
    {0x1p-44, "5.684341886080802e-14"},
    {0x1p-778, "6.290184345309701e-235"},
    {0x1p-1017, "7.120236347223045e-307"},
    {0x1p-20, "9.5367431640625e-07"},
    {0x1.26c1c9f767c45p-500, "3.517436879206498e-151"},
    {0x1.3209ca6233255p-917, "1.0790205420931878e-276"},
    {0x1.02edaec16fcdcp+42, "4448356861375.215"},
    {0x1.29c5c04b3b0a4p-16, "1.774862202534644e-05"},
    {0x1.c1cddd313e3a7p-23, "2.0945638249511787e-07"},
    {0x1.eb95c77edffccp-1, "0.9601271002174996"},
    {0x1.655695a21fbedp-4, "0.08724077654368019"},
    {0x1.39a6c0092f4bap+8, "313.6513677349536"},
    {0x1.1415193812552p-1, "0.5392234688708106"},
    {0x1.29fe505a8c349p+44, "20477951453379.285"},
    {0x1.23c939767011ap+18, "298788.89785386773"},
};

static void formats_doubles_as_python_does(void **state) {
    (void)state;
    for (size_t i = 0; i < LENGTH(python_texts); i++) {
        assert_split_time(python_texts[i].value, python_texts[i].text);
    }
}

static void longest_identifier_fits(void **state) {
    (void)state;
    const struct sparsemed_parameters parameters = {SPARSEMED_MAX_KERNEL_SIZE, 1.7976931348623157e308,
                                                    1.7976931348623157e308, 1, true};
    char ppid[SPARSEMED_PPID_SIZE];
    struct sparsemed_parameters back;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    sparsemed_ppid_format(&parameters, ppid);
    assert_int_equal(strlen(ppid), strlen("sparsemed:k=2147483647^s=^t=^f=1^o=1") + 309 + 309);
    assert_int_equal(sparsemed_ppid_parse(ppid, &back, &error), SPARSEMED_OK);
    assert_same_double(back.split_time, parameters.split_time);
}

/* ---- parsing ---- */

static void assert_parses(const char *ppid, struct sparsemed_parameters expected) {
    struct sparsemed_parameters parameters;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    memset(&parameters, 0x55, sizeof parameters);
    assert_int_equal(sparsemed_ppid_parse(ppid, &parameters, &error), SPARSEMED_OK);
    assert_int_equal(parameters.kernel_size, expected.kernel_size);
    assert_same_double(parameters.split_time, expected.split_time);
    assert_same_double(parameters.thresh_cleansing, expected.thresh_cleansing);
    assert_same_double(parameters.frac_cleansing, expected.frac_cleansing);
    assert_int_equal(parameters.offset_correction, expected.offset_correction);
}

static void reads_prefixes_orders_and_missing_keys(void **state) {
    (void)state;
    assert_parses("sparsemed:k=200^s=1^t=0^f=0.8^o=1", SPARSEMED_PARAMETERS_DEFAULT);
    assert_parses("sparsemed:kernel_size=31^split_time=0.25^thresh_cleansing=4^frac_cleansing=0.5^offset_correction=0",
                  (struct sparsemed_parameters){31, 0.25, 4, 0.5, false});
    assert_parses("sparsemed:offset=0^frac=1^thr=1e-05^spl=2^ker=7",
                  (struct sparsemed_parameters){7, 2, 1e-5, 1, false});
    assert_parses("sparsemed:kernel_=5", (struct sparsemed_parameters){5, 1, 0, 0.8, true});
    assert_parses("sparsemed:f=0.30000000000000004", (struct sparsemed_parameters){200, 1, 0, 0.1 + 0.2, true});
    assert_parses("sparsemed:o=0^s=5e-324", (struct sparsemed_parameters){200, 5e-324, 0, 0.8, false});
}

static void refuses_rubbish(void **state) {
    (void)state;
    static const char *const rubbish[] = {
        "", "sparsemed", "sparsemed:", "Sparsemed:k=200", "rollmed:k=200", " sparsemed:k=200", "sparsemed:k",
        "sparsemed:k=", "sparsemed:=200", "sparsemed:k=200^", "sparsemed:^k=200", "sparsemed:k=200^^s=1",
        "sparsemed:k=200,s=1", "sparsemed:k=200^x=1", "sparsemed:kernels=200", "sparsemed:kernel_size_=200",
        "sparsemed:ks=200", "sparsemed:K=200", "sparsemed:k=200^k=200", "sparsemed:k=200^kernel=100",
        "sparsemed:k=200.5", "sparsemed:k=2e2", "sparsemed:k=0x10", "sparsemed:k=9223372036854775808",
        "sparsemed:k=-9223372036854775809", "sparsemed:k=200 ", "sparsemed:k= 200", "sparsemed:k=twenty",
        "sparsemed:s=1.5.5", "sparsemed:s=1,5", "sparsemed:s=one", "sparsemed:s==1", "sparsemed:s=1e", "sparsemed:s= 1",
        "sparsemed:s=0x1p3", "sparsemed:o=2", "sparsemed:o=-1", "sparsemed:o=yes", "sparsemed:o=",
        /* well formed, but out of range */
        "sparsemed:k=0", "sparsemed:k=-5", "sparsemed:k=2147483648", "sparsemed:s=0", "sparsemed:s=-1",
        "sparsemed:s=nan", "sparsemed:s=inf", "sparsemed:s=1e999", "sparsemed:t=-1", "sparsemed:t=nan",
        "sparsemed:t=inf", "sparsemed:f=0", "sparsemed:f=1.5", "sparsemed:f=nan", "sparsemed:s=1e-999"};
    int n_accepted = 0;
    for (size_t i = 0; i < LENGTH(rubbish); i++) {
        struct sparsemed_parameters parameters = SPARSEMED_PARAMETERS_DEFAULT;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        if (sparsemed_ppid_parse(rubbish[i], &parameters, &error) == SPARSEMED_OK) {
            print_error("\"%s\" was accepted\n", rubbish[i]);
            n_accepted++;
            continue;
        }
        assert_int_equal(error.status, SPARSEMED_USAGE);
        assert_true(strlen(error.message) > 0);
    }
    assert_int_equal(n_accepted, 0);
}

static double random_positive_double(struct rng *rng) {
    for (;;) {
        double value = double_of(rng_next(rng) >> 1);
        if (isfinite(value) && value > 0) {
            return value;
        }
    }
}

/* Any bit pattern, a short decimal, or a number of everyday size. */
static double random_value(struct rng *rng) {
    switch (rng_below(rng, 4)) {
    case 0:
        return random_positive_double(rng);
    case 1:
        return (double)(1 + rng_below(rng, 1000)) / 100;
    case 2:
        return ldexp(1, (int)rng_below(rng, 1100) - 1050);
    default:
        return 100 * (1e-9 + rng_unit(rng));
    }
}

static void random_parameters_survive_the_round_trip(void **state) {
    (void)state;
    struct rng rng = {7};
    for (int i = 0; i < 20000; i++) {
        struct sparsemed_parameters parameters = {
            (int64_t)(rng_next(&rng) >> (33 + rng_below(&rng, 31))),
            random_value(&rng),
            rng_below(&rng, 3) ? random_value(&rng) : 0,
            rng_unit(&rng),
            rng_below(&rng, 2),
        };
        parameters.kernel_size += parameters.kernel_size == 0;
        parameters.frac_cleansing += parameters.frac_cleansing == 0;
        char ppid[SPARSEMED_PPID_SIZE];
        memset(ppid, 'x', sizeof ppid);
        sparsemed_ppid_format(&parameters, ppid);
        assert_parses(ppid, parameters);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_defaults_and_limits),
        cmocka_unit_test(defaults_are_those_of_the_method),
        cmocka_unit_test(refuses_what_is_out_of_range),
        cmocka_unit_test(formats_identifiers),
        cmocka_unit_test(formats_doubles_as_python_does),
        cmocka_unit_test(longest_identifier_fits),
        cmocka_unit_test(reads_prefixes_orders_and_missing_keys),
        cmocka_unit_test(refuses_rubbish),
        cmocka_unit_test(random_parameters_survive_the_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
