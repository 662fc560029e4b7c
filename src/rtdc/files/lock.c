#include "rtdc/files/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>

#include "rtdc/files/retry.h"

/* The lock is on one byte far behind any data: MPI-IO may take locks of its own where it writes. */
static struct flock lock_of(short type) {
    return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = INT64_MAX - 1, .l_len = 1};
}

bool sm_lock_file(int descriptor) {
    struct flock lock = lock_of(F_WRLCK);
    return SM_RETRY(fcntl(descriptor, F_OFD_SETLK, &lock)) == 0 || (errno != EAGAIN && errno != EACCES);
}

void sm_unlock_file(int descriptor) {
    struct flock lock = lock_of(F_UNLCK);
    fcntl(descriptor, F_OFD_SETLK, &lock);
}
