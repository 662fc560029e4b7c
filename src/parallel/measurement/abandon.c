#include "parallel/measurement/abandon.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "rtdc/files/shown.h"
#include "rtdc/files/temporary.h"

static struct {
    const struct sm_team *team; /* NULL where failures are ordinary ones */
    const char *temporary;
} watch;

void sm_abandon_failed(const struct sparsemed_error *error) {
    if (error->status == SPARSEMED_OK || !watch.team) {
        return;
    }
    /* Of several ranks that fail at a time, the one tells that removes the file, and ends the others. These wait for
     * that, whatever signals come: would one of them end all now, that one might not have told yet. */
    struct sparsemed_error told = *error;
    struct timespec left = {.tv_sec = 5};
    if (!sm_temporary_remove(watch.temporary, &told)) {
        while (nanosleep(&left, &left) != 0 && errno == EINTR) {
        }
    }
    char *shown = sm_shown(told.message);
    fprintf(stderr, "sparsemed: %s\n", shown ? shown : "an output could not be written, and memory is out");
    free(shown);
    MPI_Abort(MPI_COMM_WORLD, (int)error->status);
}

/* Called by MPI with the failure of a file. */
static void end_all(MPI_File *file, int *code, ...) {
    (void)file;
    char reason[MPI_MAX_ERROR_STRING] = "";
    int length;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    if (watch.team) {
        MPI_Error_string(*code, reason, &length);
        sparsemed_fail(&error, SPARSEMED_OUTPUT, "%s: could not be written; is the disk full? (%s)",
                       watch.team->job->output, reason);
        sm_abandon_failed(&error);
    }
}

/* Have all files that are opened from here on hand their failures to end_all.
 *
 * A file takes over the handler of MPI_FILE_NULL when it is opened. MPICH up to 4 does not count that as a use, but
 * gives one back when the file is closed, and aborts below zero; so uses are counted for it in advance, and the handler
 * is made once and never freed. */
static void catch_failures(void) {
    enum { MOST_OPENED = 8 }; /* HDF5 opens a file twice, to look at it first */
    static MPI_Errhandler handler;
    static bool is_made;
    if (!is_made) {
        MPI_File_create_errhandler(end_all, &handler);
        is_made = true;
    }
    MPI_File_set_errhandler(MPI_FILE_NULL, handler);
    for (int i = 0; i < MOST_OPENED; i++) {
        MPI_Errhandler used;
        MPI_File_get_errhandler(MPI_FILE_NULL, &used);
    }
}

void sm_abandon_on_failure(const struct sm_team *team, const char *temporary) {
    assert(!watch.team);
    if (team->n_ranks > 1) {
        watch.team = team;
        watch.temporary = temporary;
        catch_failures();
    }
}

void sm_abandon_never(void) {
    if (watch.team) {
        MPI_File_set_errhandler(MPI_FILE_NULL, MPI_ERRORS_RETURN);
        watch.team = NULL;
    }
}
