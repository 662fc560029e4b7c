#include "cli/json_file.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum sparsemed_status sm_record_write(const char *path, json_t *record, struct sparsemed_error *error) {
    bool to_stdout = strcmp(path, "-") == 0;
    char *text = record ? json_dumps(record, JSON_REAL_PRECISION(6)) : NULL;
    json_decref(record);
    if (!text) {
        return sparsemed_fail_memory(error, "writing the record");
    }
    FILE *stream = to_stdout ? stdout : fopen(path, "w");
    bool written = stream && fprintf(stream, "%s\n", text) > 0 && fflush(stream) == 0;
    if (!written) {
        sparsemed_fail(error, SPARSEMED_OUTPUT, "%s: the record could not be written: %s", path, strerror(errno));
    }
    if (stream && !to_stdout) {
        fclose(stream);
    }
    free(text);
    return error->status;
}

void sm_record_tell(FILE *stream, const struct sm_options *options, const struct sm_report *report) {
    const char *output = options->job.output;
    for (int i = 0; i < report->n_warnings; i++) {
        fprintf(stderr, "sparsemed: %s: warning: %s\n", options->job.input, report->warnings[i]);
    }
    if (report->unchanged) {
        fprintf(stream, "%s: holds this background already, left as it is\n", output);
        return;
    }
    const struct sm_seconds *seconds = &report->seconds;
    fprintf(stream,
            "%s: %" PRIu64 " of %" PRIu64 " background images kept, for %" PRIu64 " frames of %zu x %zu pixels\n",
            output, report->n_kept, report->n_steps, report->n_frames, report->height, report->width);
    if (options->verbose) {
        const double mega = 1e6;
        fprintf(stream, "  %s\n", report->ppid);
        fprintf(stream, "  read %.1f MB, decoded %.1f MB\n", (double)report->bytes_read / mega,
                (double)report->bytes_decoded / mega);
        fprintf(stream, "  plan %.3f s, stream %.3f s, cleanse %.3f s, write %.3f s\n", seconds->plan, seconds->stream,
                seconds->cleanse, seconds->write);
    }
    fprintf(stream, "%.2f s on %d %s\n", seconds->total, report->n_ranks, report->n_ranks == 1 ? "rank" : "ranks");
}
