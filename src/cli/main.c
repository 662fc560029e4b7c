#include <mpi.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/about.h"
#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/streams.h"
#include "cli/tell.h"
#include "parallel/start.h"
#include "parallel/stop.h"
#include "rtdc/layout.h"
#include "sparsemed/status.h"

static const struct sm_command *const commands[] = {&sm_command_run,    &sm_command_batch,  &sm_command_plan,
                                                    &sm_command_report, &sm_command_audit,  &sm_command_compare,
                                                    &sm_command_verify, &sm_command_relink, &sm_command_status};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

static void tell_program_help(void) {
    puts("Usage: sparsemed COMMAND [OPTION]... [ARGUMENT]...\n"
         "\n"
         "Sparse-median background images for imaging deformability cytometry.\n"
         "\n"
         "Commands:");
    for (size_t i = 0; i < N_COMMANDS; i++) {
        printf("  %-7s  %s\n", commands[i]->name, commands[i]->summary);
    }
    puts("\n"
         "sparsemed COMMAND --help tells the options of a command.\n"
         "sparsemed --version tells the version; with --verbose also what the program is built\n"
         "with, for a report of a fault.");
}

/* Tell that a word is no command, and what are. */
static void tell_valid_commands(const char *word) {
    char valid[128] = "";
    size_t length = 0;
    for (size_t i = 0; i < N_COMMANDS && length < sizeof valid; i++) {
        length += (size_t)snprintf(valid + length, sizeof valid - length, "%s, ", commands[i]->name);
    }
    sm_tell(stderr, "sparsemed: %s%s; valid are: %s--version, --help",
            *word ? "there is no command " : "a command is missing", word, valid);
}

/* Carry out what the command line asks for. Returns the exit status. */
static int dispatch(int argc, char **argv, int rank) {
    const char *word = argc > 1 ? argv[1] : "";
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(word, commands[i]->name) == 0) {
            return sm_command_carry_out(commands[i], argc - 1, argv + 1);
        }
    }
    bool wants_help = strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
    bool wants_version = strcmp(word, "--version") == 0;
    if (wants_version && argc > 2 && (strcmp(argv[2], "--verbose") == 0 || strcmp(argv[2], "-v") == 0)) {
        sm_about_tell();
    } else if (rank == 0 && wants_version) {
        puts(SM_SOFTWARE);
    } else if (rank == 0 && wants_help) {
        tell_program_help();
    } else if (rank == 0) {
        tell_valid_commands(word);
    }
    return wants_help || wants_version ? SPARSEMED_OK : SPARSEMED_USAGE;
}

int main(int argc, char **argv) {
    sm_streams_open();
    if (argc == 3 && strcmp(argv[1], "--completion") == 0) { /* for the build: without MPI */
        return sm_completion_tell(argv[2], commands, N_COMMANDS) ? SPARSEMED_OK : SPARSEMED_USAGE;
    }
    sm_stop_catch_signals(); /* one that comes while MPI starts is a request, too */
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    sm_parallel_start(&argc, &argv, &error);
    sm_streams_buffer();
    int rank, status = (int)error.status;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    if (status == SPARSEMED_OK) {
        status = dispatch(argc, argv, rank);
        if (sm_streams_flush(&error) != SPARSEMED_OK && status == SPARSEMED_OK) {
            status = (int)error.status;
            sm_tell(stderr, "sparsemed: %s", error.message);
        }
    } else if (rank == 0) {
        sm_tell(stderr, "sparsemed: %s", error.message);
    }
    sm_parallel_end(status);
    return status;
}
