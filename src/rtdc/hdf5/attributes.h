/* Attributes of HDF5 objects. */
#ifndef RTDC_HDF5_ATTRIBUTES_H
#define RTDC_HDF5_ATTRIBUTES_H

#include <hdf5.h>
#include <stdbool.h>

#include "sparsemed/status.h"

/* Text of a scalar string attribute, of fixed or variable length, without padding. NULL where there is no such
 * attribute, it is no string, it is damaged, or memory is out. To be released with
 * free.
 *
 * fixed_length   receives whether its strings have a fixed length; may be NULL */
char *sm_attribute_text(hid_t object, const char *name, bool *fixed_length);

/* The same where it does no harm that HDF5 may crash on a damaged file, or give stray memory, as it does where a
 * process tries the file out: whether the text can be read is not looked at before (heap_values.h), which takes longer
 * than reading it. */
char *sm_attribute_text_trusted(hid_t object, const char *name);

/* Read such a text. Damage is not taken for absence.
 *
 * text   receives it, to be released with free; NULL where sm_attribute_text gives NULL for a file in good order
 *
 * SPARSEMED_INPUT: it is there but cannot be read, or whether it is there cannot be told. SPARSEMED_INTERNAL: out of
 * memory. The message does not name the file. */
enum sparsemed_status sm_attribute_read_text(hid_t object, const char *name, char **text, bool *fixed_length,
                                             struct sparsemed_error *error);

/* Tell whether an object has an attribute. SPARSEMED_INPUT: that cannot be told, as the file is damaged; the message
 * does not name the file. */
enum sparsemed_status sm_attribute_find(hid_t object, const char *name, bool *found, struct sparsemed_error *error);

/* Value of a scalar attribute of any number type. Returns false where there is none, or it is no number. */
bool sm_attribute_number(hid_t object, const char *name, double *value);

/* Write a string attribute as h5py writes a str (variable length, UTF-8), replacing one of that name. Returns false on
 * failure. */
bool sm_attribute_write_text(hid_t object, const char *name, const char *text);

/* Write a string attribute as h5py writes a numpy.bytes_ (fixed length, ASCII), replacing one of that name. Returns
 * false on failure. */
bool sm_attribute_write_fixed(hid_t object, const char *name, const char *text);

/* Write a scalar integer of 64 bits, in place of what there is. Returns false on failure. */
bool sm_attribute_write_integer(hid_t object, const char *name, int64_t integer);

/* Visit all attributes of an object, as H5Aiterate2 does, which crashes where one is damaged. Returns what the last
 * visit did; negative, and without any visit, where one is. */
herr_t sm_attributes_walk(hid_t object, H5A_operator2_t visit, void *data);

/* Copy all attributes, whatever their type, but references, which mean nothing in another file. Those of the same name
 * are left as they are. Returns false on failure, where one is damaged, and where one has more than INT_MAX bytes. */
bool sm_attributes_copy(hid_t from, hid_t to);

#endif
