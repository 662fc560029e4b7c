/* Whether two outputs hold the same background: images, map and offsets, to the bit. With "frames" the first has an
 * image a frame. */
#include <stdio.h>
#include <string.h>

#include "rtdc/hdf5/hdf5.h"
#include "support/compare_outputs.h"

int main(int argc, char **argv) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    bool frames = argc == 4 && strcmp(argv[3], "frames") == 0;
    if (argc != 3 && !frames) {
        fprintf(stderr, "Usage: same FILE FILE [frames]\n");
        return 2;
    }
    H5dont_atexit();
    if (sm_hdf5_start(&error) != SPARSEMED_OK) {
        fprintf(stderr, "same: %s\n", error.message);
        return 2;
    }
    return (frames ? frames_agree : outputs_agree)(argv[1], argv[2]) ? 0 : 1;
}
