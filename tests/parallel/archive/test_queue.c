/* Handing out measurements: every one is worked on once, by a whole group, whatever the ranks and the schedule. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "parallel/archive/queue.h"
#include "support/mpi_test.h"

enum { N = 60 };

/* What the first rank has seen. */
struct records {
    int described[N], done[N], dropped[N];
    size_t n_ranks[N]; /* that were to work on each */
    bool texts_are_right;
    int64_t kept;        /* for who asked last; -1: nothing */
    int n_kept, n_wrong; /* measurements that were kept, and should not be, or were for nothing */
    int n_unsettled;     /* results and beginnings since they were settled last */
    bool is_settled;     /* whenever something was described */
};

/* What the ranks do. */
struct ways {
    size_t drop; /* measurements from here on are given up */
    bool stop;   /* the queue is closed from the beginning */
    bool late;   /* who is alone tells each result one measurement late */
};

static bool is_short(size_t index, void *data) {
    (void)data;
    return index % 9 != 0;
}

/* Note what is kept: for who is alone, what is short. Where there is one rank only it gets just that. */
static void note_kept(struct records *records, size_t index, int64_t next) {
    bool lost = count_ranks() == 1 && records->kept >= 0 && records->kept != (int64_t)index;
    records->n_kept += next >= 0;
    records->n_wrong += lost || (next >= 0 && (records->n_ranks[index] > 1 || !is_short((size_t)next, NULL)));
    records->kept = next;
}

static void begin(size_t index, size_t n_ranks, void *data) {
    struct records *records = data;
    records->n_ranks[index] = n_ranks;
    records->n_unsettled++;
}

static size_t describe(size_t index, int64_t next, char *text, void *data) {
    struct records *records = data;
    records->described[index]++;
    note_kept(records, index, next);
    records->is_settled = records->is_settled && records->n_unsettled == 0;
    return (size_t)sprintf(text, "text of %zu", index) + 1;
}

static void take_in(size_t index, const char *result, void *data) {
    struct records *records = data;
    records->n_unsettled++;
    char expected[32];
    snprintf(expected, sizeof expected, "result of %zu", index);
    if (result) {
        records->done[index]++;
        records->texts_are_right = records->texts_are_right && strcmp(result, expected) == 0;
    } else {
        records->dropped[index]++;
    }
}

/* What was taken in, and is begun, is settled before anything is described. */
static void settle(void *data) {
    struct records *records = data;
    records->n_unsettled = 0;
}

static bool do_nothing(void *data) {
    (void)data;
    return false;
}

/* Work of some moments, in which the first rank answers now and then. */
static void work_for_a_while(struct sm_queue *queue, size_t index) {
    for (size_t i = 0; i < 1 + index % 7; i++) {
        const struct timespec moment = {0, 200000};
        nanosleep(&moment, NULL);
        sm_queue_serve(queue);
    }
}

/* Ask for a task, with the result of what is done. */
static struct sm_task ask(struct sm_queue *queue, size_t level, int64_t done, size_t drop, bool owes, char *text) {
    char result[32];
    snprintf(result, sizeof result, "result of %d", (int)done);
    bool given_up = done < 0 || (size_t)done >= drop;
    return sm_queue_next(queue, level, done, given_up ? NULL : result, owes, text);
}

/* Tell the result of what is owed by itself, where it is of some of the measurements. Returns what is owed then. */
static int64_t tell_some(struct sm_queue *queue, int64_t owed) {
    char result[32];
    if (owed < 0 || owed % 3 > 0) {
        return owed;
    }
    snprintf(result, sizeof result, "result of %d", (int)owed);
    sm_queue_tell(queue, owed, result);
    return -1;
}

/* Go through the queue as ranks of an archive do. Work on a measurement is counted in n_worked by each rank of the
 * group. Returns whether every text was right. */
static bool go_through(struct sm_queue *queue, size_t n_levels, const struct ways *ways, int n_worked[N]) {
    MPI_Comm group;
    int rank = this_rank(), group_rank = rank, group_size = count_ranks();
    size_t level = 0;
    struct sm_task task = {.index = -1};
    int64_t done = -1, owed = -1;
    char text[SM_TASK_TEXT] = "";
    bool right = true;
    MPI_Comm_dup(MPI_COMM_WORLD, &group);
    while (task.level < (int64_t)n_levels || done >= 0) {
        if (group_rank == 0) {
            task = ask(queue, level, done, ways->drop, owed >= 0, text);
        }
        done = -1;
        MPI_Bcast(&task, sizeof task, MPI_BYTE, 0, group);
        MPI_Bcast(text, 32, MPI_BYTE, 0, group);
        if (task.index >= 0) {
            char expected[32];
            snprintf(expected, sizeof expected, "text of %d", (int)task.index);
            right = right && task.level == (int64_t)level && strcmp(text, expected) == 0;
            n_worked[task.index]++;
            work_for_a_while(queue, (size_t)task.index);
            owed = tell_some(queue, owed);
            done = ways->late && group_size == 1 ? owed : task.index;
            owed = ways->late && group_size == 1 ? task.index : -1;
        } else if (owed >= 0) {
            done = owed;
            owed = -1;
        } else if (task.level < (int64_t)n_levels) {
            MPI_Comm next;
            size_t first;
            right = right && task.level > (int64_t)level;
            level = (size_t)task.level;
            sm_schedule_group((size_t)count_ranks(), level, (size_t)rank, &first);
            MPI_Comm_split(group, (int)first, rank, &next);
            MPI_Comm_free(&group);
            group = next;
            MPI_Comm_rank(group, &group_rank);
            MPI_Comm_size(group, &group_size);
        }
    }
    MPI_Comm_free(&group);
    return right;
}

/* A schedule with measurements at the levels of a pattern: bit l tells whether level l has any. */
static void lay(struct sm_schedule *schedule, unsigned pattern, size_t n_levels) {
    size_t n_used = 0, seen = 0;
    for (size_t level = 0; level < n_levels; level++) {
        n_used += pattern >> level & 1;
    }
    *schedule = (struct sm_schedule){.n_levels = n_levels};
    schedule->first = calloc(n_levels + 1, sizeof *schedule->first);
    schedule->order = calloc(N, sizeof *schedule->order);
    for (size_t level = 0; level < n_levels; level++) {
        seen += pattern >> level & 1;
        schedule->first[level + 1] = n_used ? N * seen / n_used : 0;
    }
    for (size_t i = 0; i < N; i++) {
        schedule->order[i] = (i * 7 + 3) % N;
    }
}

static size_t count_levels(void) {
    struct sm_schedule schedule;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    sm_schedule_build(NULL, 0, (size_t)count_ranks(), 1, &schedule, &error);
    size_t n_levels = schedule.n_levels;
    sm_schedule_free(&schedule);
    return n_levels;
}

/* Whether each measurement was worked on by exactly one group of its level. On the first rank. */
static bool groups_are_right(const struct sm_schedule *schedule, const int n_worked[N]) {
    size_t n_ranks = (size_t)count_ranks();
    bool right = true;
    for (size_t level = 0; level < schedule->n_levels; level++) {
        size_t first, largest = sm_schedule_group(n_ranks, level, 0, &first);
        size_t smallest = n_ranks >> level ? n_ranks >> level : 1;
        for (size_t i = schedule->first[level]; i < schedule->first[level + 1]; i++) {
            size_t n = (size_t)n_worked[schedule->order[i]];
            right = right && n >= smallest && n <= largest;
        }
    }
    return right;
}

/* Carry out a schedule. */
static void carry_out(unsigned pattern, struct ways ways) {
    size_t n_levels = count_levels();
    struct sm_schedule schedule;
    struct records records = {.texts_are_right = true, .is_settled = true, .kept = -1};
    struct sm_queue queue;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    const struct sm_queue_keeper keeper = {begin, describe, is_short, take_in, settle, &records};
    lay(&schedule, pattern, n_levels);
    bool right = sm_queue_open(MPI_COMM_WORLD, &schedule, &keeper, &queue, &error) == SPARSEMED_OK;
    if (ways.stop) {
        sm_queue_stop(&queue);
    }
    int own[N] = {0}, all[N] = {0};
    right = right && go_through(&queue, n_levels, &ways, own);
    sm_queue_close(&queue, do_nothing, NULL);
    MPI_Reduce(own, all, N, MPI_INT, MPI_SUM, 0, MPI_COMM_WORLD);
    if (this_rank() == 0) {
        bool any = schedule.first[n_levels] > 0 && !ways.stop;
        bool any_alone = any && schedule.first[n_levels] > schedule.first[n_levels - 1];
        right = right && records.n_wrong == 0 && records.is_settled && records.n_unsettled == 0 &&
                (records.n_kept > 0 || !any_alone);
        right = right && records.texts_are_right && (!any || groups_are_right(&schedule, all));
        for (size_t i = 0; i < N; i++) {
            right = right && records.described[i] == any && records.done[i] == (any && i < ways.drop) &&
                    records.dropped[i] == (any && i >= ways.drop) && records.n_ranks[i] == (size_t)all[i];
        }
    }
    sm_schedule_free(&schedule);
    assert_everywhere(right);
}

/* The first rank is still at work on its first measurement when all others ask for the last ones. */
static void nobody_waits_for_what_is_kept(void **state) {
    (void)state;
    struct sm_schedule schedule;
    struct records records = {.texts_are_right = true, .is_settled = true, .kept = -1};
    struct sm_queue queue;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    const struct sm_queue_keeper keeper = {begin, describe, is_short, take_in, settle, &records};
    size_t n_levels = count_levels();
    char text[SM_TASK_TEXT];
    lay(&schedule, 1u << (n_levels - 1), n_levels);
    bool right = sm_queue_open(MPI_COMM_WORLD, &schedule, &keeper, &queue, &error) == SPARSEMED_OK;
    struct sm_task task = {.index = -1};
    if (this_rank() == 0) {
        task = sm_queue_next(&queue, n_levels - 1, -1, NULL, false, text);
        right = right && task.index >= 0 && records.n_kept == 1;
        while (queue.n_finished < count_ranks() - 1) {
            sm_queue_serve(&queue);
        }
    }
    while (task.level < (int64_t)n_levels) {
        task = sm_queue_next(&queue, n_levels - 1, task.index, NULL, false, text);
        right = right && (this_rank() > 0 || count_ranks() == 1 || task.index < 0);
    }
    sm_queue_close(&queue, do_nothing, NULL);
    for (size_t i = 0; i < N && this_rank() == 0; i++) {
        right = right && records.described[i] == 1;
    }
    sm_schedule_free(&schedule);
    assert_everywhere(right);
}

static void each_is_worked_on_once_whatever_the_levels(void **state) {
    (void)state;
    for (unsigned pattern = 0; pattern < 1u << count_levels(); pattern++) {
        carry_out(pattern, (struct ways){.drop = N});
    }
}

static void results_may_come_late(void **state) {
    (void)state;
    for (unsigned pattern = 0; pattern < 1u << count_levels(); pattern++) {
        carry_out(pattern, (struct ways){.drop = N, .late = true});
    }
    carry_out(~0u, (struct ways){.drop = N, .stop = true, .late = true});
}

static void what_is_given_up_is_told(void **state) {
    (void)state;
    carry_out(~0u, (struct ways){.drop = N / 3});
}

static void nothing_is_handed_out_after_a_stop(void **state) {
    (void)state;
    carry_out(~0u, (struct ways){.drop = N, .stop = true});
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_worked_on_once_whatever_the_levels),
        cmocka_unit_test(results_may_come_late),
        cmocka_unit_test(nobody_waits_for_what_is_kept),
        cmocka_unit_test(what_is_given_up_is_told),
        cmocka_unit_test(nothing_is_handed_out_after_a_stop),
    };
    mpi_test_start(&argc, &argv);
    return mpi_test_finish(cmocka_run_group_tests(tests, NULL, NULL));
}
