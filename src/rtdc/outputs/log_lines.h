/* The lines of a log. */
#ifndef RTDC_OUTPUTS_LOG_LINES_H
#define RTDC_OUTPUTS_LOG_LINES_H

#include <stdint.h>
#include <stdio.h>
#include <time.h>

enum { SM_LOG_TIME_SIZE = 32 };

/* Write "KEY: VALUE", in several lines where one does not do, as UTF-8. A line break in the value becomes a blank.
 * What cannot be written the stream tells when it is closed. */
void sm_log_put(FILE *log, const char *key, const char *value);
void sm_log_put_number(FILE *log, const char *key, uint64_t number);

/* The same with a time as date and time of day, in UTC. */
void sm_log_put_time(FILE *log, const char *key, time_t time);

/* Write a time in UTC by a format of strftime, which must give less than SM_LOG_TIME_SIZE bytes. */
void sm_log_format_time(time_t time, const char *format, char text[SM_LOG_TIME_SIZE]);

#endif
