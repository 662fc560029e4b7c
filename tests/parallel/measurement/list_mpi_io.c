/* Prints a line for each module that MPI has for MPI-IO, by its name, where MPI tells: those of Open MPI have
 * variables. */
#include <mpi.h>
#include <stdio.h>

int main(int argc, char **argv) {
    int level, n = 0;
    MPI_Init(&argc, &argv);
    MPI_T_init_thread(MPI_THREAD_SINGLE, &level);
    MPI_T_cvar_get_num(&n);
    for (int i = 0; i < n; i++) {
        char name[256] = "", module[256];
        int length = sizeof name, no_text = 0, verbosity, binding, scope, end = 0;
        MPI_Datatype type;
        MPI_T_enum kind;
        MPI_T_cvar_get_info(i, name, &length, &verbosity, &type, &kind, NULL, &no_text, &binding, &scope);
        sscanf(name, "io_%250[^_]_priority%n", module, &end);
        if (end > 0 && !name[end]) {
            puts(module);
        }
    }
    MPI_T_finalize();
    MPI_Finalize();
    return 0;
}
