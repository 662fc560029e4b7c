#include "cli/commands.h"

#include <assert.h>
#include <mpi.h>
#include <stdio.h>

#include "cli/json_file.h"
#include "cli/launcher.h"
#include "cli/mark.h"
#include "cli/options/command_line.h"
#include "cli/streams.h"
#include "cli/tell.h"
#include "parallel/memory_limit.h"
#include "parallel/sources/search_paths.h"
#include "parallel/vote.h"
#include "parallel/watchdog.h"

enum { SOME_FAILED = 1 };

static void tell_command_help(const struct sm_command *command) {
    printf("%s\n", command->usage);
    sm_command_line_tell_options(command->sections);
    printf("%s", command->exit_status);
}

/* Check what was read; what the command knows better comes first. */
static enum sparsemed_status check(const struct sm_command *command, struct sm_options *options,
                                   struct sparsemed_error *error) {
    return command->check(options, error) == SPARSEMED_OK && options->json_path
               ? sm_json_file_check(options->json_path, error)
               : error->status;
}

/* List what is below the search paths, for all that basins may not find. Collective over MPI_COMM_WORLD. */
static enum sparsemed_status list_moved(struct sm_options *options, struct sparsemed_error *error) {
    if (options->n_search_paths > 0 &&
        sm_search_paths_list(MPI_COMM_WORLD, options->search_paths, options->n_search_paths, &options->moved, error) ==
            SPARSEMED_OK) {
        options->job.input_options.reach.moved = &options->moved;
    }
    return error->status;
}

/* Leave the mark, after all else that can fail. Collective over MPI_COMM_WORLD. Returns the exit status. */
static int leave_mark(const char *path, int status, bool first) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR, ignored = SPARSEMED_NO_ERROR;
    if (first && status == SPARSEMED_OK) {
        status = (int)sm_streams_flush(&error);
    }
    if (first) {
        sm_mark_end(path, status, status == SPARSEMED_OK ? &error : &ignored);
    }
    if (error.status != SPARSEMED_OK) {
        sm_tell(stderr, "sparsemed: %s", error.message);
    }
    return sm_vote(MPI_COMM_WORLD, &error) == SPARSEMED_OK ? status : (int)error.status;
}

int sm_command_carry_out(const struct sm_command *command, int argc, char **argv) {
    assert(argc > 0);
    struct sm_options options;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    int rank, some_failed = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    if (sm_command_line_read(argc, argv, command->sections, &options, &error) == SPARSEMED_OK && !options.help) {
        check(command, &options, &error);
    }
    if (error.status == SPARSEMED_OK && options.mark && !options.help && rank == 0) {
        sm_mark_begin(options.mark, &error);
    }
    if (error.status == SPARSEMED_OK && options.help) {
        if (rank == 0) {
            tell_command_help(command);
        }
    } else if (sm_vote(MPI_COMM_WORLD, &error) == SPARSEMED_OK) {
        if (options.job.max_memory == 0) {
            options.job.max_memory = sm_memory_share(MPI_COMM_WORLD);
        }
        if (sm_watchdog_start(MPI_COMM_WORLD, options.stall_limit, options.timeout, &error) == SPARSEMED_OK &&
            list_moved(&options, &error) == SPARSEMED_OK) {
            some_failed = command->work(&options, rank == 0, &error);
        }
        sm_vote(MPI_COMM_WORLD, &error);
        sm_watchdog_end();
        MPI_Bcast(&some_failed, 1, MPI_INT, 0, MPI_COMM_WORLD);
    }
    if (error.status != SPARSEMED_OK && rank == 0) {
        sm_tell(stderr, "sparsemed: %s", error.message);
        if (error.status == SPARSEMED_OUTPUT) {
            sm_launcher_tell(true);
        }
    }
    int status = error.status == SPARSEMED_OK && some_failed ? SOME_FAILED : (int)error.status;
    if (options.mark && !options.help) {
        status = leave_mark(options.mark, status, rank == 0);
    }
    sm_options_free(&options);
    return status;
}
