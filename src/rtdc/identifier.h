/* The identifier by which readers recognize a measurement. */
#ifndef RTDC_IDENTIFIER_H
#define RTDC_IDENTIFIER_H

#include <hdf5.h>

#include "sparsemed/status.h"

/* Characters of an MD5 sum in hexadecimal, and the terminating zero. */
#define SM_MD5_SIZE 33

/* MD5 sum of a text, in hexadecimal: the name of a basin definition. */
void sm_md5(const char *text, char sum[SM_MD5_SIZE]);

/* Read the identifier of a measurement as dcnum computes it: the root attribute that names it, else a UUID from date,
 * time and set-up.
 *
 * identifier   receives it, to be released with free; NULL where the file tells too little
 *
 * SPARSEMED_INPUT: an attribute is damaged; the message does not name the file. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_measurement_identifier_read(hid_t file, char **identifier, struct sparsemed_error *error);

/* The same, or NULL after a failure, where it is only told and not relied upon. */
char *sm_measurement_identifier(hid_t file);

#endif
