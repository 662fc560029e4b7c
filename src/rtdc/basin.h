/* Basins: where a file finds features that are not among its own events. */
#ifndef RTDC_BASIN_H
#define RTDC_BASIN_H

#include <hdf5.h>
#include <jansson.h>
#include <stdbool.h>

#include "sparsemed/status.h"

/* Basins lead to files with basins: no measurement needs so many, and a web of files must not keep us forever. */
enum { SM_BASIN_MAX_DEPTH = 16, SM_BASIN_MAX_FILES = 256 };

/* Called for each basin definition; returns false to see no more. */
typedef bool sm_basin_visitor(const char *key, const json_t *definition, void *data);

/* Visit the basin definitions of a file, in the order of their names. What is no basin definition is passed over. */
void sm_basins_visit(hid_t file, sm_basin_visitor *visitor, void *data);

/* The basin definitions of a file in the order in which readers search them: internal ones first, then by their names,
 * then by their keys. An array that the caller releases with json_decref; NULL where memory is out. */
json_t *sm_basins_list(hid_t file);

/* Whether a definition lists a feature. */
bool sm_basin_lists(const json_t *definition, const char *name);

/* Name of the map of a basin, which is in the events of the file that has the definition; NULL where its rows are those
 * of the file. */
const char *sm_basin_map(const json_t *definition);

/* Open the file that a path of a definition leads to.
 *
 * path   from the current folder, or absolute
 * file   receives it, to be closed with H5Fclose; invalid after a failure
 *
 * SPARSEMED_INPUT: it cannot be read, or is another measurement than the definition means; the message names it. */
enum sparsemed_status sm_basin_open(const char *path, const json_t *definition, hid_t *file,
                                    struct sparsemed_error *error);

/* Write a definition under the MD5 sum of its text; one that is there already is left.
 *
 * definition   taken over; NULL stands for memory that is out
 *
 * SPARSEMED_OUTPUT: it could not be written. */
enum sparsemed_status sm_basin_write(hid_t file, json_t *definition, int zstd_level, struct sparsemed_error *error);

/* Write the definition of the internal basin that holds the background images.
 *
 * file         open for writing
 * mapping      name of the dataset in events that maps frames to images, such as "basinmap0"
 * zstd_level   see filters.h
 *
 * SPARSEMED_OUTPUT: it could not be written. */
enum sparsemed_status sm_basin_write_internal(hid_t file, const char *ppid, const char *mapping, int zstd_level,
                                              struct sparsemed_error *error);

/* Write the definition of a file basin that offers the features of the input, but not a background of its own.
 *
 * file                      the output, open for writing
 * input                     open for reading
 * input_path, output_path   of the two; the definition holds the absolute path of the input, and its path relative to
 *                           the output
 *
 * SPARSEMED_OUTPUT: it could not be written. */
enum sparsemed_status sm_basin_write_file(hid_t file, hid_t input, const char *input_path, const char *output_path,
                                          int zstd_level, struct sparsemed_error *error);

/* Names of the features that a file has itself, in its events or in its internal basins, sorted; but no background, and
 * no maps. NULL where memory is out. To be released with json_decref. */
json_t *sm_basin_own_features(hid_t file);

/* Insert a feature into a sorted array of them, once; but no background, and no map. */
void sm_basin_insert_feature(json_t *features, const char *name);

/* A copy of a definition that lists what readers find through it now: where it has no list, all that its file offers,
 * basins included, but no background. Where that cannot be told, as there is no such file, it stays as it is. NULL
 * where memory is out. To be released with json_decref.
 *
 * path   of the file that has the definition */
json_t *sm_basin_with_features(const json_t *definition, const char *path);

/* A copy of a definition that does not list the features of a background, nor those of another array, which may be
 * NULL; NULL where memory is out. To be released with json_decref. */
json_t *sm_basin_without_background(const json_t *definition, const json_t *others);

/* Copy the definitions of file basins, and the maps they use, from the input to a new output. They list what they
 * offer, but no longer a background, nor features that the input has itself: there these come first, and readers of the
 * output would find both in basins. Their relative paths lead from the output. One that listed nothing else is left
 * out.
 *
 * input_path, output_path   of the two files
 *
 * SPARSEMED_INPUT, SPARSEMED_OUTPUT: one could not be read or written; the message does not name the file. */
enum sparsemed_status sm_basins_copy(hid_t input, const char *input_path, hid_t output, const char *output_path,
                                     int zstd_level, struct sparsemed_error *error);

#endif
