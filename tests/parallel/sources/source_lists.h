/* Lists of measurements in tests. */
#ifndef TESTS_PARALLEL_ARCHIVE_SOURCE_LISTS_H
#define TESTS_PARALLEL_ARCHIVE_SOURCE_LISTS_H

#include "parallel/sources/sources.h"
#include "support/scratch.h"

/* Add a path of the scratch folder, which must succeed. */
void add(struct sm_sources *sources, const char *name);

/* The list must be these pairs of paths, relative to the scratch folder, after it is settled. */
void assert_list(struct sm_sources *sources, size_t n, const char *const expected[][2]);

/* These paths of the scratch folder must be passed over, for reasons with these words. The list is sorted. */
void assert_passed_over(struct sm_sources *sources, size_t n, const char *const expected[][2]);

#endif
