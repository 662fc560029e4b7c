/* JSON whose texts may hold any bytes, as names of files do.
 *
 * JSON is Unicode, and a name of a file is bytes, mostly UTF-8 but not always. Python, and with it every program that
 * writes measurements, has a form for that which loses nothing (PEP 383): a byte XX that is not part of valid UTF-8 is
 * the lone surrogate U+DCXX, in JSON the escape \udcXX. This reads and writes that form.
 *
 * Jansson takes no lone surrogates. So the last 2048 characters of Unicode, U+10F800 to U+10FFFF, which are nobody's,
 * stand for the surrogates U+D800 to U+DFFF in a value in memory. Where a text has one of these characters itself, it
 * is taken for bytes that are not UTF-8. So two names never become the same value, nor the same JSON, and who reads
 * that with Python has the names of the files by os.fsencode.
 *
 * Values made and read here can be compared as strings, and be keys of objects. */
#ifndef RTDC_FILES_SURROGATES_H
#define RTDC_FILES_SURROGATES_H

#include <jansson.h>

/* A text, such as a path, of any bytes as a JSON string. NULL where memory is out; to be released with json_decref. */
json_t *sm_json_from_bytes(const char *bytes);

/* The bytes of a string made or read here. A lone surrogate that stands for no byte becomes U+FFFD. NULL where the
 * value is no string, or memory is out. To be released with free. */
char *sm_json_to_bytes(const json_t *string);

/* A text of any bytes as UTF-8, for texts that are no JSON: a byte XX that is not part of UTF-8 becomes the six
 * characters \udcXX. NULL where memory is out. To be released with free. */
char *sm_utf8_from_bytes(const char *bytes);

/* Read JSON, with lone surrogates as escapes, and with bytes that are not UTF-8. NULL where it is no JSON, or memory is
 * out; to be released with json_decref. */
json_t *sm_json_read(const char *text);

/* Write a value as JSON: valid UTF-8, with surrogates as escapes.
 *
 * flags   as of json_dumps
 *
 * NULL where memory is out. To be released with free. */
char *sm_json_write(const json_t *value, size_t flags);

#endif
