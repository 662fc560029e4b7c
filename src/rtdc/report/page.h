/* A page of HTML that needs nothing beside it: style, scripts, pictures and data are inside, and it may ask nobody for
 * anything.
 *
 * What it shows is JSON; its scripts (page.js and those after it) draw that. The template is page.html. A policy in its
 * head lets a browser run these scripts and no others, by their checksums, whatever else may be in the page. */
#ifndef RTDC_REPORT_PAGE_H
#define RTDC_REPORT_PAGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "sparsemed/status.h"

/* Write a page through a temporary file, in the place of one that is there.
 *
 * path    of the page
 * title   of any bytes
 * data    what is shown, see portrait.h and brief.h
 *
 * SPARSEMED_OUTPUT: it could not be written; what was there is as it was. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_page_write(const char *path, const char *title, const json_t *data,
                                    struct sparsemed_error *error);

/* Write a text the same way.
 *
 * compose   writes it to a stream; returns false where memory is out
 * what      it is, for messages: "the page" */
enum sparsemed_status sm_text_file_write(const char *path, const char *what,
                                         bool (*compose)(FILE *stream, const void *data), const void *data,
                                         struct sparsemed_error *error);

/* What all pages begin with. */
#define SM_PAGE_BEGINNING "<!DOCTYPE html>\n<!-- A report of sparsemed. -->\n"

/* Check that a path may get a text: nothing is lost there but an earlier one.
 *
 * option      whose value the path is, for messages
 * beginning   of the texts that may be replaced
 *
 * SPARSEMED_USAGE: it has the name of a measurement, or something else is there; the message names it. */
enum sparsemed_status sm_text_file_check(const char *option, const char *path, const char *beginning,
                                         struct sparsemed_error *error);

#endif
