#include "parallel/mpi_io.h"

#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Open a file that is always there. Returns the class of the failure. */
static int try_name(const char *name, char *reason) {
    MPI_File file;
    int length, class = MPI_SUCCESS, code = MPI_File_open(MPI_COMM_SELF, name, MPI_MODE_RDONLY, MPI_INFO_NULL, &file);
    if (code == MPI_SUCCESS) {
        MPI_File_close(&file);
    } else {
        MPI_Error_string(code, reason, &length);
        MPI_Error_class(code, &class);
    }
    return class;
}

/* ROMIO takes "ufs:" for the kind of file system, others for a part of the name, which then leads nowhere. */
static enum sm_mpi_io ask(char *reason) {
    int class = try_name("ufs:/dev/null", reason);
    if (class == MPI_SUCCESS) {
        return SM_ROMIO;
    }
    bool other = class == MPI_ERR_NO_SUCH_FILE || try_name("/dev/null", reason) == MPI_SUCCESS;
    return other ? SM_OTHER_MPI_IO : SM_NO_MPI_IO;
}

enum sm_mpi_io sm_mpi_io_ask(const char **reason) {
    static bool is_known;
    static enum sm_mpi_io answer;
    static char words[MPI_MAX_ERROR_STRING];
    if (!is_known) {
        answer = ask(words);
        is_known = true;
    }
    if (reason) {
        *reason = answer == SM_NO_MPI_IO ? words : "";
    }
    return answer;
}

bool sm_mpi_io_is_deaf(void) {
    char value[MPI_MAX_INFO_VAL + 1] = "";
    int is_told = false;
    MPI_File file;
    MPI_Info hints, told;
    MPI_Info_create(&hints);
    MPI_Info_set(hints, SM_HINT_SIEVING, "disable");
    if (MPI_File_open(MPI_COMM_SELF, "ufs:/dev/null", MPI_MODE_RDONLY, hints, &file) == MPI_SUCCESS) {
        MPI_File_get_info(file, &told);
        MPI_Info_get(told, SM_HINT_SIEVING, MPI_MAX_INFO_VAL, value, &is_told);
        MPI_Info_free(&told);
        MPI_File_close(&file);
    }
    MPI_Info_free(&hints);
    return is_told && strcmp(value, "disable") != 0;
}
