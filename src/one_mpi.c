/* For CMake: fails where HDF5 has another MPI than the program, and tells both. */
#include <dlfcn.h>
#include <hdf5.h>
#include <mpi.h>
#include <stdio.h>

/* The file that an address is in. */
static const char *file_of(void *address) {
    Dl_info info;
    return address && dladdr(address, &info) ? info.dli_fname : "none";
}

int main(void) {
    volatile int never = 0;
    if (never) { /* both libraries are needed */
        MPI_Finalize();
        H5close();
    }
    void *hdf5 = dlopen(file_of(dlsym(RTLD_DEFAULT, "H5open")), RTLD_LAZY); /* NULL where it is linked statically */
    void *ours = dlsym(RTLD_DEFAULT, "MPI_Init"), *theirs = hdf5 ? dlsym(hdf5, "MPI_Init") : ours;
    printf("  the program: %s\n  HDF5:        %s\n", file_of(ours), file_of(theirs));
    return theirs && theirs != ours;
}
