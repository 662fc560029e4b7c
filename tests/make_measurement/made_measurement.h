/* What a made-up measurement shall be like. */
#ifndef TESTS_MAKE_MEASUREMENT_MADE_MEASUREMENT_H
#define TESTS_MAKE_MEASUREMENT_MADE_MEASUREMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum layout { LAYOUT_WHOLE, LAYOUT_TILES, LAYOUT_CONTIGUOUS };
enum compressor { COMPRESSOR_NONE, COMPRESSOR_SZIP, COMPRESSOR_LZF, COMPRESSOR_ZSTD, COMPRESSOR_GZIP };
enum checksum { CHECKSUM_NONE, CHECKSUM_BEFORE, CHECKSUM_AFTER }; /* where in respect of the compressor */
enum timing { TIMING_FLOAT64, TIMING_FLOAT32, TIMING_FRAME, TIMING_RATE, TIMING_NONE };
enum format { FORMAT_OLD, FORMAT_NEW };

/* Chunks of the layout with tiles, as far as the frame reaches. */
enum { TILE_HEIGHT = 20, TILE_WIDTH = 125 };

struct measurement {
    const char *path;
    size_t n_frames, height, width;
    double rate;       /* events a second, outside of bursts */
    double frame_rate; /* frames a second that the camera takes; an event is one of them */
    enum layout layout;
    size_t chunk_frames; /* frames in a chunk; with a contiguous layout: frames written at once */
    enum compressor compressor;
    unsigned level; /* of zstd and gzip */
    bool shuffle;
    enum checksum checksum;
    enum timing timing;
    enum format format;
    double flicker;        /* grey values */
    double drift;          /* grey values by which it gets darker */
    bool empty;            /* no cells */
    double pause;          /* seconds in the middle in which nothing is recorded */
    size_t n_bursts;       /* stretches in which all cells are at one place */
    double burst_fraction; /* of all frames, that they take at most */
    uint64_t seed;
};

#define MEASUREMENT_DEFAULT                                                                                            \
    ((struct measurement){.n_frames = 4000,                                                                            \
                          .height = 80,                                                                                \
                          .width = 320,                                                                                \
                          .rate = 200,                                                                                 \
                          .frame_rate = 3000,                                                                          \
                          .compressor = COMPRESSOR_ZSTD,                                                               \
                          .level = 5,                                                                                  \
                          .checksum = CHECKSUM_AFTER,                                                                  \
                          .flicker = 3,                                                                                \
                          .drift = 5,                                                                                  \
                          .n_bursts = 3,                                                                               \
                          .burst_fraction = 0.2,                                                                       \
                          .seed = 1})

#endif
