/* Stacks of frames for tests, in memory and in files. */
#ifndef TESTS_SUPPORT_FRAME_FILES_H
#define TESTS_SUPPORT_FRAME_FILES_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rtdc/frames/stack.h"
#include "sparsemed/status.h"
#include "support/hdf5_files.h"

/* Size of the frames; a multiple of no chunk that tests use. */
enum { HEIGHT = 23, WIDTH = 61, FRAME_BYTES = HEIGHT * WIDTH };

/* How a stack is stored. */
struct storage {
    const char *name;     /* for messages */
    H5D_layout_t layout;  /* H5D_CHUNKED, H5D_CONTIGUOUS or H5D_COMPACT */
    hsize_t chunk[3];     /* frames, rows, columns */
    int n_extensible;     /* so many leading dimensions are unlimited */
    bool early;           /* space is allocated at once */
    const char *pipeline; /* see pipelines.h; "" for none */
    bool partial_plain;   /* partial chunks are not filtered; the new file format only */
    uint8_t fill_value;   /* of what is never written */
};

/* Make n frames: smooth ones with little noise, but five of every sixteen of nothing but noise. Release with free. */
uint8_t *make_frames(size_t n, uint64_t seed);

/* Make "events/image" for n frames, and write some of them. */
void add_stack(hid_t file, const struct storage *storage, size_t n);
void put_frames(hid_t file, size_t first, size_t n, const uint8_t *frames);

/* Make a file that holds n frames as "events/image". */
void write_frames(const char *path, enum format format, const struct storage *storage, size_t n, const uint8_t *frames);

/* Open "events/image" of a file, whose name is for messages; close it with sm_stack_close, also after a failure. */
enum sparsemed_status open_frames(hid_t file, const char *file_name, struct sm_stack *stack,
                                  struct sparsemed_error *error);

/* Read all frames of a stack; release with free. */
uint8_t *read_all_frames(struct sm_stack *stack);

/* Open "events/image" of a file, read all slabs, the last first, and close it. All frames must be those expected. */
void assert_reads(const char *path, const struct storage *storage, size_t n, const uint8_t *expected);

/* Open "events/image" of a file and read the slabs up to the first that fails. Returns the status; the message of a
 * failure must name the file. */
enum sparsemed_status try_frames(const char *path, struct sparsemed_error *error);

#endif
