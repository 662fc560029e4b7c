/* The order matters. The process that tries out files is forked before MPI starts, as a process that has MPI had better
 * not fork. HDF5 is opened before MPI starts: otherwise MPI would close it again while it ends, when it can no longer
 * write. */
#include "parallel/start.h"

#include <assert.h>
#include <hdf5.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <mpi.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "parallel/vote.h"
#include "rtdc/hdf5/hdf5.h"
#include "rtdc/trials/trial_processes.h"

static void prepare_environment(void) {
    signal(SIGXFSZ, SIG_IGN); /* a file beyond what is allowed is a write that fails, and is told */
    /* Of the modules that Open MPI has for MPI-IO its own one comes last: it needs care (mpi_io.h), but may be the only
     * one. What the user has set counts. Other MPIs do not know the variable. */
    setenv("OMPI_MCA_io_ompio_priority", "0", 0);
    /* Many parallel file systems have no locks, and HDF5 then refuses to open a file. Outputs are locked by ourselves.
     */
    setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0);
    /* What a file leads to is told by the file alone. HDF5 looks at these when it is opened; of itself it would look
     * for external storage in the working folder. */
    unsetenv("HDF5_EXT_PREFIX");
    unsetenv("HDF5_VDS_PREFIX");
    setenv("HDF5_EXTFILE_PREFIX", "${ORIGIN}", 1);
}

/* A measurement of an archive takes as much memory as the one before it has freed. Had that been given back to the
 * system, every page of it would be cleared anew, which takes a tenth of the time of a small one. */
static void keep_freed_memory(void) {
#ifdef __GLIBC__
    enum {
        LARGE = 32 << 20,
        FREE = 64 << 20
    }; /* bytes of one piece, and of all together, from which on it is given back */
    mallopt(M_MMAP_THRESHOLD, LARGE);
    mallopt(M_TRIM_THRESHOLD, FREE);
#endif
}

/* What Open MPI had better not do in a process that no launcher has started, and that therefore has nobody to talk to:
 * start a helper, look for networks, and make a folder in /tmp that all such processes of a user share: they remove it
 * from under each other, and then do not start. What has no value here Open MPI sets itself. None of them is to be
 * inherited by a command, which may be mpirun. */
static const struct {
    const char *name, *value;
    bool always; /* also where there is a launcher: it is for who cannot talk to that, and only then */
} alone[] = {
    {"OMPI_MCA_ess_singleton_isolated", "1", true},
    {"OMPI_MCA_pml", "ob1", false},
    {"OMPI_MCA_orte_create_session_dirs", "0", false},
    {"OMPI_MCA_ess", NULL, false},
    {"OMPI_MCA_pmix", NULL, false},
};

enum { n_alone = sizeof alone / sizeof *alone };

static void start_mpi(int *argc, char ***argv) {
    bool ours[n_alone];
    bool launched = getenv("PMIX_RANK") || getenv("PMI_RANK") || getenv("OMPI_COMM_WORLD_RANK");
    for (int i = 0; i < n_alone; i++) {
        ours[i] = (alone[i].always || !launched) && !getenv(alone[i].name);
        if (ours[i] && alone[i].value) {
            setenv(alone[i].name, alone[i].value, 0);
        }
    }
    int level; /* whatever it is: there is another thread (watchdog.c), but it does not call MPI */
    MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &level);
    for (int i = 0; i < n_alone; i++) {
        if (ours[i]) {
            unsetenv(alone[i].name);
        }
    }
}

enum sparsemed_status sm_parallel_start(int *argc, char ***argv, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    prepare_environment();
    keep_freed_memory();
    H5dont_atexit(); /* cleaning up at exit, HDF5 would wait for other ranks, or fall over a file that was lost */
    H5open();
    sm_trial_start();
    start_mpi(argc, argv);
    sm_hdf5_start(error);
    return sm_vote(MPI_COMM_WORLD, error);
}

/* ---- the end ---- */

enum { PATIENCE = 30 /* seconds */ };

static volatile sig_atomic_t status_at_end;

static void end_anyway(int signal_number) {
    static const char words[] = "sparsemed: MPI does not end; all that was to be done was done before\n";
    (void)signal_number;
    (void)!write(STDERR_FILENO, words, sizeof words - 1);
    _exit(status_at_end);
}

static void wait_on(void *data) {
    (void)data;
}

/* Where an MPI does not come to its end, as MPICH over some networks, nothing is lost any more by ending without it.
 * Ranks may have to wait for the last one before, so only what comes after that has its time. */
void sm_parallel_end(int status) {
    sm_wait_for_all(MPI_COMM_WORLD, wait_on, NULL);
    status_at_end = status;
    signal(SIGALRM, end_anyway);
    alarm(PATIENCE);
    MPI_Finalize();
    alarm(0);
    sm_trial_end();
}
