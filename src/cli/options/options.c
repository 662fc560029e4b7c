#include "cli/options/options.h"

#include <stdlib.h>
#include <string.h>

FILE *sm_options_text_stream(const struct sm_options *options) {
    bool taken = (options->json_path && strcmp(options->json_path, "-") == 0) ||
                 (options->tsv_path && strcmp(options->tsv_path, "-") == 0);
    return taken ? stderr : stdout;
}

void sm_options_free(struct sm_options *options) {
    free(options->command_line);
    free(options->made_output);
    for (size_t i = 0; i < SM_MAX_ROOTS; i++) {
        free(options->roots[i]);
        free(options->search_paths[i]);
    }
    sm_moved_files_free(&options->moved);
    *options = (struct sm_options){0};
}
