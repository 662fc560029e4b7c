/* What files hold, such as names, within the languages of pages and tables. It may be anything, and stays text. */
#ifndef RTDC_REPORT_MARKUP_H
#define RTDC_REPORT_MARKUP_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* A text of any bytes for HTML, between tags or within a quoted attribute. NULL where memory is out. To be released
 * with free. */
char *sm_markup_html(const char *text);

/* Write a value as JSON that can stand in a script element of a page: it ends no element and begins no comment, and has
 * no line end that only scripts know. Returns false where memory is out, or it could not be written. */
bool sm_markup_json(FILE *stream, const json_t *value);

/* A number as JSON: null where it is not finite. NULL where memory is out; to be released with json_decref. */
json_t *sm_number_value(double number);

/* A text of any bytes for a cell of a table with tabulators: control characters, such as tabulators and line breaks, as
 * "\x09", and an apostrophe before what a spreadsheet would take for a formula. NULL where memory is out. To be
 * released with free. */
char *sm_markup_cell(const char *text);

#endif
