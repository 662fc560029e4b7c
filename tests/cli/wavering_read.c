/* To be loaded before the program: the logs of a file that is called in.rtdc read differently every time, as those of a
 * damaged file may. */
#include <dlfcn.h>
#include <hdf5.h>
#include <stddef.h>
#include <string.h>

herr_t H5Dread(hid_t dataset, hid_t type, hid_t memory_space, hid_t file_space, hid_t transfer, void *values) {
    static herr_t (*next)(hid_t, hid_t, hid_t, hid_t, hid_t, void *);
    static char n_read;
    char file[4096] = "", name[4096] = "";
    *(void **)&next = dlsym(RTLD_NEXT, "H5Dread");
    herr_t outcome = next(dataset, type, memory_space, file_space, transfer, values);
    H5Fget_name(dataset, file, sizeof file);
    H5Iget_name(dataset, name, sizeof name);
    const char *slash = strrchr(file, '/');
    if (strcmp(slash ? slash + 1 : file, "in.rtdc") == 0 && strncmp(name, "/logs/", strlen("/logs/")) == 0) {
        char *text = H5Tis_variable_str(type) > 0 ? *(char **)values : values;
        *text = (char)('A' + n_read++ % 26);
    }
    return outcome;
}
