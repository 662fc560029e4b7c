/* Writes a measurement as .rtdc file, piece by piece. */
#ifndef TESTS_MAKE_MEASUREMENT_WRITING_H
#define TESTS_MAKE_MEASUREMENT_WRITING_H

#include "make_measurement/made_measurement.h"
#include "sparsemed/status.h"

struct writer;

/* Create the file, with everything but the frames and their times. An existing file is overwritten.
 *
 * measurement   borrowed
 * writer        receives the writer; release with writer_close, also after a failure
 *
 * SPARSEMED_OUTPUT, SPARSEMED_INTERNAL. */
enum sparsemed_status writer_open(const struct measurement *measurement, struct writer **writer,
                                  struct sparsemed_error *error);

/* Write frames [n_frames][height][width] from the given one on. Chunks should be complete: each is compressed anew
 * whenever part of it is written.
 *
 * numbers   [n_frames], which of all frames of the camera they are
 *
 * SPARSEMED_OUTPUT. */
enum sparsemed_status writer_put(struct writer *writer, size_t first_frame, size_t n_frames, const uint8_t *frames,
                                 const double *numbers, struct sparsemed_error *error);

/* Close the file and release the writer; NULL is fine. The file is complete only if this returns SPARSEMED_OK. Where
 * `error` holds a failure already, it stays as it is. */
enum sparsemed_status writer_close(struct writer *writer, struct sparsemed_error *error);

#endif
