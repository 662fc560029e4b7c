/* How long a measurement may take, though it gets on: --timeout. What counts the time is the watchdog, so none passes
 * while all of a job is suspended, or where nobody is watched. */
#ifndef PARALLEL_TIME_LIMIT_H
#define PARALLEL_TIME_LIMIT_H

#include <stdbool.h>
#include <stddef.h>

/* From now on nothing may take longer than so many seconds; 0: it may. Local; before the watchdog starts. */
void sm_time_limit_set(double seconds);

/* What this rank works on from here on may take so long; or nothing is timed any more. Local, from the one thread of a
 * rank that does the work. */
void sm_time_limit_begin(void);
void sm_time_limit_end(void);

/* Whether it takes longer. Local, from any thread, and cheap enough for every slab. */
bool sm_time_limit_is_over(void);

/* The limit in seconds; infinite where there is none. */
double sm_time_limit_seconds(void);

/* ---- what is begun, here or by others ---- */

/* Have a line appended to a file should something that is begun now take too long: early enough to be there when a
 * watchdog ends the job. Nothing where there is no limit, or memory is out. This and what follows is local, and for the
 * one thread that does the work.
 *
 * number       by which it is known
 * descriptor   of the file, open for appending until the line is withdrawn
 * line         with its end; copied */
void sm_time_limit_announce(size_t number, int descriptor, const char *line);

/* This rank itself works on it: whatever it is stuck in, the watchdog appends the line. */
void sm_time_limit_own(size_t number);

/* Append the lines that are due of all; to be called often, and once what is known to be over is withdrawn. */
void sm_time_limit_serve(void);

/* It is over, or given up. Nothing where it was not announced. */
void sm_time_limit_withdraw(size_t number);

/* ---- for the watchdog ---- */

/* Some time has passed: count it, and append the line of what this rank works on, where it is due. */
void sm_time_limit_pass(unsigned milliseconds);

#endif
