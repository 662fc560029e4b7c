/* What a measurement holds as far as its headers tell: where it has its frames and its background, in the file itself
 * or through basins. */
#ifndef RTDC_INSPECTION_CONTENT_H
#define RTDC_INSPECTION_CONTENT_H

#include <hdf5.h>
#include <stdint.h>

#include "rtdc/files/file_state.h"
#include "rtdc/frames/storage.h"
#include "sparsemed/status.h"

/* Where the background images of a measurement are. */
enum sm_background_kind {
    SM_BACKGROUND_NONE,
    SM_BACKGROUND_FRAMES,   /* among the events, an image a frame */
    SM_BACKGROUND_INTERNAL, /* in an internal basin, through a map */
    SM_BACKGROUND_BASIN,    /* in another file */
    SM_N_BACKGROUND_KINDS
};

/* What a kind is called, such as "an image a frame". */
extern const char *const sm_background_kinds[SM_N_BACKGROUND_KINDS];

/* Plain data: it can be sent. Texts end with a zero, and longer ones are cut. */
struct sm_headers {
    struct sm_file_state state;    /* of the file that was looked at */
    uint64_t n_frames;             /* 0: nothing tells */
    uint64_t height, width;        /* of a frame; 0 where there are none to be found */
    char storage[SM_STORAGE_SIZE]; /* how frames are stored; "" where there are none to be found */
    enum sm_background_kind background;
    uint64_t n_images; /* background images */
    int64_t
        generation;    /* of dcnum's pipeline, which has made the background or computes the same; -1: it is not told */
    char ppid[192];    /* of the background; "" where nothing tells it */
    char region[32];   /* such as "channel" or "reservoir" */
    char maker[96];    /* the program that worked on the file last, as far as it tells: see below */
    char made[24];     /* when that was, such as "2024-05-31T10:20:30"; "": not told */
    char measured[24]; /* when the measurement was made, likewise */
};

/* Find frames and background, and follow every basin.
 *
 * file, path   open for reading
 * headers      receives number, shape and storage of the frames; kind, number, ppid and generation of the background
 * problem      holds no failure yet; receives the first thing that does not resolve */
void sm_content_look(hid_t file, const char *path, struct sm_headers *headers, struct sparsemed_error *problem);

/* The whole number that a text begins with, or -1 where it does not. */
int64_t sm_content_generation(const char *text);

#endif
