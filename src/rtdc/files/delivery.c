#include "rtdc/files/delivery.h"

#include <assert.h>
#include <pthread.h>

#include "rtdc/files/helper_thread.h"

enum sparsemed_status sm_deliver(struct sm_delivery *delivery, struct sm_file_state *output,
                                 struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    struct sm_temporary *temporary = &delivery->temporary;
    *output = (struct sm_file_state){0};
    if (sm_workpiece_flush(&delivery->workpiece, temporary->output, error) != SPARSEMED_OK) {
        sm_temporary_discard(temporary, error);
    } else if (sm_temporary_keep(temporary, delivery->replace, error) == SPARSEMED_OK) {
        *output = sm_file_state_of_descriptor(delivery->workpiece.descriptor);
    }
    sm_workpiece_close(&delivery->workpiece);
    *delivery = SM_NO_DELIVERY;
    return error->status;
}

/* ---- aside ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool runs;

/* What is delivered aside. Between begin and end it is the thread's while it is under way. */
static struct {
    bool is_begun, is_under_way;
    struct sm_delivery delivery;
    struct sm_file_state output;
    struct sparsemed_error error;
} aside;

static void *serve(void *nothing) {
    pthread_mutex_lock(&lock);
    for (;;) {
        while (!aside.is_under_way) {
            pthread_cond_wait(&changed, &lock);
        }
        pthread_mutex_unlock(&lock);
        sm_deliver(&aside.delivery, &aside.output, &aside.error);
        pthread_mutex_lock(&lock);
        aside.is_under_way = false;
        pthread_cond_broadcast(&changed);
    }
    return nothing;
}

void sm_delivery_begin(struct sm_delivery *delivery) {
    assert(!aside.is_begun && delivery->temporary.path);
    pthread_mutex_lock(&lock);
    aside.is_begun = true;
    aside.delivery = *delivery;
    aside.error = SPARSEMED_NO_ERROR;
    *delivery = SM_NO_DELIVERY;
    if (sm_helper_thread_start(serve, &runs)) {
        aside.is_under_way = true;
        pthread_cond_broadcast(&changed);
    } else {
        sm_deliver(&aside.delivery, &aside.output, &aside.error);
    }
    pthread_mutex_unlock(&lock);
}

static bool is_over(const void *nothing) {
    (void)nothing;
    return !aside.is_under_way;
}

bool sm_delivery_is_under_way(void) {
    pthread_mutex_lock(&lock);
    bool under_way = aside.is_under_way;
    pthread_mutex_unlock(&lock);
    return under_way;
}

bool sm_delivery_waits(void) {
    pthread_mutex_lock(&lock);
    bool over = sm_helper_thread_wait(&changed, &lock, is_over, NULL);
    pthread_mutex_unlock(&lock);
    return !over;
}

enum sparsemed_status sm_delivery_end(struct sm_file_state *output, struct sparsemed_error *error) {
    assert(aside.is_begun && error->status == SPARSEMED_OK);
    while (sm_delivery_waits()) {
    }
    aside.is_begun = false;
    *output = aside.output;
    *error = aside.error;
    return error->status;
}
