#include "parallel/memory_limit.h"

#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/numbers.h"

/* ---- as people write it ---- */

bool sm_memory_parse(const char *text, uint64_t *n_bytes) {
    static const char units[] = "KMGT";
    const char *digits_end = text + strspn(text, "0123456789.");
    char *end;
    double number = strtod(text, &end);
    if (end == text || end != digits_end) { /* strtod takes signs, exponents and words, too */
        return false;
    }
    const char *unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
    for (const char *one = units; unit && one <= unit; one++) {
        number *= 1024;
    }
    if ((*end && (!unit || end[1])) || (number > 0 && number < 1) || !(number < (double)UINT64_MAX)) {
        return false;
    }
    *n_bytes = number > 0 ? (uint64_t)number : UINT64_MAX;
    return true;
}

/* ---- what there is ---- */

/* The number in a file; UINT64_MAX where it has none, such as "max", or is missing. */
static uint64_t read_limit(const char *folder, const char *name) {
    char path[PATH_MAX];
    uint64_t limit = UINT64_MAX;
    FILE *file = snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path ? fopen(path, "re") : NULL;
    if (file) {
        if (fscanf(file, "%" SCNu64, &limit) != 1) {
            limit = UINT64_MAX;
        }
        fclose(file);
    }
    return limit;
}

/* The least limit of a group and of those that it is in.
 *
 * mount   where its hierarchy is
 * group   path below that; changed */
static uint64_t least_limit(const char *mount, char *group, const char *name) {
    char folder[PATH_MAX];
    uint64_t least = read_limit(mount, name);
    while (*group) {
        if (snprintf(folder, sizeof folder, "%s%s", mount, group) < (int)sizeof folder) {
            least = sm_min(least, read_limit(folder, name));
        }
        char *slash = strrchr(group, '/');
        *(slash ? slash : group) = '\0';
    }
    return least;
}

/* Whether a list such as "cpu,memory" has the word. */
static bool lists_memory(char *controllers) {
    char *rest;
    for (char *word = strtok_r(controllers, ",", &rest); word; word = strtok_r(NULL, ",", &rest)) {
        if (strcmp(word, "memory") == 0) {
            return true;
        }
    }
    return false;
}

/* What a line of the file allows: NUMBER:CONTROLLERS:GROUP, of version 2 without controllers. */
static uint64_t limit_of_line(char *line, const char *mounts) {
    char mount[PATH_MAX];
    char *controllers = strchr(line, ':'), *group = controllers ? strchr(controllers + 1, ':') : NULL;
    line[strcspn(line, "\n")] = '\0';
    if (!group) {
        return UINT64_MAX;
    }
    *controllers++ = *group++ = '\0';
    if (!*controllers) {
        return least_limit(mounts, group, "memory.max");
    }
    if (!lists_memory(controllers) || snprintf(mount, sizeof mount, "%s/memory", mounts) >= (int)sizeof mount) {
        return UINT64_MAX;
    }
    return least_limit(mount, group, "memory.limit_in_bytes");
}

uint64_t sm_memory_of_groups(const char *groups, const char *mounts) {
    FILE *file = fopen(groups, "re");
    uint64_t least = UINT64_MAX;
    char *line = NULL;
    size_t capacity = 0;
    while (file && getline(&line, &capacity, file) >= 0) {
        least = sm_min(least, limit_of_line(line, mounts));
    }
    free(line);
    if (file) {
        fclose(file);
    }
    return least;
}

uint64_t sm_memory_share(MPI_Comm comm) {
    MPI_Comm node;
    int n_there;
    MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
    MPI_Comm_size(node, &n_there);
    MPI_Comm_free(&node);
    uint64_t there = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE), least;
    uint64_t own = sm_min(there, sm_memory_of_groups("/proc/self/cgroup", "/sys/fs/cgroup")) / (uint64_t)n_there;
    MPI_Allreduce(&own, &least, 1, MPI_UINT64_T, MPI_MIN, comm);
    return least;
}
