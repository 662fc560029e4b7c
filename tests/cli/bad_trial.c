/* To be loaded before the program: in the process of a trial, HDF5 crashes on a file whose name begins with "crash-",
 * and on the next one after one whose name begins with "spoil-", ends the process at one whose name begins with
 * "leave-", never returns from one whose name begins with "loop", and cannot open one whose name begins with "hungry"
 * where a trial may not have 64 GiB of memory. */
#include <dlfcn.h>
#include <hdf5.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Whether there are so many addresses to be had; none of the memory is used. */
static bool may_have(size_t n_bytes) {
    return mmap(NULL, n_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED;
}

hid_t H5Fopen(const char *path, unsigned flags, hid_t access) {
    static hid_t (*next)(const char *, unsigned, hid_t);
    static bool is_spoiled;
    char process[16] = "";
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    prctl(PR_GET_NAME, process);
    if (strcmp(process, "sparsemed-trial") == 0) {
        if (is_spoiled || strncmp(name, "crash-", strlen("crash-")) == 0) {
            raise(SIGSEGV);
        }
        if (strncmp(name, "leave-", strlen("leave-")) == 0) {
            _exit(0);
        }
        is_spoiled = strncmp(name, "spoil-", strlen("spoil-")) == 0;
        if (strncmp(name, "hungry", strlen("hungry")) == 0 && !may_have((size_t)64 << 30)) {
            return H5I_INVALID_HID;
        }
        for (volatile int forever = strncmp(name, "loop", strlen("loop")) == 0; forever;) {
        }
    }
    *(void **)&next = dlsym(RTLD_NEXT, "H5Fopen");
    return next(path, flags, access);
}
