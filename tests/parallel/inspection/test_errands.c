/* Errands are all done, each once, and told of in their order. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parallel/inspection/errands.h"
#include "support/mpi_test.h"

enum { MOST = 100 };

/* What the errands work on. */
struct work {
    uint64_t n_asked, n_done, n_taken;
    uint64_t n_begun, most_begun; /* that are not done yet; so many at most */
    bool is_begun[MOST];          /* by their numbers */
    uint64_t fails_at, stops_at;  /* number of an errand from which on memory is out, or a stop is asked for */
    bool as_expected;
};

/* Bytes that come behind the text of number i: of any value, and of very different numbers. */
static size_t count_bytes(uint64_t i) {
    return i % 7 == 0 ? 0 : (size_t)(i * i * 11);
}

static void ask(uint64_t i, FILE *question, void *data) {
    struct work *work = data;
    work->as_expected = work->as_expected && i == work->n_asked++;
    fprintf(question, "file %llu", (unsigned long long)i);
    fputc(0, question);
}

/* Some cannot be begun. */
static bool can_be_begun(uint64_t i) {
    return i % 3 != 1;
}

static bool begin(const char *question, void *data) {
    struct work *work = data;
    unsigned long long i = MOST;
    bool good = sscanf(question, "file %llu", &i) == 1 && i < MOST && !work->is_begun[i];
    bool begun = good && can_be_begun(i) && work->n_begun < work->most_begun;
    work->as_expected = work->as_expected && good;
    if (begun) {
        work->is_begun[i] = true;
        work->n_begun++;
    }
    return begun;
}

static void carry_out(const char *question, FILE *answer, void *data) {
    struct work *work = data;
    unsigned long long i = MOST;
    work->as_expected = work->as_expected && sscanf(question, "file %llu", &i) == 1 && i < MOST &&
                        work->is_begun[i] == (can_be_begun(i) && work->most_begun > 0);
    work->n_begun -= work->is_begun[i];
    work->n_done++;
    if (i == work->stops_at) {
        raise(SIGTERM);
    }
    int rank = this_rank();
    fwrite(&rank, sizeof rank, 1, answer);
    for (size_t k = 0; k < count_bytes(i); k++) {
        fputc((int)(i + k), answer);
    }
}

static bool take_in(uint64_t i, const char *answer, size_t n_bytes, void *data) {
    struct work *work = data;
    int rank;
    memcpy(&rank, answer, sizeof rank);
    bool good = i == work->n_taken++ && n_bytes == sizeof rank + count_bytes(i) && rank < count_ranks();
    for (size_t k = 0; k < count_bytes(i) && good; k++) {
        good = answer[sizeof rank + k] == (char)(i + k);
    }
    work->as_expected = work->as_expected && good;
    return i < work->fails_at;
}

static enum sparsemed_status run(uint64_t n, uint64_t n_together, struct work *work, struct sparsemed_error *error) {
    struct sm_stop stop;
    if (sm_stop_open(MPI_COMM_WORLD, 0, &stop, error) == SPARSEMED_OK) {
        const struct sm_errands errands = {
            .n = this_rank() == 0 ? n : 0,
            .n_together = n_together,
            .work = "trying",
            .style = SM_PROGRESS_NONE,
            .stop = &stop,
            .data = work,
            .ask = ask,
            .begin = begin,
            .carry_out = carry_out,
            .take_in = take_in,
        };
        sm_errands_run(MPI_COMM_WORLD, &errands, error);
    }
    sm_stop_close(&stop);
    return error->status;
}

static const struct work no_work = {.fails_at = MOST, .stops_at = MOST + 1, .as_expected = true};

static void each_is_done_once_and_in_order(void **state) {
    (void)state;
    static const uint64_t ns[] = {0, 1, 2, 3, 7, 64, MOST}, togethers[] = {1, 2, 5, 64, 1000};
    for (size_t i = 0; i < LENGTH(ns); i++) {
        for (size_t k = 0; k < LENGTH(togethers); k++) {
            struct work work = no_work;
            struct sparsemed_error error = SPARSEMED_NO_ERROR;
            uint64_t n_done = 0;
            work.most_begun = (i + k) % 3 * 4;
            assert_everywhere(run(ns[i], togethers[k], &work, &error) == SPARSEMED_OK && work.as_expected);
            MPI_Allreduce(&work.n_done, &n_done, 1, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
            assert_everywhere(n_done == ns[i]);
            assert_everywhere(work.n_taken == (this_rank() == 0 ? ns[i] : 0) && work.n_asked == work.n_taken);
            assert_everywhere(work.n_done <= ns[i] / (uint64_t)count_ranks() + ns[i] / togethers[k] + 1);
        }
    }
}

static void where_memory_is_out_all_leave(void **state) {
    (void)state;
    struct work work = no_work;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    work.fails_at = 20;
    assert_everywhere(run(MOST, 8, &work, &error) == SPARSEMED_INTERNAL && work.as_expected);
    assert_everywhere(this_rank() > 0 || work.n_taken == work.fails_at + 1);
}

/* The last test: what was asked for stays so. */
static void a_request_to_stop_ends_it_everywhere(void **state) {
    (void)state;
    struct work work = no_work;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    work.stops_at = 40;
    assert_everywhere(run(MOST, 8, &work, &error) == SPARSEMED_STOPPED && work.as_expected);
    assert_everywhere(this_rank() > 0 || (work.n_taken > 0 && work.n_taken <= work.stops_at));
    assert_non_null(strstr(error.message, "to be run again"));
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_done_once_and_in_order),
        cmocka_unit_test(where_memory_is_out_all_leave),
        cmocka_unit_test(a_request_to_stop_ends_it_everywhere),
    };
    sm_stop_catch_signals();
    mpi_test_start(&argc, &argv);
    return mpi_test_finish(cmocka_run_group_tests(tests, NULL, NULL));
}
