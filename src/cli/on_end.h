/* What --on-end runs when a job is over: a command that mails, posts or files what was done. */
#ifndef CLI_ON_END_H
#define CLI_ON_END_H

#include <jansson.h>

/* Run a command by the shell, with the record on its standard input, as one line of JSON; what it prints goes to
 * standard error. It has a minute, and is killed then with all that it has started. That it cannot be run, or fails, is
 * told, and changes nothing of what the job has come to. For the first rank.
 *
 * record   is released; NULL stands for one that memory was too short for */
void sm_on_end(const char *command, json_t *record);

#endif
