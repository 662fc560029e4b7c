/* What takes in the options of the table: a function each, which checks the value and sets what it stands for. */
#ifndef CLI_OPTIONS_OPTION_TAKERS_H
#define CLI_OPTIONS_OPTION_TAKERS_H

#include "cli/options/options.h"
#include "cli/options/values.h"

/* Take in a value. SPARSEMED_USAGE: it is not valid; the message tells what is. */
typedef enum sparsemed_status sm_taker(const struct sm_value *value, struct sm_options *options,
                                       struct sparsemed_error *error);

/* Take in an option without a value. */
typedef void sm_setter(struct sm_options *options);

sm_taker sm_take_kernel_size, sm_take_split_time, sm_take_thresh_cleansing, sm_take_frac_cleansing,
    sm_take_offset_correction, sm_take_ppid, sm_take_compression, sm_take_images, sm_take_json, sm_take_mark,
    sm_take_progress, sm_take_stall_limit, sm_take_timeout, sm_take_max_memory, sm_take_frames, sm_take_dataset,
    sm_take_time, sm_take_frame_rate, sm_take_basin_root, sm_take_search_path, sm_take_include, sm_take_exclude,
    sm_take_only_if, sm_take_recompute, sm_take_ranks, sm_take_output_dir, sm_take_manifest, sm_take_shard,
    sm_take_journal, sm_take_retries, sm_take_on_end, sm_take_grace, sm_take_report, sm_take_tsv, sm_take_multiqc;

sm_setter sm_set_force, sm_set_quiet, sm_set_verbose, sm_set_help, sm_set_in_place, sm_set_copy, sm_set_follow_links,
    sm_set_watch, sm_set_retry_failed;

#endif
