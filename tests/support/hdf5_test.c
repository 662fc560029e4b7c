#include "support/hdf5_test.h"

#include <hdf5.h>

#include "rtdc/hdf5/hdf5.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
/* Damaged files ask for much memory: let malloc return NULL then, as it may without the sanitizer. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "allocator_may_return_null=1:max_allocation_size_mb=256";
}
#else
#define __lsan_do_recoverable_leak_check() 0
#endif

int hdf5_test_start(void **state) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    return scratch_create(state) == 0 && sm_hdf5_start(&error) == SPARSEMED_OK ? 0 : -1;
}

int nothing_is_open(void **state) {
    (void)state;
    hid_t objects[64];
    ssize_t n_open = H5Fget_obj_ids((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL, LENGTH(objects), objects);
    if (n_open != 0) {
        print_error("%zd objects of HDF5 are still open\n", n_open);
    }
    for (ssize_t i = 0; i < n_open; i++) {
        H5Idec_ref(objects[i]); /* so that the next test can pass */
    }
    return n_open == 0 ? 0 : -1;
}

int nothing_is_left(void **state) {
    bool closed = nothing_is_open(state) == 0;
    return closed && __lsan_do_recoverable_leak_check() == 0 ? 0 : -1;
}
