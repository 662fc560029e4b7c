#include "cli/about.h"

#include <hdf5.h>
#include <jansson.h>
#include <libdeflate.h>
#include <limits.h>
#include <mpi.h>
#include <nettle/version.h>
#include <png.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "cli/tell.h"
#include "parallel/memory_limit.h"
#include "parallel/mpi_io.h"
#include "rtdc/layout.h"
#include "sparsemed/instruction_set.h"

static void tell_mpi(void) {
    char version[MPI_MAX_LIBRARY_VERSION_STRING];
    int length, major, minor, n_ranks;
    MPI_Get_library_version(version, &length);
    version[strcspn(version, "\n")] = '\0';
    MPI_Get_version(&major, &minor);
    MPI_Comm_size(MPI_COMM_WORLD, &n_ranks);
    for (char *tab; (tab = strchr(version, '\t'));) {
        *tab = ' ';
    }
    sm_tell(stdout, "MPI: %s (MPI %d.%d), %d %s", version, major, minor, n_ranks, n_ranks == 1 ? "rank" : "ranks");
}

static void tell_mpi_io(void) {
    const char *reason;
    enum sm_mpi_io mpi_io = sm_mpi_io_ask(&reason);
    sm_tell(stdout, "MPI-IO: %s%s",
            mpi_io == SM_ROMIO          ? sm_mpi_io_is_deaf() ? "ROMIO, which needs locks for several ranks" : "ROMIO"
            : mpi_io == SM_OTHER_MPI_IO ? "not ROMIO; one rank writes for all"
                                        : "none: ",
            reason);
}

static void tell_libraries(void) {
    unsigned major, minor, release;
    H5get_libversion(&major, &minor, &release);
    printf("HDF5: %u.%u.%u, compiled with %d.%d.%d\n", major, minor, release, H5_VERS_MAJOR, H5_VERS_MINOR,
           H5_VERS_RELEASE);
    printf("zstd: %s\nlibdeflate: %s\njansson: %s\nnettle: %d.%d\nlibpng: %s\n", ZSTD_versionString(),
           LIBDEFLATE_VERSION_STRING, JANSSON_VERSION, NETTLE_VERSION_MAJOR, NETTLE_VERSION_MINOR,
           png_get_libpng_ver(NULL));
}

static void tell_instruction_set(void) {
    enum sparsemed_instruction_set set;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    sm_tell(stdout, "instruction set: %s",
            sparsemed_instruction_set_choose(&set, &error) == SPARSEMED_OK ? sparsemed_instruction_set_name(set)
                                                                           : error.message);
}

/* By default; collective. */
static void tell_memory(int rank) {
    const double mega = 1e6;
    uint64_t n_bytes = sm_memory_share(MPI_COMM_WORLD);
    if (rank == 0) {
        sm_tell(stdout, "memory of a rank: %.0f MB (--max-memory)", (double)n_bytes / mega);
    }
}

/* The folder lies where it was installed beside the program, or in the build tree. */
static void tell_plugins(void) {
    static const char *const places[] = {SM_PLUGINS_FROM_PROGRAM, "../plugins"};
    char program[PATH_MAX], path[PATH_MAX + sizeof SM_PLUGINS_FROM_PROGRAM], real[PATH_MAX] = "not found";
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = '\0';
    char *end = strrchr(program, '/');
    for (size_t i = 0; end && i < sizeof places / sizeof *places; i++) {
        *end = '\0';
        snprintf(path, sizeof path, "%s/%s", program, places[i]);
        if (realpath(path, real)) {
            break;
        }
        strcpy(real, "not found");
    }
    sm_tell(stdout, "plugins: %s", real);
}

void sm_about_tell(void) {
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    if (rank == 0) {
        puts(SM_SOFTWARE);
        tell_mpi();
        tell_mpi_io();
        tell_libraries();
        tell_instruction_set();
        tell_plugins();
    }
    tell_memory(rank);
}
