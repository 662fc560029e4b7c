#include "parallel/status/sightings.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "parallel/seconds.h"
#include "parallel/status/heartbeat.h"
#include "rtdc/files/path.h"
#include "rtdc/files/retry.h"

enum { MOST_BYTES = 16 << 20 /* of a heartbeat */ };

/* ---- judging ---- */

/* In intervals: a minute, ten, and as long as it is watched where it may be either. */
static const double young = 12, old = 120, patience = 2.5;

enum sm_liveness sm_beat_judge(const struct sm_beat *beat) {
    double limit = young * beat->interval;
    if (beat->unchanged >= limit) {
        return SM_SILENT;
    }
    if (beat->changed || (beat->age <= limit && beat->age >= -limit)) {
        return SM_LIVES;
    }
    bool sure = beat->age > old * beat->interval || beat->unchanged >= patience * beat->interval;
    return sure ? SM_SILENT : SM_DOUBTFUL;
}

/* ---- one heartbeat ---- */

/* The text of a file. NULL where it is none, too long, or memory is out. To be released with free. */
static char *read_text(int descriptor, const struct stat *info) {
    if (!S_ISREG(info->st_mode) || info->st_size > MOST_BYTES) {
        return NULL;
    }
    char *text = malloc((size_t)info->st_size + 1);
    ssize_t length = text ? SM_RETRY(pread(descriptor, text, (size_t)info->st_size, 0)) : -1;
    if (length < 0) {
        free(text);
        return NULL;
    }
    text[length] = '\0';
    return text;
}

/* Take in what an open file tells, which has changed. Returns false where it is no heartbeat; nothing has changed then.
 */
static bool take_in(struct sm_sighting *sighting, int descriptor, const struct stat *info) {
    struct sm_pulse pulse = {0};
    char *text = read_text(descriptor, info);
    bool is_pulse = text && sm_pulse_read(text, &pulse);
    free(text);
    if (!is_pulse) {
        sm_pulse_free(&pulse);
        return false;
    }
    bool known = sighting->since > 0;
    sm_pulse_free(&sighting->pulse);
    sighting->pulse = pulse;
    sighting->state = sm_file_state_from(info);
    sighting->inode = info->st_ino;
    sighting->since = sm_seconds_now();
    sighting->beat.changed = known;
    sighting->beat.interval = pulse.interval;
    return true;
}

/* Look at one. Returns false where there is none. */
static bool look(struct sm_sighting *sighting, const char *path) {
    struct stat info;
    struct timespec now;
    /* Never a link, which may lead to anything, and a pipe is not waited for. */
    int descriptor = SM_RETRY(open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    bool is_there = descriptor >= 0 && fstat(descriptor, &info) == 0;
    if (is_there && (sighting->since == 0 || sighting->inode != info.st_ino ||
                     !sm_file_state_equal(sighting->state, sm_file_state_from(&info)))) {
        is_there = take_in(sighting, descriptor, &info) || sighting->since > 0;
    }
    if (descriptor >= 0) {
        close(descriptor);
    }
    if (is_there) {
        clock_gettime(CLOCK_REALTIME, &now);
        sighting->beat.age = (double)now.tv_sec + 1e-9 * (double)now.tv_nsec - 1e-9 * (double)sighting->state.modified;
        sighting->beat.unchanged = sm_seconds_now() - sighting->since;
        sighting->liveness = sm_beat_judge(&sighting->beat);
    }
    return is_there;
}

/* ---- all of them ---- */

static void release(struct sm_sighting *sighting) {
    free(sighting->name);
    sm_pulse_free(&sighting->pulse);
}

/* The sighting of this name, or a new one. NULL where memory is out. */
static struct sm_sighting *find(struct sm_sightings *sightings, const char *name) {
    for (size_t i = 0; i < sightings->n; i++) {
        if (strcmp(sightings->list[i].name, name) == 0) {
            return &sightings->list[i];
        }
    }
    if (sightings->n == sightings->capacity) {
        size_t capacity = 2 * sightings->capacity + 16;
        struct sm_sighting *list = realloc(sightings->list, capacity * sizeof *list);
        if (!list) {
            return NULL;
        }
        sightings->list = list;
        sightings->capacity = capacity;
    }
    char *copy = strdup(name);
    if (copy) {
        sightings->list[sightings->n] = (struct sm_sighting){.name = copy};
    }
    return copy ? &sightings->list[sightings->n++] : NULL;
}

/* Drop those that are not there any more. */
static void settle(struct sm_sightings *sightings) {
    size_t n = 0;
    for (size_t i = 0; i < sightings->n; i++) {
        if (sightings->list[i].is_there) {
            sightings->list[n++] = sightings->list[i];
        } else {
            release(&sightings->list[i]);
        }
    }
    sightings->n = n;
}

/* Look at the heartbeat of this name. */
static void look_at(struct sm_sightings *sightings, const char *journal, const char *name,
                    struct sparsemed_error *error) {
    struct sm_sighting *sighting = find(sightings, name);
    char *path = sm_path_beside(journal, name);
    if (sighting && path) {
        sighting->is_there = look(sighting, path);
    } else {
        sparsemed_fail_memory(error, "looking for jobs");
    }
    free(path);
}

static int compare(const void *left, const void *right) {
    const struct sm_sighting *a = left, *b = right;
    return strcmp(a->name, b->name);
}

enum sparsemed_status sm_sightings_look(const char *journal, struct sm_sightings *sightings,
                                        struct sparsemed_error *error) {
    DIR *folder = sm_path_open_folder(journal);
    if (!folder) {
        return errno == ENOMEM ? sparsemed_fail_memory(error, "looking for jobs")
                               : sparsemed_fail(error, SPARSEMED_INPUT, "%s: its folder cannot be read: %s", journal,
                                                strerror(errno));
    }
    for (size_t i = 0; i < sightings->n; i++) {
        sightings->list[i].is_there = false;
    }
    while (error->status == SPARSEMED_OK) {
        errno = 0;
        const struct dirent *entry = readdir(folder);
        if (!entry) {
            break;
        }
        if (sm_heartbeat_belongs(entry->d_name, journal)) {
            look_at(sightings, journal, entry->d_name, error);
        }
    }
    if (error->status == SPARSEMED_OK && errno != 0) {
        sparsemed_fail(error, SPARSEMED_INPUT, "%s: its folder cannot be read: %s", journal, strerror(errno));
    }
    closedir(folder);
    settle(sightings);
    if (sightings->n > 0) {
        qsort(sightings->list, sightings->n, sizeof *sightings->list, compare);
    }
    return error->status;
}

size_t sm_sightings_count(const struct sm_sightings *sightings, enum sm_liveness liveness) {
    size_t n = 0;
    for (size_t i = 0; i < sightings->n; i++) {
        n += sightings->list[i].liveness == liveness;
    }
    return n;
}

bool sm_sightings_go_on(const struct sm_sightings *sightings) {
    bool go_on = false;
    for (size_t i = 0; i < sightings->n; i++) {
        const struct sm_beat *beat = &sightings->list[i].beat;
        go_on |= sightings->list[i].liveness != SM_SILENT || (beat->changed && beat->unchanged < old * beat->interval);
    }
    return go_on;
}

void sm_sightings_free(struct sm_sightings *sightings) {
    for (size_t i = 0; i < sightings->n; i++) {
        release(&sightings->list[i]);
    }
    free(sightings->list);
    *sightings = (struct sm_sightings){0};
}
