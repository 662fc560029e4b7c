/* Texts in datasets, one line an element. */
#ifndef RTDC_HDF5_TEXT_H
#define RTDC_HDF5_TEXT_H

#include <hdf5.h>

#include "sparsemed/status.h"

/* Read a dataset of strings, of fixed or variable length: its lines joined by '\n'.
 *
 * location, name   of the dataset
 * text             receives the text, to be released with free; NULL after a failure
 *
 * SPARSEMED_INPUT: no strings, damaged, 2 GiB or more, or more than is believed of the file (needs.h).
 * SPARSEMED_INTERNAL: out of memory. The message does not name the file. */
enum sparsemed_status sm_text_read(hid_t location, const char *name, char **text, struct sparsemed_error *error);

/* Write a text, cut at every '\n', as a new dataset of null-padded strings of the length of the longest line.
 *
 * location     group
 * text         not empty
 * zstd_level   see filters.h
 *
 * SPARSEMED_OUTPUT: it could not be written. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_text_write(hid_t location, const char *name, const char *text, int zstd_level,
                                    struct sparsemed_error *error);

#endif
