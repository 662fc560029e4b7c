/* Removing the background that a file has, before it gets another one. */
#ifndef RTDC_OUTPUTS_OLD_BACKGROUND_H
#define RTDC_OUTPUTS_OLD_BACKGROUND_H

#include <hdf5.h>
#include <stdbool.h>

#include "sparsemed/status.h"

/* Where a file was copied from, and where it will be: the relative paths of its basins must lead to what they led to.
 */
struct sm_move {
    const char *from, *to;
};

/* Remove the background images and offsets of a file, the basins that offer them or their offers, and the maps that
 * nothing else uses. Readers would take the new images together with an old map, or an old offset with new images. The
 * table of split points goes, too, and the attributes by which dcnum would take the new background for that of an
 * earlier run of its own. Basins lead from where the file will be. All else stays.
 *
 * file         open for writing, with the serial driver
 * move         the same path twice where the file stays where it is
 * kept_map     name of a map that stays in any case, or NULL
 * zstd_level   see filters.h
 *
 * SPARSEMED_OUTPUT: it could not be removed. SPARSEMED_INTERNAL: out of memory. The message does not name the file. */
enum sparsemed_status sm_old_background_remove(hid_t file, const struct sm_move *move, const char *kept_map,
                                               int zstd_level, struct sparsemed_error *error);

/* Compare a file whose background was replaced with what it was before: all that is no background must be the
 * same, but for the attributes by which dcnum knows its runs (pipeline_claims.h).
 *
 * before, after   open for reading
 * move            as above
 * new_map         name of a map that was written, or NULL
 * zstd_level      see filters.h
 * expected        a file in memory, which receives the definitions of basins that were changed
 *
 * Returns the path of what is not as it was, to be released with free, or NULL. */
char *sm_old_background_compare(hid_t before, hid_t after, const struct sm_move *move, const char *new_map,
                                int zstd_level, hid_t expected, struct sparsemed_error *error);

/* Give the space of the datasets free that were removed. HDF5 forgets free space when a file is closed, so what is to
 * be written there must be written before. Collective where the file is open with MPI-IO. Returns false on failure. */
bool sm_old_background_free_space(hid_t file);

#endif
