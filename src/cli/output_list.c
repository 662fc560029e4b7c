#include "cli/output_list.h"

#include <assert.h>

#include "cli/archive_list.h"
#include "parallel/headway.h"
#include "parallel/inspection/verify_outputs.h"
#include "rtdc/files/path.h"

enum sparsemed_status sm_output_list_find(const struct sm_options *options, struct sm_stop *stop,
                                          struct sm_sources *outputs, struct sparsemed_error *error) {
    assert(error->status == SPARSEMED_OK);
    *outputs = (struct sm_sources){.in_place = true, .outputs_too = true, .stop = stop, .globs = &options->globs};
    for (int i = 0; i < options->n_paths && error->status == SPARSEMED_OK; i++) {
        bool is_journal;
        sm_headway_begin("listing", options->paths[i]);
        if (sm_verify_add_journal(outputs, options->paths[i], &is_journal, error) == SPARSEMED_OK && !is_journal) {
            sm_sources_add(outputs, options->paths[i], error);
        }
    }
    if (error->status != SPARSEMED_OK || sm_sources_settle(outputs, error) != SPARSEMED_OK) {
        return error->status;
    }
    if (!options->quiet) {
        sm_archive_list_tell_passed_over(outputs);
    }
    if (outputs->n == 0) {
        sparsemed_fail(error, SPARSEMED_INPUT, "there are no outputs (*.rtdc) to %s", options->command);
    }
    return error->status;
}

bool sm_output_is_named(const struct sm_options *options, const char *path) {
    bool named = false;
    for (int i = 0; i < options->n_paths && !named; i++) {
        named = sm_path_same(options->paths[i], path);
    }
    return named;
}
