#include "rtdc/files/file_state.h"

struct sm_file_state sm_file_state_of(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 ? sm_file_state_from(&info) : (struct sm_file_state){0};
}

struct sm_file_state sm_file_state_of_descriptor(int descriptor) {
    struct stat info;
    return fstat(descriptor, &info) == 0 ? sm_file_state_from(&info) : (struct sm_file_state){0};
}

struct sm_file_state sm_file_state_from(const struct stat *info) {
    return (struct sm_file_state){
        .size = (uint64_t)info->st_size,
        /* beyond the year 2262 it is some other number, which does as well */
        .modified = (int64_t)((uint64_t)info->st_mtim.tv_sec * 1000000000 + (uint64_t)info->st_mtim.tv_nsec),
    };
}

bool sm_file_state_equal(struct sm_file_state a, struct sm_file_state b) {
    return a.size == b.size && a.modified == b.modified;
}
