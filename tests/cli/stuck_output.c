/* To be loaded before the program: a rank that makes an output stops there for good, where its path holds one of the
 * words in the environment variable STUCK, which spaces part. */
#include <dlfcn.h>
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

hid_t H5Fcreate(const char *path, unsigned flags, hid_t creation, hid_t access) {
    static hid_t (*next)(const char *, unsigned, hid_t, hid_t);
    char words[256], *rest = words;
    snprintf(words, sizeof words, "%s", getenv("STUCK") ? getenv("STUCK") : "");
    for (char *word = strsep(&rest, " "); word; word = strsep(&rest, " ")) {
        while (*word && strstr(path, word)) {
            pause();
        }
    }
    *(void **)&next = dlsym(RTLD_NEXT, "H5Fcreate");
    return next(path, flags, creation, access);
}
