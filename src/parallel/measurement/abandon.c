#include "parallel/measurement/abandon.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "rtdc/files/shown.h"
#include "rtdc/files/temporary.h"

static struct {
    const struct sm_team *team; /* NULL where failures are ordinary ones */
    const char *temporary;
    MPI_Errhandler handler;
} watch;

void sm_abandon_failed(const struct sparsemed_error *error) {
    if (error->status == SPARSEMED_OK || !watch.team) {
        return;
    }
    /* Of several ranks that fail at a time, the one tells that removes the file. */
    struct sparsemed_error told = *error;
    if (sm_temporary_remove(watch.temporary, &told)) {
        char *shown = sm_shown(told.message);
        fprintf(stderr, "sparsemed: %s\n", shown ? shown : "an output could not be written, and memory is out");
        free(shown);
    }
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

void sm_abandon_on_failure(const struct sm_team *team, const char *temporary) {
    assert(!watch.team);
    if (team->n_ranks > 1) {
        watch.team = team;
        watch.temporary = temporary;
        MPI_File_create_errhandler(end_all, &watch.handler);
        MPI_File_set_errhandler(MPI_FILE_NULL, watch.handler); /* files that are opened have it from there */
    }
}

void sm_abandon_never(void) {
    if (watch.team) {
        MPI_File_set_errhandler(MPI_FILE_NULL, MPI_ERRORS_RETURN);
        MPI_Errhandler_free(&watch.handler);
        watch.team = NULL;
    }
}
