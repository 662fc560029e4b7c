/* The journal of an archive: one line of JSON for every measurement that was finished or has failed, and before it one
 * that tells that a job has begun with it.
 *
 * Lines are appended whole, by one process a file; jobs that share an archive (shards) each have a journal of their own
 * and read all of them. A line that a job could not complete is passed over when it is read.
 *
 * What was begun and did not end was under way when a job died: it may have taken the job down, or have been innocent
 * beside another one, or somebody has killed the job. So the next job works on such measurements first, with all ranks
 * and one at a time. One that is under way when that job dies, too, has been alone then: it is entered as failed, and
 * left alone. An end of any kind clears a measurement, also a request to stop, which is noted; so does a change of the
 * file. Who kills jobs twice while they work on the same measurement gets it blamed: --retry-failed tries it again.
 *
 * What took longer than it might comes last instead, and alone, too: it has been slow before, and the others are to be
 * done by then. It is known by its failure, or where a rank was stuck in it by a mark, which is there before the job
 * ends. */
#ifndef PARALLEL_JOURNAL_JOURNAL_H
#define PARALLEL_JOURNAL_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "sparsemed/status.h"

/* The name of a journal where nobody says otherwise. */
#define SM_JOURNAL_NAME "sparsemed-journal.jsonl"

/* An open journal. Belongs to one process. */
struct sm_journal {
    char *path;
    int descriptor; /* holds a lock; -1: none is open */
    bool torn;      /* the last line has no end */
    char *owed;     /* lines that are not written yet, each after a line break; NULL: none */
    size_t owed_size;
};

#define SM_NO_JOURNAL ((struct sm_journal){NULL, -1, false, NULL, 0})

/* Path of the journal of a shard: "<stem>.<shard>-of-<n_shards><extension>". NULL where memory is out. To be released
 * with free. */
char *sm_journal_shard_path(const char *path, size_t shard, size_t n_shards);

/* Whether a file of this name is the journal of this path, or that of one of its shards. */
bool sm_journal_belongs(const char *name, const char *path);

/* Open a journal for appending, or make it, and lock it.
 *
 * journal   receives it; release with sm_journal_close, also after a failure
 *
 * SPARSEMED_USAGE: it is a file that holds something else. SPARSEMED_OUTPUT: it cannot be written, is a symbolic link
 * or no file, or another job is writing it. SPARSEMED_INTERNAL: out of memory. */
enum sparsemed_status sm_journal_open(const char *path, struct sm_journal *journal, struct sparsemed_error *error);

/* Note a line, which is owed from now on, to be written along with others.
 *
 * text   one object of JSON, without line breaks
 *
 * SPARSEMED_INTERNAL: out of memory; the line is lost. */
enum sparsemed_status sm_journal_note(struct sm_journal *journal, const char *text, struct sparsemed_error *error);

/* Append all lines that are owed, which stay whole whatever becomes of the program. What cannot be written, as on a
 * full disk, is owed still. SPARSEMED_OUTPUT: there is such a line. */
enum sparsemed_status sm_journal_write(struct sm_journal *journal, struct sparsemed_error *error);

/* Note a line, and append all that are owed. Errors of both. */
enum sparsemed_status sm_journal_append(struct sm_journal *journal, const char *text, struct sparsemed_error *error);

/* Append all lines that are owed, and flush the journal to disk: a loss of power takes none of it. SPARSEMED_OUTPUT:
 * that failed; where lines are owed still, it may do once more. */
enum sparsemed_status sm_journal_flush(struct sm_journal *journal, struct sparsemed_error *error);

/* Close, without flushing; SM_NO_JOURNAL is fine. */
void sm_journal_close(struct sm_journal *journal);

#endif
