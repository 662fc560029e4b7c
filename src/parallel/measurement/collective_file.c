/* ROMIO, the MPI-IO that most MPIs have, takes what is before the first colon of a name for the kind of file system,
 * and has no way around that. Paths may have colons: folders that are named by times have. So it gets a name that has
 * none and leads to the file all the same, that of a descriptor.
 *
 * On NFS it locks what it reads and writes, so that nodes do not see each other's old bytes, and ends the program where
 * locking fails. The ranks of a single node need no locks: there ROMIO is told, by such a prefix, that the file system
 * is an ordinary one. */
#include "parallel/measurement/collective_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/magic.h>
#include <sys/vfs.h>
#endif

#include "parallel/vote.h"
#include "rtdc/files/retry.h"
#include "rtdc/hdf5/hdf5.h"

static const char ordinary[] = "ufs:"; /* the file system */

/* Give the file a name without colons. Where the system has no such names, its own may do. */
static void name_by_descriptor(const struct sm_team *team, struct sm_collective_file *opened,
                               struct sparsemed_error *error) {
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", opened->workpiece->descriptor);
    if (access(name, F_OK) == 0) {
        strcpy(opened->name, name);
    } else if (strchr(opened->name, ':')) {
        sparsemed_fail(error, SPARSEMED_OUTPUT,
                       "%s: has a colon in its path, which MPI cannot do with where /proc is missing; use one rank, or "
                       "another name",
                       team->job->output);
    }
}

/* Whether the file is on NFS. */
static bool is_on_nfs(int descriptor) {
#ifdef __linux__
    struct statfs system;
    return fstatfs(descriptor, &system) == 0 && system.f_type == NFS_SUPER_MAGIC;
#else
    (void)descriptor;
    return false;
#endif
}

/* Try a lock as ROMIO takes them. Returns 0, or why there are none. */
static int try_lock(int descriptor) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
    if (SM_RETRY(fcntl(descriptor, F_SETLK, &lock)) != 0) {
        return errno == EACCES || errno == EAGAIN ? 0 : errno; /* another rank is trying it */
    }
    lock.l_type = F_UNLCK;
    fcntl(descriptor, F_SETLK, &lock);
    return 0;
}

static bool are_on_one_node(const struct sm_team *team) {
    MPI_Comm node;
    int n_here;
    MPI_Comm_split_type(team->comm, MPI_COMM_TYPE_SHARED, team->rank, MPI_INFO_NULL, &node);
    MPI_Comm_size(node, &n_here);
    MPI_Comm_free(&node);
    return n_here == team->n_ranks;
}

/* Whether it works without locks, where it must. Collective. */
static void do_without_locks(const struct sm_team *team, struct sm_collective_file *opened, int problem,
                             struct sparsemed_error *error) {
    if (!are_on_one_node(team)) {
        sparsemed_fail(error, SPARSEMED_OUTPUT,
                       "%s: the file system has no locks (%s), which ranks on several nodes need; use one node, or "
                       "another place",
                       team->job->output, strerror(problem));
    } else if (opened->mpi_io == SM_ROMIO && sm_mpi_io_is_deaf()) {
        sparsemed_fail(
            error, SPARSEMED_OUTPUT,
            "%s: the file system has no locks (%s), which several ranks need with this MPI; use one rank, or "
            "another place",
            team->job->output, strerror(problem));
    }
    if (opened->mpi_io == SM_ROMIO) {
        memmove(opened->name + strlen(ordinary), opened->name, sizeof opened->name - strlen(ordinary));
        memcpy(opened->name, ordinary, strlen(ordinary));
    }
}

/* What there is for several ranks. Collective. */
static void look_at_mpi_io(const struct sm_team *team, struct sm_collective_file *opened,
                           struct sparsemed_error *error) {
    const char *reason;
    int lacks_locks = is_on_nfs(opened->workpiece->descriptor) ? try_lock(opened->workpiece->descriptor) : 0;
    int worst[] = {(int)sm_mpi_io_ask(&reason), lacks_locks};
    MPI_Allreduce(MPI_IN_PLACE, worst, 2, MPI_INT, MPI_MAX, team->comm);
    opened->mpi_io = (enum sm_mpi_io)worst[0];
    if (opened->mpi_io == SM_NO_MPI_IO) {
        sparsemed_fail(error, SPARSEMED_OUTPUT,
                       "%s: MPI has no MPI-IO, which several ranks need; use one rank, or another MPI (%s)",
                       team->job->output, *reason ? reason : "on another rank");
    } else if (opened->mpi_io == SM_OTHER_MPI_IO && team->rank == 0) {
        sm_report_warn(team->report, "MPI-IO is not ROMIO, so that one rank puts on disk what all of them write");
    }
    if (worst[1] != 0) {
        do_without_locks(team, opened, worst[1], error);
    }
}

enum sparsemed_status sm_collective_file_prepare(const struct sm_team *team, const struct sm_workpiece *workpiece,
                                                 struct sm_collective_file *opened, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    opened->workpiece = workpiece;
    snprintf(opened->name, sizeof opened->name, "%s", workpiece->path);
    if (team->n_ranks > 1) {
        name_by_descriptor(team, opened, error);
    }
    if (sm_vote(team->comm, error) == SPARSEMED_OK && team->n_ranks > 1) {
        look_at_mpi_io(team, opened, error);
    }
    return error->status;
}

hid_t sm_collective_file_open(const struct sm_team *team, const struct sm_collective_file *opened,
                              hid_t *transfer_list) {
    *transfer_list = H5Pcreate(H5P_DATASET_XFER);
    if (team->n_ranks == 1) {
        return sm_hdf5_open_workpiece(opened->workpiece, H5F_ACC_RDWR);
    }
    H5Pset_dxpl_mpio(*transfer_list, H5FD_MPIO_COLLECTIVE);
    MPI_Info hints;
    MPI_Info_create(&hints);
    MPI_Info_set(hints, SM_HINT_SIEVING, "disable"); /* which would rewrite the neighbours' bytes */
    if (opened->mpi_io != SM_ROMIO) {
        MPI_Info_set(hints, "cb_nodes", "1"); /* see mpi_io.h; goes before what the environment says of OMPIO */
    }
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_mpio(access, team->comm, hints);
    H5Pset_coll_metadata_write(access, true); /* without it many chunks are beyond HDF5 1.10 */
    hid_t file = H5Fopen(opened->name, H5F_ACC_RDWR, access);
    sm_hdf5_release(access);
    MPI_Info_free(&hints);
    return file;
}

enum sparsemed_status sm_collective_file_sync(const struct sm_team *team, const struct sm_collective_file *opened,
                                              struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    if (team->rank > 0 && SM_RETRY(fsync(opened->workpiece->descriptor)) != 0) {
        return sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: could not be flushed to disk: %s", team->job->output,
                              strerror(errno));
    }
    return SPARSEMED_OK;
}
