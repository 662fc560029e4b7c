/* What status tells of an archive. */
#ifndef CLI_TABLES_STATUS_TABLE_H
#define CLI_TABLES_STATUS_TABLE_H

#include <jansson.h>
#include <stdio.h>

#include "parallel/status/overview.h"

/* What is told. All borrowed. */
struct sm_status_told {
    const char *journal; /* absolute path, without shard */
    const struct sm_sightings *sightings;
    const struct sm_overview *overview;
};

/* Tell people: jobs, counts, failures by reason, and what is worked on. */
void sm_status_tell(FILE *stream, const struct sm_status_told *told);

/* The same for programs; NULL where memory is out. jobs/README.md, "Watching a job", tells its fields. */
json_t *sm_status_value(const struct sm_status_told *told);

#endif
