/* The progress of a job: lines that fit the terminal, which is a pseudo one here, or plain ones where there is none. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "parallel/progress.h"
#include "parallel/terminal.h"
#include "support/mpi_test.h"

/* ---- composing a line ---- */

static const struct sm_gauge some[] = {
    {SM_PROGRESS_FRAMES, 0, 0, 0},
    {SM_PROGRESS_FRAMES, 0, 120, 0},
    {SM_PROGRESS_FILES, 43, 100, 2},
    {SM_PROGRESS_BYTES, 999999999999, 1000000000000, 1234567},
    {SM_PROGRESS_FRAMES, 1, UINT64_MAX, 1e9},
    {SM_PROGRESS_FRAMES, UINT64_MAX, UINT64_MAX, 1},
    {SM_PROGRESS_FRAMES, UINT64_MAX, 1, 1e-300}, /* more than there was to do */
};

static void a_bar_is_as_wide_as_it_may(void **state) {
    (void)state;
    for (size_t i = 0; i < LENGTH(some); i++) {
        for (int columns = 0; columns < 400; columns++) {
            char line[SM_GAUGE_SIZE];
            sm_gauge_bar(&some[i], columns, line);
            assert_int_equal(strlen(line), columns < SM_GAUGE_SIZE ? columns : SM_GAUGE_SIZE - 1);
        }
    }
}

static void assert_bar(int columns, const char *expected) {
    const struct sm_gauge gauge = {SM_PROGRESS_FRAMES, 43, 100, 2};
    char line[SM_GAUGE_SIZE];
    sm_gauge_bar(&gauge, columns, line);
    assert_string_equal(line, expected);
}

static void numbers_are_left_out_where_it_is_narrow(void **state) {
    (void)state;
    assert_bar(90, "[############..................]  43 %  43 of 100 frames, 22 a second, 3 s left           ");
    assert_bar(70, "[#########............]  43 %  43 of 100 frames, 22 a second, 3 s left");
    assert_bar(50, "[######........]  43 %  43 of 100 frames, 3 s left");
    assert_bar(39, "[#########............]  43 %  3 s left");
    assert_bar(19, "[####.......]  43 %");
    assert_bar(9, " 43 %    ");
    assert_bar(3, " 43");
    assert_bar(0, "");
}

/* ---- on a terminal ---- */

struct terminal {
    int user, program; /* its two ends */
    int saved;         /* standard error as it was */
    char seen[4096];   /* what is on it */
};

static void show(struct terminal *terminal, unsigned short columns) {
    ioctl(terminal->user, TIOCSWINSZ, &(struct winsize){.ws_row = 24, .ws_col = columns});
}

/* Make standard error a terminal of so many columns, or one end of a pipe where there are none. */
static bool terminal_open(struct terminal *terminal, unsigned short columns) {
    int ends[2] = {-1, -1};
    *terminal = (struct terminal){.saved = dup(STDERR_FILENO)};
    if (columns > 0) {
        ends[0] = posix_openpt(O_RDWR | O_NOCTTY);
        if (ends[0] >= 0 && grantpt(ends[0]) == 0 && unlockpt(ends[0]) == 0) {
            ends[1] = open(ptsname(ends[0]), O_RDWR | O_NOCTTY);
        }
    } else if (pipe(ends) != 0) {
        return false;
    }
    terminal->user = ends[0];
    terminal->program = ends[1];
    show(terminal, columns);
    return ends[0] >= 0 && ends[1] >= 0 && dup2(ends[1], STDERR_FILENO) >= 0;
}

/* Take in what was written since the last time. */
static const char *look(struct terminal *terminal) {
    size_t n = 0;
    struct pollfd event = {.fd = terminal->user, .events = POLLIN};
    while (n + 1 < sizeof terminal->seen && poll(&event, 1, 0) > 0) {
        ssize_t more = read(terminal->user, terminal->seen + n, sizeof terminal->seen - 1 - n);
        if (more <= 0) {
            break;
        }
        n += (size_t)more;
    }
    terminal->seen[n] = '\0';
    return terminal->seen;
}

static void terminal_close(struct terminal *terminal) {
    dup2(terminal->saved, STDERR_FILENO);
    close(terminal->saved);
    close(terminal->user);
    close(terminal->program);
}

/* Longer than the time from one bar to the next, or to the first line. */
static void wait_for(enum sm_progress_style style) {
    const struct timespec moment = {0, style == SM_PROGRESS_BAR ? 150000000 : 600000000};
    nanosleep(&moment, NULL);
}

static bool draws(struct terminal *terminal, struct sm_progress *progress, size_t columns) {
    wait_for(SM_PROGRESS_BAR);
    sm_progress_add(progress, 1);
    const char *seen = look(terminal);
    return seen[0] == '\r' && strlen(seen) == 1 + columns && !strpbrk(seen + 1, "\r\n\033");
}

static void a_bar_follows_the_terminal(void **state) {
    (void)state;
    struct terminal terminal;
    struct sm_progress progress;
    setenv("TERM", "xterm", 1);
    unsetenv("COLUMNS");
    bool right = terminal_open(&terminal, 80);
    sm_progress_start(&progress, MPI_COMM_SELF, SM_PROGRESS_AUTO, SM_PROGRESS_FRAMES, 100);
    right = right && draws(&terminal, &progress, 79);
    show(&terminal, 40);
    right = right && draws(&terminal, &progress, 39) && strstr(terminal.seen, "2 %");
    show(&terminal, 132);
    right = right && draws(&terminal, &progress, 131);
    setenv("COLUMNS", "20", 1); /* fewer than there are: that is asked for */
    right = right && draws(&terminal, &progress, 19);
    setenv("COLUMNS", "500", 1);
    right = right && draws(&terminal, &progress, 131);
    setenv("COLUMNS", "many", 1);
    right = right && draws(&terminal, &progress, 131);
    show(&terminal, 0); /* it does not tell */
    right = right && draws(&terminal, &progress, 79);
    show(&terminal, 1);
    right = right && draws(&terminal, &progress, 0);
    show(&terminal, 10);
    sm_progress_finish(&progress);
    right = right && strcmp(look(&terminal), "\r  8 %    \r\n") == 0;
    terminal_close(&terminal);
    unsetenv("COLUMNS");
    assert_everywhere(right);
}

static void a_bar_makes_room_for_what_is_told(void **state) {
    (void)state;
    struct terminal terminal;
    struct sm_progress progress = {0};
    setenv("TERM", "xterm", 1);
    bool right = terminal_open(&terminal, 10);
    sm_progress_hide(&progress); /* one that has not begun */
    right = right && strcmp(look(&terminal), "") == 0;
    sm_progress_start(&progress, MPI_COMM_SELF, SM_PROGRESS_AUTO, SM_PROGRESS_FRAMES, 2);
    right = right && draws(&terminal, &progress, 9);
    sm_progress_hide(&progress);
    sm_progress_hide(&progress);
    right = right && strcmp(look(&terminal), "\r         \r") == 0;
    sm_progress_finish(&progress);
    terminal_close(&terminal);
    assert_everywhere(right);
}

/* ---- elsewhere ---- */

/* The first line comes within a second, and the next one not at once. */
static bool tells_in_lines(unsigned short columns) {
    struct terminal terminal;
    struct sm_progress progress;
    bool right = terminal_open(&terminal, columns);
    sm_progress_start(&progress, MPI_COMM_SELF, SM_PROGRESS_AUTO, SM_PROGRESS_FILES, 100);
    sm_progress_add(&progress, 42);
    wait_for(SM_PROGRESS_LINES);
    sm_progress_add(&progress, 1);
    const char *seen = look(&terminal), *end = strchr(seen, '\n');
    right = right && strncmp(seen, " 43 %  43 of 100 files looked at, ", 34) == 0 && end && !end[1];
    sm_progress_add(&progress, 1);
    sm_progress_finish(&progress);
    right = right && *look(&terminal) == '\0';
    terminal_close(&terminal);
    return right;
}

static void there_are_lines_where_nothing_can_be_drawn(void **state) {
    (void)state;
    setenv("TERM", "xterm", 1);
    bool right = tells_in_lines(0);
    static const char *const dumb[] = {"dumb", ""};
    for (size_t i = 0; i < LENGTH(dumb); i++) {
        setenv("TERM", dumb[i], 1);
        right = right && tells_in_lines(80);
    }
    unsetenv("TERM");
    right = right && tells_in_lines(80);
    assert_everywhere(right);
}

/* All that the ranks have done is counted, whoever comes last. */
static void the_first_rank_counts_for_all(void **state) {
    (void)state;
    struct terminal terminal;
    struct sm_progress progress;
    int n_ranks = count_ranks();
    bool right = terminal_open(&terminal, 0);
    setenv("COLUMNS", "70", 1);
    sm_progress_start(&progress, MPI_COMM_WORLD, SM_PROGRESS_BAR, SM_PROGRESS_FRAMES, 100 * (uint64_t)n_ranks);
    for (int i = 0; i < 100; i++) {
        sm_progress_add(&progress, 1);
    }
    sm_progress_finish(&progress);
    char expected[64];
    snprintf(expected, sizeof expected, "100 %%  %d of %d frames, ", 100 * n_ranks, 100 * n_ranks);
    const char *seen = look(&terminal), *last = strrchr(seen, '\r');
    right = right && (this_rank() == 0 ? last && strstr(last, expected) && strlen(last) == 71 : *seen == '\0');
    terminal_close(&terminal);
    unsetenv("COLUMNS");
    assert_everywhere(right);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bar_is_as_wide_as_it_may),
        cmocka_unit_test(numbers_are_left_out_where_it_is_narrow),
        cmocka_unit_test(a_bar_follows_the_terminal),
        cmocka_unit_test(a_bar_makes_room_for_what_is_told),
        cmocka_unit_test(there_are_lines_where_nothing_can_be_drawn),
        cmocka_unit_test(the_first_rank_counts_for_all),
    };
    mpi_test_start(&argc, &argv);
    return mpi_test_finish(cmocka_run_group_tests(tests, NULL, NULL));
}
