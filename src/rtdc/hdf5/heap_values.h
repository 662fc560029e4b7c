/* Values of variable length, such as the strings of h5py, without trusting what leads to them.
 *
 * A file has them in heaps, and in their place references: how long a value is, the address of its heap, its number
 * there. HDF5 1.10 looks for no number that a heap has not, copies as many bytes as the heap tells into a buffer of as
 * many as the reference tells, and walks through a heap by lengths that it does not check. A damaged file makes it read
 * or write stray memory so, or never return. Here the references are read as they are stored, and followed. */
#ifndef RTDC_HDF5_HEAP_VALUES_H
#define RTDC_HDF5_HEAP_VALUES_H

#include <hdf5.h>

#include "sparsemed/status.h"

/* Check that the type of a dataset or of an attribute is sound (type_soundness.h), and that all values of variable
 * length can be read; fine where it has none. Files that are open for writing are trusted, as what they hold may not be
 * on the disk yet, and so is what is not of the usual sizes, and values within other such values.
 *
 * SPARSEMED_INPUT: the type or a value is damaged. SPARSEMED_INTERNAL: out of memory, or HDF5 refuses to
 * hand the references out. The message does not name the file. */
enum sparsemed_status sm_heap_values_check(hid_t object, struct sparsemed_error *error);

#endif
