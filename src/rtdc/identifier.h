/* The identifier by which readers recognize a measurement. */
#ifndef RTDC_IDENTIFIER_H
#define RTDC_IDENTIFIER_H

#include <hdf5.h>

/* Characters of an MD5 sum in hexadecimal, and the terminating zero. */
#define SM_MD5_SIZE 33

/* MD5 sum of a text, in hexadecimal: the name of a basin definition. */
void sm_md5(const char *text, char sum[SM_MD5_SIZE]);

/* Identifier of a measurement as dcnum computes it: the root attribute that names it, else a UUID from
 * date, time and set-up.
 *
 * Returns NULL where the file tells too little (or memory is out). To be released with free. */
char *sm_measurement_identifier(hid_t file);

#endif
