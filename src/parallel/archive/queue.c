#include "parallel/archive/queue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "parallel/headway.h"
#include "parallel/messages.h"

/* A message with which a group asks: a head, and the result behind it as text. The answer: a task, and the text of it
 * behind it. */
struct head {
    int64_t level, done; /* a level of -1: a result is told only */
    int64_t has_result, owes;
};

/* A rank whose memory is out still asks, and is answered: others are at work. So there is room for messages from the
 * beginning; most results fit into that. */
enum { ROOM = 1 << 16 };

/* Make the room larger. Returns false where memory is out; then it is as before. */
static bool make_room(struct sm_queue *queue, size_t size) {
    char *larger = size > queue->room_size ? realloc(queue->room, size) : NULL;
    if (larger) {
        queue->room = larger;
        queue->room_size = size;
    }
    return size <= queue->room_size;
}

enum sparsemed_status sm_queue_open(MPI_Comm comm, const struct sm_schedule *schedule,
                                    const struct sm_queue_keeper *keeper, struct sm_queue *queue,
                                    struct sparsemed_error *error) {
    *queue = (struct sm_queue){.schedule = schedule, .keeper = keeper};
    MPI_Comm_dup(comm, &queue->comm);
    MPI_Comm_rank(queue->comm, &queue->rank);
    MPI_Comm_size(queue->comm, &queue->n_ranks);
    if (!make_room(queue, ROOM)) {
        return sparsemed_fail_memory(error, "preparing to hand out work");
    }
    if (queue->rank > 0) {
        return SPARSEMED_OK;
    }
    queue->next = malloc(schedule->n_levels * sizeof *queue->next);
    queue->kept = malloc((size_t)queue->n_ranks * sizeof *queue->kept);
    size_t n = schedule->first[schedule->n_levels];
    queue->order = malloc((n + 1) * sizeof *queue->order);
    queue->askers = malloc((size_t)queue->n_ranks * sizeof *queue->askers);
    if (!queue->next || !queue->kept || !queue->order || !queue->askers) {
        return sparsemed_fail_memory(error, "preparing to hand out work");
    }
    if (n > 0) {
        memcpy(queue->order, schedule->order, n * sizeof *queue->order);
    }
    memcpy(queue->next, schedule->first, schedule->n_levels * sizeof *queue->next);
    for (int rank = 0; rank < queue->n_ranks; rank++) {
        queue->kept[rank] = SIZE_MAX;
    }
    return SPARSEMED_OK;
}

/* ---- on the first rank ---- */

static bool is_of_level(const struct sm_queue *queue, size_t position, size_t level) {
    return position >= queue->schedule->first[level] && position < queue->schedule->first[level + 1];
}

/* The rank for which the first measurement of a level is kept that is kept for any; -1: there is none. */
static int find_kept(const struct sm_queue *queue, size_t level) {
    int found = -1;
    for (int rank = 0; rank < queue->n_ranks; rank++) {
        if (is_of_level(queue, queue->kept[rank], level) && (found < 0 || queue->kept[rank] < queue->kept[found])) {
            found = rank;
        }
    }
    return found;
}

static bool has_new(const struct sm_queue *queue, size_t level) {
    return is_of_level(queue, queue->next[level], level);
}

static bool has_any(const struct sm_queue *queue, size_t level) {
    return !queue->closed && (has_new(queue, level) || find_kept(queue, level) >= 0);
}

/* Take a measurement of a level that has any: what is kept for the rank that asks, or is new, or is kept for another.
 */
static size_t take(struct sm_queue *queue, size_t level, int rank) {
    if (!is_of_level(queue, queue->kept[rank], level)) {
        if (has_new(queue, level)) {
            return queue->next[level]++;
        }
        rank = find_kept(queue, level);
    }
    size_t position = queue->kept[rank];
    queue->kept[rank] = SIZE_MAX;
    return position;
}

/* The next task of a level, or where to look on. */
static struct sm_task next_of(struct sm_queue *queue, size_t level, int rank) {
    size_t last = queue->schedule->n_levels - 1;
    if (level <= last && has_any(queue, level)) {
        return (struct sm_task){(int64_t)queue->order[take(queue, level, rank)], (int64_t)level};
    }
    size_t after = level + 1;
    while (after < last && !has_any(queue, after)) {
        after++;
    }
    return (struct sm_task){-1, (int64_t)(after < last || level < last ? after : last + 1)};
}

static void take_in(const struct sm_queue *queue, int64_t done, const char *result) {
    if (done >= 0) {
        queue->keeper->take_in((size_t)done, result, queue->keeper->data);
    }
}

/* Keep a measurement of a level for a rank: the one whose turn it would be once every other rank has taken one, so that
 * those that take longer are begun before it. Returns its number; -1: none is kept. */
static int64_t keep(struct sm_queue *queue, size_t level, int rank) {
    size_t first = queue->next[level], n_others = (size_t)queue->n_ranks - 1, position = first + n_others;
    if (!is_of_level(queue, position, level) || !queue->keeper->is_short(queue->order[position], queue->keeper->data)) {
        return -1;
    }
    size_t index = queue->order[position];
    memmove(queue->order + first + 1, queue->order + first, n_others * sizeof *queue->order);
    queue->order[first] = index;
    queue->kept[rank] = queue->next[level]++;
    return (int64_t)index;
}

static size_t count_group(const struct sm_queue *queue, const struct sm_task *task, int rank) {
    size_t first;
    return sm_schedule_group((size_t)queue->n_ranks, (size_t)task->level, (size_t)rank, &first);
}

/* Find a task for a rank that asks, and have the keeper note that its group begins with it. */
static struct sm_task begin(struct sm_queue *queue, size_t level, int rank) {
    struct sm_task task = next_of(queue, level, rank);
    if (task.index >= 0) {
        queue->keeper->begin((size_t)task.index, count_group(queue, &task, rank), queue->keeper->data);
    }
    return task;
}

/* Have the keeper write down what the group needs to know whose first rank asks; nothing where there is no task. */
static size_t describe(struct sm_queue *queue, const struct sm_task *task, int rank, char *text) {
    if (task->index < 0) {
        return 0;
    }
    int64_t next = count_group(queue, task, rank) == 1 ? keep(queue, (size_t)task->level, rank) : -1;
    return queue->keeper->describe((size_t)task->index, next, text, queue->keeper->data);
}

/* Receive one question, and take in the result that comes with it. */
static struct sm_asker receive(struct sm_queue *queue, const MPI_Status *status) {
    int size;
    MPI_Get_count(status, MPI_BYTE, &size);
    if (!make_room(queue, (size_t)size + 1)) { /* the rank waits for an answer to what cannot be received */
        fputs("sparsemed: out of memory while handing out work\n", stderr);
        MPI_Abort(queue->comm, SPARSEMED_INTERNAL);
    }
    MPI_Recv(queue->room, size, MPI_BYTE, status->MPI_SOURCE, SM_TAG_ASK, queue->comm, MPI_STATUS_IGNORE);
    queue->room[size] = '\0';
    struct head head;
    memcpy(&head, queue->room, sizeof head);
    take_in(queue, head.done, head.has_result ? queue->room + sizeof head : NULL);
    return (struct sm_asker){
        .rank = status->MPI_SOURCE, .level = (size_t)head.level, .asks = head.level >= 0, .owes = head.owes};
}

static void answer(struct sm_queue *queue, const struct sm_asker *asker) {
    const struct sm_task *task = &asker->task;
    char reply[sizeof *task + SM_TASK_TEXT];
    size_t text_size = describe(queue, task, asker->rank, reply + sizeof *task);
    memcpy(reply, task, sizeof *task);
    queue->n_finished += task->level == (int64_t)queue->schedule->n_levels && !asker->owes;
    MPI_Send(reply, sm_message_count(sizeof *task + text_size), MPI_BYTE, asker->rank, SM_TAG_ANSWER, queue->comm);
}

/* A disk takes as long for one line as for many, and with many ranks there are always some that wait. So all results
 * that are there are taken in, and all that is begun is noted, before any question is answered. */
void sm_queue_serve(struct sm_queue *queue) {
    int asked = queue->rank == 0, n = 0;
    while (asked && n < queue->n_ranks) {
        MPI_Status status;
        MPI_Iprobe(MPI_ANY_SOURCE, SM_TAG_ASK, queue->comm, &asked, &status);
        if (asked) {
            queue->askers[n++] = receive(queue, &status);
        }
    }
    for (int i = 0; i < n; i++) {
        struct sm_asker *asker = &queue->askers[i];
        asker->task = asker->asks ? begin(queue, asker->level, asker->rank) : (struct sm_task){.index = -1};
    }
    if (n > 0) {
        queue->keeper->settle(queue->keeper->data);
    }
    for (int i = 0; i < n; i++) {
        if (queue->askers[i].asks) {
            answer(queue, &queue->askers[i]);
        }
    }
}

void sm_queue_stop(struct sm_queue *queue) {
    queue->closed = true;
}

/* ---- on all ranks ---- */

/* Send the first rank a question. */
static void ask(struct sm_queue *queue, int64_t level, int64_t done, const char *result, bool owes) {
    size_t size = result ? strlen(result) : 0;
    if (!make_room(queue, sizeof(struct head) + size)) {
        result = NULL; /* it is to be done once more */
        size = 0;
    }
    struct head head = {level, done, result != NULL, owes};
    memcpy(queue->room, &head, sizeof head);
    memcpy(queue->room + sizeof head, result ? result : "", size);
    MPI_Send(queue->room, sm_message_count(sizeof head + size), MPI_BYTE, 0, SM_TAG_ASK, queue->comm);
}

struct sm_task sm_queue_next(struct sm_queue *queue, size_t level, int64_t done, const char *result, bool owes,
                             char *text) {
    struct sm_task task;
    if (queue->rank == 0) {
        take_in(queue, done, result);
        task = begin(queue, level, 0);
        queue->keeper->settle(queue->keeper->data);
        describe(queue, &task, 0, text);
        return task;
    }
    char reply[sizeof task + SM_TASK_TEXT];
    MPI_Status status;
    int reply_size;
    sm_headway_wait("asking for work");
    ask(queue, (int64_t)level, done, result, owes);
    MPI_Recv(reply, sizeof reply, MPI_BYTE, 0, SM_TAG_ANSWER, queue->comm, &status);
    MPI_Get_count(&status, MPI_BYTE, &reply_size);
    memcpy(&task, reply, sizeof task);
    memcpy(text, reply + sizeof task, (size_t)reply_size - sizeof task);
    return task;
}

void sm_queue_tell(struct sm_queue *queue, int64_t done, const char *result) {
    if (queue->rank > 0) {
        ask(queue, -1, done, result, false);
    } else {
        take_in(queue, done, result);
        queue->keeper->settle(queue->keeper->data);
    }
}

void sm_queue_close(struct sm_queue *queue, bool (*meanwhile)(void *data), void *data) {
    sm_headway_wait("waiting for all");
    for (sm_queue_serve(queue); queue->rank == 0 && queue->n_finished < queue->n_ranks - 1; sm_queue_serve(queue)) {
        const struct timespec moment = {0, 100000};
        nanosleep(&moment, NULL);
        meanwhile(data);
    }
    free(queue->room);
    free(queue->next);
    free(queue->kept);
    free(queue->order);
    free(queue->askers);
    MPI_Comm_free(&queue->comm);
}
