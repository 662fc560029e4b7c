#include <hdf5.h>
#include <mpi.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "parallel/stop.h"
#include "rtdc/layout.h"
#include "rtdc/trial.h"
#include "sparsemed/status.h"

static const struct sm_command *const commands[] = {&sm_command_run, &sm_command_batch, &sm_command_plan};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

/* What must be settled before MPI and HDF5 start. */
static void prepare_environment(void) {
    /* Open MPI's own MPI-IO, OMPIO, damages files where it chooses several aggregators; ROMIO, which it brings along,
     * does not. Other MPIs do not know the variable. */
    setenv("OMPI_MCA_io", "^ompio", 1);
    /* Many parallel file systems have no locks, and HDF5 then refuses to open a file. Outputs are locked by ourselves.
     */
    setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0);
    /* Cleaning up at exit, HDF5 would wait for other ranks, or fall over a file that could not be written. Started
     * before MPI, it does not clean up when MPI ends either. */
    H5dont_atexit();
    H5open();
}

static void tell_program_help(void) {
    puts("Usage: sparsemed COMMAND [OPTION]... [ARGUMENT]...\n"
         "\n"
         "Sparse-median background images for imaging deformability cytometry.\n"
         "\n"
         "Commands:");
    for (size_t i = 0; i < N_COMMANDS; i++) {
        printf("  %-5s  %s\n", commands[i]->name, commands[i]->summary);
    }
    puts("\n"
         "sparsemed COMMAND --help tells the options of a command.\n"
         "sparsemed --version tells the version.");
}

/* Tell that a word is no command, and what are. */
static void tell_valid_commands(const char *word) {
    fprintf(stderr, "sparsemed: %s%s; valid are: ", *word ? "there is no command " : "a command is missing", word);
    for (size_t i = 0; i < N_COMMANDS; i++) {
        fprintf(stderr, "%s, ", commands[i]->name);
    }
    fputs("--version, --help\n", stderr);
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
    if (rank == 0 && wants_version) {
        puts(SM_SOFTWARE);
    } else if (rank == 0 && wants_help) {
        tell_program_help();
    } else if (rank == 0) {
        tell_valid_commands(word);
    }
    return wants_help || wants_version ? SPARSEMED_OK : SPARSEMED_USAGE;
}

int main(int argc, char **argv) {
    sm_stop_catch_signals(); /* one that comes while MPI starts is a request, too */
    prepare_environment();
    sm_trial_start();
    MPI_Init(&argc, &argv);
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    int status = dispatch(argc, argv, rank);
    MPI_Finalize();
    sm_trial_end();
    return status;
}
