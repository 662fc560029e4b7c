/* To be loaded before the program: in the process of a trial, HDF5 crashes on a file whose name begins with "crash-",
 * and never returns from one whose name begins with "loop". */
#include <dlfcn.h>
#include <hdf5.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

hid_t H5Fopen(const char *path, unsigned flags, hid_t access) {
    static hid_t (*next)(const char *, unsigned, hid_t);
    char process[16] = "";
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    prctl(PR_GET_NAME, process);
    if (strcmp(process, "sparsemed-trial") == 0) {
        if (strncmp(name, "crash-", strlen("crash-")) == 0) {
            raise(SIGSEGV);
        }
        for (volatile int forever = strncmp(name, "loop", strlen("loop")) == 0; forever;) {
        }
    }
    *(void **)&next = dlsym(RTLD_NEXT, "H5Fopen");
    return next(path, flags, access);
}
