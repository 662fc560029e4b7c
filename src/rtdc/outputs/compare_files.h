/* Whether a file has what another one has. */
#ifndef RTDC_OUTPUTS_COMPARE_FILES_H
#define RTDC_OUTPUTS_COMPARE_FILES_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

/* Bytes of a dataset of an updated output up to which its values are compared: of frames nothing was written but with
 * the copy. */
#define SM_MOST_COMPARED_BYTES ((size_t)1 << 20)

/* What of an object must be the same. */
enum sm_likeness {
    SM_ALIKE,       /* type, shape, attributes and values */
    SM_ALIKE_FRAME, /* all but the values */
    SM_UNLIKE       /* nothing: it may be missing */
};

/* What may differ.
 *
 * likeness          of the object at this path, such as "events/bg_off"; "." is the root. NULL: SM_ALIKE for all
 * spare             whether an attribute of this name is not compared in any object; NULL: all are
 * most_bytes        more values than these are compared as they are stored, up to 64 MiB of each dataset
 * sound             the expected file was just made in memory, and need not be guarded against (see guard.h)
 * data              for likeness */
struct sm_tolerance {
    enum sm_likeness (*likeness)(const char *path, void *data);
    bool (*spare)(const char *attribute);
    size_t most_bytes;
    bool sound;
    void *data;
};

/* Look for an object of a file that another file lacks or has differently. What else the other file has, and links that
 * are not hard, do not matter. Damage in the expected file that the other one has as well is no difference.
 *
 * expected, found   open for reading
 * tolerance         what may differ
 *
 * Returns its path, to be released with free; NULL where all is the same, or memory is out for the
 * path. */
char *sm_compare_files(hid_t expected, hid_t found, const struct sm_tolerance *tolerance);

#endif
