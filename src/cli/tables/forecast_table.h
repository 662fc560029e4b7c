/* Telling what an archive will take: to people and to programs. */
#ifndef CLI_TABLES_FORECAST_TABLE_H
#define CLI_TABLES_FORECAST_TABLE_H

#include <jansson.h>
#include <stdio.h>

#include "parallel/archive/finding.h"
#include "parallel/sources/sources.h"

/* What is told of a measurement beside what was found; all zero where there is nothing to do. */
struct sm_outlook {
    size_t n_ranks;  /* that it would get */
    uint64_t memory; /* bytes of a rank */
    uint64_t images; /* bytes on the disk, at most, where each frame gets an image */
};

/* Everything that is told. */
struct sm_forecast {
    const struct sm_sources *sources;
    const struct sm_finding *findings; /* [sources->n] */
    const struct sm_outlook *outlooks; /* [sources->n] */
    size_t n_ranks;
    double rate;    /* bytes a second that a rank decodes; 0: unknown */
    double seconds; /* that all of it takes, about */
};

/* Write a table of the measurements and a summary, or the summary alone. Reasons why measurements cannot be done go to
 * standard error. */
void sm_forecast_tell(FILE *stream, const struct sm_forecast *forecast, bool table);

/* The same as JSON; NULL where memory is out. To be released with json_decref. */
json_t *sm_forecast_value(const struct sm_forecast *forecast);

#endif
