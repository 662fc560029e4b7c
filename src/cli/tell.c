#include "cli/tell.h"

#include <stdarg.h>
#include <stdlib.h>

#include "rtdc/files/shown.h"

void sm_tell(FILE *stream, const char *format, ...) {
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    char *shown = length >= 0 ? sm_shown(text) : NULL;
    fprintf(stream, "%s\n", shown ? shown : "sparsemed: memory is out, and this cannot be told");
    free(shown);
    if (length >= 0) {
        free(text);
    }
}
