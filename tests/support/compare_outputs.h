/* Comparing an output with one of the reference. */
#ifndef TESTS_SUPPORT_COMPARE_OUTPUTS_H
#define TESTS_SUPPORT_COMPARE_OUTPUTS_H

#include <stdbool.h>

/* Whether two files agree in all that readers notice of a background: images, map and offsets bit for bit, their
 * shapes, chunks and filters, the ppid attributes, and the definition of the internal basin, which is the only one that
 * offers background images. The map may have another name. Says on standard error what differs. */
bool outputs_agree(const char *ours, const char *reference);

/* The same for a file with an image a frame, which must be those that the map of the reference gives the frames, read
 * one by one; and no basin may offer others. */
bool frames_agree(const char *ours, const char *reference);

#endif
