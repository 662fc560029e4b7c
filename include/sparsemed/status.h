/* Outcome of an operation that can fail. */
#ifndef SPARSEMED_STATUS_H
#define SPARSEMED_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

/* A value of a struct, to be followed by its members in braces: SPARSEMED_NO_ERROR and the other initial values of
 * these headers serve C and C++ (from C++11 on) alike. */
#ifdef __cplusplus
#define SPARSEMED_VALUE_OF(name) name
#else
#define SPARSEMED_VALUE_OF(name) (struct name)
#endif

/* What went wrong. The values are the exit codes of the command line. */
enum sparsemed_status {
    SPARSEMED_OK = 0,
    SPARSEMED_USAGE = 2,     /* a parameter or option is not valid */
    SPARSEMED_INPUT = 3,     /* the measurement cannot be used */
    SPARSEMED_OUTPUT = 4,    /* the result could not be written */
    SPARSEMED_TIMED_OUT = 5, /* it takes longer than it may */
    SPARSEMED_TOO_LARGE = 6, /* it needs more memory than it may take */
    SPARSEMED_INTERNAL = 70, /* out of memory, or a defect of the program */
    SPARSEMED_STOPPED = 75,  /* stopped on request; to be continued */
};

#define SPARSEMED_MESSAGE_SIZE 1024

/* A status and what to tell the user: which file, what is wrong, what to do. Plain data: it can be copied, sent, and
 * needs no release. Initialize with SPARSEMED_NO_ERROR.
 *
 * A function of this library that can fail returns its own outcome. It writes to the error when it fails, and only
 * then, and never reads what an earlier call has left there. So one error serves any number of calls: it tells of the
 * last call that failed, and whether a call failed is told by what it returned.
 *
 * The layers of the program above this library (src/rtdc, src/parallel) are stricter: they hand one error along a chain
 * of calls, and demand that it holds no failure when they are called. For that they rely on a function that returns
 * SPARSEMED_OK to leave the error as it was. */
struct sparsemed_error {
    enum sparsemed_status status;
    char message[SPARSEMED_MESSAGE_SIZE]; /* UTF-8, without a final newline; "" where status is SPARSEMED_OK */
};

#define SPARSEMED_NO_ERROR (SPARSEMED_VALUE_OF(sparsemed_error){SPARSEMED_OK, ""})

/* Record a failure and return its status, so that a caller can write `return sparsemed_fail(error, ...)`.
 *
 * error    receives status and message; an earlier failure in it is overwritten. A message that is too long is cut
 * status   not SPARSEMED_OK
 * format   as of printf; the arguments may not lie in *error */
enum sparsemed_status sparsemed_fail(struct sparsemed_error *error, enum sparsemed_status status, const char *format,
                                     ...) __attribute__((format(printf, 3, 4)));

/* Tell where a failure happened: puts a text and ": " before its message, which is cut at the end where both are too
 * long. Returns the status, as sparsemed_fail does.
 *
 * error    of a failure: its status is not SPARSEMED_OK
 * format   as of printf; the arguments may lie in *error */
enum sparsemed_status sparsemed_fail_where(struct sparsemed_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The failure "out of memory while doing WHAT". */
enum sparsemed_status sparsemed_fail_memory(struct sparsemed_error *error, const char *what);

#ifdef __cplusplus
}
#endif

#endif
