#include "parallel/archive/ledger_pulse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/numbers.h"
#include "parallel/seconds.h"
#include "parallel/status/heartbeat.h"

/* A heartbeat must stay small whatever the job. Stragglers are among the oldest. */
enum { MOST_TOLD = 256 };

struct sm_pulse sm_ledger_pulse_begin(const struct sm_archive *archive, int n_ranks) {
    struct sm_pulse own = {
        .process = getpid(),
        .shard = archive->shard,
        .n_shards = archive->n_shards,
        .n_ranks = (uint64_t)n_ranks,
        .interval = SM_HEARTBEAT_INTERVAL,
    };
    const char *job = getenv("SLURM_JOB_ID"), *array = getenv("SLURM_ARRAY_JOB_ID");
    const char *task = getenv("SLURM_ARRAY_TASK_ID");
    gethostname(own.host, sizeof own.host - 1);
    if (array && task) { /* as squeue has it */
        snprintf(own.slurm_job, sizeof own.slurm_job, "%s_%s", array, task);
    } else {
        snprintf(own.slurm_job, sizeof own.slurm_job, "%s", job ? job : "");
    }
    sm_journal_now(own.started);
    return own;
}

/* The oldest first. */
static int compare(const void *left, const void *right) {
    const struct sm_at_work *a = left, *b = right;
    return (a->begun > b->begun) - (a->begun < b->begun);
}

static struct sm_undertaking undertaking_of(const struct sm_ledger *ledger, const struct sm_at_work *work) {
    size_t source = ledger->to_do[work->index];
    const struct sm_facts *facts = &ledger->findings[source].facts;
    struct sm_undertaking undertaking = {
        .input = strdup(ledger->sources->list[source].input),
        .output = strdup(ledger->sources->list[source].output),
        .seconds = sm_seconds_now() - work->begun,
        .n_ranks = work->n_ranks,
        .n_frames = facts->n_frames,
        .n_frames_done = sm_min(work->n_frames_done, facts->n_frames), /* what is tried again is counted again */
        .bytes = facts->n_frames * facts->height * facts->width,
    };
    memcpy(undertaking.since, work->since, sizeof undertaking.since);
    return undertaking;
}

/* List what is worked on. Where memory is out nothing is told of it. */
static void list_undertakings(const struct sm_ledger *ledger, struct sm_pulse *pulse) {
    const struct sm_roster *roster = &ledger->roster;
    struct sm_at_work *list = malloc(roster->n * sizeof *list + 1);
    pulse->n_at_work = roster->n;
    pulse->undertakings = malloc(sm_min(roster->n, MOST_TOLD) * sizeof *pulse->undertakings + 1);
    if (list && pulse->undertakings && roster->n > 0) {
        memcpy(list, roster->list, roster->n * sizeof *list);
        qsort(list, roster->n, sizeof *list, compare);
        for (; pulse->n < roster->n && pulse->n < MOST_TOLD; pulse->n++) {
            pulse->undertakings[pulse->n] = undertaking_of(ledger, &list[pulse->n]);
        }
    }
    free(list);
    for (size_t i = 0; i < roster->n; i++) {
        const struct sm_finding *finding = &ledger->findings[ledger->to_do[roster->list[i].index]];
        pulse->n_frames_done += sm_min(roster->list[i].n_frames_done, finding->facts.n_frames);
    }
}

char *sm_ledger_pulse(const struct sm_ledger *ledger, const struct sm_pulse *own) {
    const struct sm_archive_report *report = ledger->report;
    struct sm_pulse pulse = *own;
    sm_journal_now(pulse.renewed);
    pulse.n_files = ledger->sources->n;
    if (ledger->to_do) {
        pulse.phase = SM_AT_WORK;
        pulse.seconds = MPI_Wtime() - ledger->progress.started;
        pulse.n_done = report->n_done;
        pulse.n_unchanged = report->n_skipped;
        pulse.n_failed = report->n_failed;
        pulse.n_left = report->n_left;
        pulse.n_frames = ledger->progress.n_total;
        pulse.n_frames_done = ledger->progress.n_done;
        list_undertakings(ledger, &pulse);
    }
    char *text = sm_pulse_write(&pulse);
    sm_pulse_free(&pulse);
    return text;
}
