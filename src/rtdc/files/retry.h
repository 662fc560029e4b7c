/* Calls of the system that a signal can interrupt on some file systems, whatever its handler is set to. */
#ifndef RTDC_FILES_RETRY_H
#define RTDC_FILES_RETRY_H

#include <errno.h>

/* Make a call, and again for as long as it is interrupted. Has the value of the call, of the type that it has. */
#define SM_RETRY(call)                                                                                                 \
    __extension__({                                                                                                    \
        __typeof__(call) outcome_;                                                                                     \
        do {                                                                                                           \
            outcome_ = (call);                                                                                         \
        } while (outcome_ == -1 && errno == EINTR);                                                                    \
        outcome_;                                                                                                      \
    })

#endif
