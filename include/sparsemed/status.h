/* Outcome of an operation that can fail. */
#ifndef SPARSEMED_STATUS_H
#define SPARSEMED_STATUS_H

/* What went wrong. The values are the exit codes of the command line. */
enum sm_status {
    SM_OK = 0,
    SM_USAGE = 2,     /* a parameter or option is not valid */
    SM_INPUT = 3,     /* the measurement cannot be used */
    SM_OUTPUT = 4,    /* the result could not be written */
    SM_INTERNAL = 70, /* out of memory, or a defect of the program */
    SM_STOPPED = 75,  /* stopped on request; to be continued */
};

#define SM_MESSAGE_SIZE 1024

/* A status and what to tell the user: which file, what is wrong, what to do. Plain data: it can be copied, sent, and
 * needs no release. Initialize with SM_NO_ERROR. */
struct sm_error {
    enum sm_status status;
    char message[SM_MESSAGE_SIZE]; /* UTF-8, without a final newline; "" where status is SM_OK */
};

#define SM_NO_ERROR ((struct sm_error){SM_OK, ""})

/* Record a failure and return its status, so that a caller can write `return sm_fail(error, ...)`.
 *
 * error    receives status and message; a message that is too long is cut
 * status   not SM_OK
 * format   as of printf */
enum sm_status sm_fail(struct sm_error *error, enum sm_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Tell where a failure happened: puts a text and ": " before its message, which is cut at the end where both are too
 * long. Returns the status, as sm_fail does.
 *
 * error    of a failure
 * format   as of printf */
enum sm_status sm_fail_where(struct sm_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The failure "out of memory while doing WHAT". */
enum sm_status sm_fail_memory(struct sm_error *error, const char *what);

#endif
