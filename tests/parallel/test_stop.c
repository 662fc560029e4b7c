/* Requests to stop: a signal to one rank reaches all, and none is lost or left under way. */
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "parallel/stop.h"
#include "support/mpi_test.h"

static const double patience = 20; /* seconds */

/* Ask again and again until the rank knows of a request, or has waited long. */
static bool learns(struct sm_stop *stop, bool (*ask)(struct sm_stop *stop)) {
    double begin = MPI_Wtime();
    while (!ask(stop)) {
        const struct timespec moment = {0, 1000000};
        nanosleep(&moment, NULL);
        if (MPI_Wtime() - begin > patience) {
            return false;
        }
    }
    return true;
}

static void without_a_signal_nobody_is_asked(void **state) {
    (void)state;
    struct sm_stop stop;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    bool right = sm_stop_open(MPI_COMM_WORLD, 0, &stop, &error) == SPARSEMED_OK;
    for (int i = 0; i < 10; i++) {
        right = right && !sm_stop_asked(&stop) && !sm_stop_due(&stop);
    }
    sm_stop_close(&stop);
    assert_everywhere(right);
}

/* From here on processes have been signalled, and know that for good. */
static void a_signal_to_one_rank_reaches_all(void **state) {
    (void)state;
    struct sm_stop stop;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    sm_stop_catch_signals();
    bool right = sm_stop_open(MPI_COMM_WORLD, 0, &stop, &error) == SPARSEMED_OK;
    if (this_rank() == count_ranks() - 1) {
        raise(SIGUSR1);
    }
    right = right && learns(&stop, sm_stop_due);
    sm_stop_close(&stop);
    assert_everywhere(right);
}

static void all_ranks_are_signalled_and_leave_at_once(void **state) {
    (void)state;
    for (int i = 0; i < 20; i++) {
        struct sm_stop stop;
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        bool right = sm_stop_open(MPI_COMM_WORLD, 0, &stop, &error) == SPARSEMED_OK;
        raise(SIGTERM);
        right = right && (this_rank() % 2 == i % 2 || sm_stop_asked(&stop));
        sm_stop_close(&stop); /* with messages under way */
        assert_everywhere(right);
    }
}

static void a_request_is_due_after_the_grace(void **state) {
    (void)state;
    struct sm_stop stop;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    bool right = sm_stop_open(MPI_COMM_WORLD, 0.5, &stop, &error) == SPARSEMED_OK;
    raise(SIGINT);
    double begin = MPI_Wtime();
    right = right && sm_stop_asked(&stop) && !sm_stop_due(&stop) && learns(&stop, sm_stop_due);
    right = right && MPI_Wtime() - begin >= 0.5;
    sm_stop_close(&stop);
    assert_everywhere(right);
}

static void an_ignored_signal_stays_so(void **state) {
    (void)state;
    struct sigaction now;
    signal(SIGINT, SIG_IGN);
    sm_stop_catch_signals();
    sigaction(SIGINT, NULL, &now);
    assert_everywhere(now.sa_handler == SIG_IGN);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_signal_nobody_is_asked),
        cmocka_unit_test(a_signal_to_one_rank_reaches_all),
        cmocka_unit_test(all_ranks_are_signalled_and_leave_at_once),
        cmocka_unit_test(a_request_is_due_after_the_grace),
        cmocka_unit_test(an_ignored_signal_stays_so),
    };
    mpi_test_start(&argc, &argv);
    return mpi_test_finish(cmocka_run_group_tests(tests, NULL, NULL));
}
