/* Attributes of HDF5 objects. */
#ifndef RTDC_HDF5_ATTRIBUTES_H
#define RTDC_HDF5_ATTRIBUTES_H

#include <hdf5.h>
#include <stdbool.h>

/* Text of a scalar string attribute, of fixed or variable length, without padding. NULL where there is no such
 * attribute, it is no string, or memory is out. To be released with free.
 *
 * fixed_length   receives whether its strings have a fixed length; may be NULL */
char *sm_attribute_text(hid_t object, const char *name, bool *fixed_length);

/* Value of a scalar attribute of any number type. Returns false where there is none, or it is no number. */
bool sm_attribute_number(hid_t object, const char *name, double *value);

/* Write a string attribute as h5py writes a str (variable length, UTF-8), replacing one of that name. Returns false on
 * failure. */
bool sm_attribute_write_text(hid_t object, const char *name, const char *text);

/* Write a string attribute as h5py writes a numpy.bytes_ (fixed length, ASCII), replacing one of that name. Returns
 * false on failure. */
bool sm_attribute_write_fixed(hid_t object, const char *name, const char *text);

/* Copy all attributes, whatever their type, but references, which mean nothing in another file. Those of the same name
 * are left as they are. Returns false on failure, and where one has more than INT_MAX bytes. */
bool sm_attributes_copy(hid_t from, hid_t to);

#endif
