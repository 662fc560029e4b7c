#include "rtdc/files/read_ahead.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rtdc/files/helper_thread.h"
#include "rtdc/files/path.h"
#include "rtdc/files/retry.h"

/* What becomes of a place for a file. Only the thread leads from WANTED and SPENT on. */
enum stage {
    FREE,
    WANTED, /* to be read, or under way */
    HERE,   /* read, or found not to be readable */
    TAKEN,
    SPENT, /* to be closed */
};

/* Its bytes stay allocated for the next one: fresh memory takes longer than reading. */
struct place {
    enum stage stage;
    char *path, *real_path; /* as it is known, and without links */
    uint64_t most;
    struct sm_memory_file file; /* its descriptor is -1 where it could not be read */
};

enum { N_PLACES = 2 }; /* for the file at work and the next one */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct place places[N_PLACES] = {{.file = {.descriptor = -1}}, {.file = {.descriptor = -1}}};
static bool runs;

/* ---- in the thread ---- */

static bool read_all(const struct sm_memory_file *file) {
    for (uint64_t done = 0; done < file->size;) {
        ssize_t n = SM_RETRY(pread(file->descriptor, file->bytes + done, file->size - done, (off_t)done));
        if (n <= 0) {
            return false;
        }
        done += (uint64_t)n;
    }
    return true;
}

static bool make_room(struct sm_memory_file *file) {
    if (file->capacity < file->size) {
        free(file->bytes);
        file->bytes = malloc(file->size);
        file->capacity = file->bytes ? file->size : 0;
    }
    return file->bytes;
}

/* Open the file, and read it where it is small. */
static void read_ahead(struct place *place) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    struct sm_memory_file *file = &place->file;
    if (sm_path_open(place->path, &file->descriptor, &ignored) != SPARSEMED_OK) {
        return;
    }
    if (fstat(file->descriptor, &file->state) != 0) {
        close(file->descriptor);
        file->descriptor = -1;
        return;
    }
    free(place->real_path);
    place->real_path = realpath(place->path, NULL);
    file->size = (uint64_t)file->state.st_size;
    file->is_on_disk = file->size == 0 || file->size > place->most || !make_room(file) || !read_all(file);
}

static void empty(struct place *place) {
    if (place->file.descriptor >= 0) {
        close(place->file.descriptor);
        place->file.descriptor = -1;
    }
}

static struct place *find_stage(enum stage stage) {
    for (struct place *place = places; place < places + N_PLACES; place++) {
        if (place->stage == stage) {
            return place;
        }
    }
    return NULL;
}

static void *serve(void *nothing) {
    pthread_mutex_lock(&lock);
    for (;;) {
        struct place *spent = find_stage(SPENT), *next = spent ? spent : find_stage(WANTED);
        if (!next) {
            pthread_cond_wait(&changed, &lock);
            continue;
        }
        pthread_mutex_unlock(&lock);
        empty(next);
        if (!spent) {
            read_ahead(next);
        }
        pthread_mutex_lock(&lock);
        next->stage = !spent ? HERE : next->stage == SPENT ? FREE : next->stage; /* it may be wanted again */
        pthread_cond_broadcast(&changed);
    }
    return nothing;
}

/* ---- in the thread that asks ---- */

static struct place *find_file(const char *path) {
    for (struct place *place = places; place < places + N_PLACES; place++) {
        if (place->stage != FREE && place->stage != SPENT && strcmp(place->path, path) == 0) {
            return place;
        }
    }
    return NULL;
}

/* A place for another file. NULL where there is none. */
static struct place *find_room(void) {
    struct place *unasked = find_stage(HERE);
    if (unasked) {
        empty(unasked);
        unasked->stage = FREE;
    }
    struct place *room = find_stage(FREE);
    return find_stage(WANTED) ? NULL : room ? room : find_stage(SPENT);
}

void sm_read_ahead_begin(const char *path, uint64_t most) {
    pthread_mutex_lock(&lock);
    struct place *place = find_file(path) ? NULL : find_room();
    char *copy = place && sm_helper_thread_start(serve, &runs) ? strdup(path) : NULL;
    if (copy) {
        free(place->path);
        place->path = copy;
        place->most = most < SM_READ_AHEAD_MOST ? most : SM_READ_AHEAD_MOST;
        place->stage = WANTED;
        pthread_cond_broadcast(&changed);
    }
    pthread_mutex_unlock(&lock);
}

/* Whether the path still leads to the file, which is as it was. */
static bool is_current(const char *path, const struct sm_memory_file *file) {
    const struct stat *then = &file->state;
    struct stat now;
    return file->descriptor >= 0 && stat(path, &now) == 0 && now.st_dev == then->st_dev && now.st_ino == then->st_ino &&
           now.st_size == then->st_size && now.st_mtim.tv_sec == then->st_mtim.tv_sec &&
           now.st_mtim.tv_nsec == then->st_mtim.tv_nsec;
}

/* Whether a file, or NULL, is not waited for any more. */
static bool is_settled(const void *data) {
    const struct place *place = data;
    return !place || place->stage != WANTED;
}

bool sm_read_ahead_waits(const char *path) {
    pthread_mutex_lock(&lock);
    bool settled = sm_helper_thread_wait(&changed, &lock, is_settled, find_file(path));
    pthread_mutex_unlock(&lock);
    return !settled;
}

struct sm_memory_file *sm_read_ahead_take(const char *path) {
    pthread_mutex_lock(&lock);
    struct place *place = find_file(path);
    bool had = place && place->stage == HERE;
    if (had) {
        place->stage = TAKEN;
    }
    pthread_mutex_unlock(&lock);
    if (had && !is_current(path, &place->file)) {
        sm_read_ahead_end(&place->file);
        had = false;
    }
    return had ? &place->file : NULL;
}

const char *sm_read_ahead_real_path(const struct sm_memory_file *file) {
    const struct place *place = places;
    while (file != &place->file) {
        place++;
    }
    return place->real_path;
}

void sm_read_ahead_spare(struct sm_memory_file *file) {
    free(file->bytes);
    file->bytes = NULL;
    file->capacity = 0;
    file->is_on_disk = true;
}

void sm_read_ahead_end(struct sm_memory_file *file) {
    pthread_mutex_lock(&lock);
    for (struct place *place = places; place < places + N_PLACES; place++) {
        place->stage = file == &place->file ? SPENT : place->stage;
    }
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}
