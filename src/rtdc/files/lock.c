#include "rtdc/files/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>

#include "rtdc/files/retry.h"

/* The lock is on one byte far behind any data: MPI-IO may take locks of its own where it writes. */
bool sm_lock_file(int descriptor) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = INT64_MAX - 1, .l_len = 1};
    return SM_RETRY(fcntl(descriptor, F_OFD_SETLK, &lock)) == 0 || (errno != EAGAIN && errno != EACCES);
}
