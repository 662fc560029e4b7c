/* What a job on an archive has to tell of itself, as its ledger has it. For src/parallel only. */
#ifndef PARALLEL_ARCHIVE_LEDGER_PULSE_H
#define PARALLEL_ARCHIVE_LEDGER_PULSE_H

#include "parallel/archive/ledger.h"
#include "parallel/status/pulse.h"

/* On the first rank.
 *
 * ledger   opened, or not yet: then only what is known before is told
 * own      what does not change: host, process, job, shard, ranks, when it was started; and what was to do at first
 *
 * Returns the heartbeat's text (pulse.h), to be released with free; NULL where memory is out. */
char *sm_ledger_pulse(const struct sm_ledger *ledger, const struct sm_pulse *own);

/* What does not change, of a job that begins now. */
struct sm_pulse sm_ledger_pulse_begin(const struct sm_archive *archive, int n_ranks);

#endif
