/* Stacks of frames for tests, in memory and in files. */
#ifndef TESTS_RTDC_FRAMES_H
#define TESTS_RTDC_FRAMES_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Size of the frames; a multiple of no chunk that tests use. */
enum { HEIGHT = 23, WIDTH = 61, FRAME_BYTES = HEIGHT * WIDTH };

/* How a stack is stored. */
struct storage {
    const char *name;     /* for messages */
    H5D_layout_t layout;  /* H5D_CHUNKED, H5D_CONTIGUOUS or H5D_COMPACT */
    hsize_t chunk[3];     /* frames, rows, columns */
    int n_extensible;     /* so many leading dimensions are unlimited */
    const char *pipeline; /* see pipelines.h */
    bool partial_plain;   /* partial chunks are not filtered; needs the new format */
    bool early;           /* space is allocated at once */
};

/* Make n frames: smooth ones with some noise, every fourth group of seven nothing but noise. Release with free. */
uint8_t *make_frames(size_t n, uint64_t seed);

/* Write "events/image". A frame whose first pixel is NOT_WRITTEN begins a slab that is never written. */
void add_frames(hid_t file, const struct storage *storage, size_t n, const uint8_t *frames);

/* The same, without values, and with a value that stands for those that are not written. */
void add_empty_stack(hid_t file, const struct storage *storage, size_t n, uint8_t fill_value);

/* Write some of the frames of "events/image". */
void put_frames(hid_t file, size_t first, size_t n, const uint8_t *frames);

#endif
