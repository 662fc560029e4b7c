#include "cli/options/option_table.h"

#include <stddef.h>

const char *const sm_section_headings[SM_N_SECTIONS] = {
    [SM_OF_BACKGROUND] = "The background:",
    [SM_OF_OUTPUT] = "The output:",
    [SM_OF_LIMITS] = "What a measurement may take:",
    [SM_OF_FRAMES] = "Frames that are no measurement:",
    [SM_OF_REACH] = "What a measurement may lead to:",
    [SM_OF_NAMES] = "Which files:",
    [SM_OF_ARCHIVE] = "The archive:",
    [SM_OF_REPORT] = "The report:",
    [SM_OF_TELLING] = "The job:",
};

/* The order is also that of the message on an option that a command does not have. */
const struct sm_option sm_option_table[] = {
    {SM_OF_BACKGROUND, 'k', "kernel-size", "FRAMES",
     "frames a median is taken over, 1 to 2147483647\n"
     "(200)",
     .take = sm_take_kernel_size},
    {SM_OF_BACKGROUND, 's', "split-time", "SECONDS", "time between background images, above 0 (1)",
     .take = sm_take_split_time},
    {SM_OF_BACKGROUND, 't', "thresh-cleansing", "VALUE",
     "cleansing threshold, 0 or more; 0 keeps the fixed\n"
     "fraction of -f (0)",
     .take = sm_take_thresh_cleansing},
    {SM_OF_BACKGROUND, 'f', "frac-cleansing", "VALUE",
     "fraction of the images to keep, above 0 and up to 1;\n"
     "1 disables cleansing (0.8)",
     .take = sm_take_frac_cleansing},
    {SM_OF_BACKGROUND, 'o', "offset-correction", "WHEN",
     "brightness offset of every frame: on, off, or auto\n"
     "(on where the first 1000 frames flicker) (on)",
     .take = sm_take_offset_correction},
    {SM_OF_BACKGROUND, 0, "ppid", "PPID",
     "all five at once, such as\n"
     "sparsemed:k=200^s=1^t=0^f=0.8^o=1",
     .take = sm_take_ppid},

    {SM_OF_OUTPUT, 'c', "compression", "HOW", "zstd-1 to zstd-9, or none (zstd-5)", .take = sm_take_compression},
    {SM_OF_OUTPUT, 0, "images", "HOW",
     "shared: frames share background images; frames: every\n"
     "frame has one in events, as dcnum looks for it (shared)",
     .take = sm_take_images},
    {SM_OF_OUTPUT, 0, "force", NULL, "compute anew, and replace an existing output", .set = sm_set_force},
    {SM_OF_OUTPUT, 0, "json", "FILE", "write a record of the job; - is standard output", .take = sm_take_json},
    {SM_OF_OUTPUT, 0, "mark", "FILE",
     "write the exit status there, last of all, by which a\n"
     "script knows that the job has ended",
     .take = sm_take_mark},

    {SM_OF_LIMITS, 0, "timeout", "SECONDS",
     "give a measurement up that takes longer; batch tries it\n"
     "again last; 0: as long as it likes (0)",
     .take = sm_take_timeout},
    {SM_OF_LIMITS, 0, "max-memory", "SIZE",
     "refuse what would take more of a rank, such as 512M or\n"
     "2G; 0: as much as it likes; default: what the node or the\n"
     "job has, divided by the ranks there",
     .take = sm_take_max_memory},

    {SM_OF_TELLING, 0, "progress", "STYLE", "auto, bar, lines or none (auto)", .take = sm_take_progress},
    {SM_OF_TELLING, 0, "stall-limit", "SECONDS",
     "end the job, to be run again, when a rank has made no\n"
     "headway for so long; 0: never (1800)",
     .take = sm_take_stall_limit},
    {SM_OF_TELLING, 'q', "quiet", NULL, "tell errors only", .set = sm_set_quiet},
    {SM_OF_TELLING, 'v', "verbose", NULL, "tell more", .set = sm_set_verbose},
    {SM_OF_TELLING, 'h', "help", NULL, "show this text", .set = sm_set_help},

    {SM_OF_RUN, 0, "in-place", NULL, "put the background into INPUT itself", .set = sm_set_in_place},
    {SM_OF_RUN, 0, "copy", NULL, "make OUTPUT a complete copy of INPUT, with the background", .set = sm_set_copy},
    {SM_OF_RUN, 0, "frames", "SLICE",
     "only the frames FIRST:END or FIRST:END:STEP, as Python\n"
     "counts them, such as 1000:2000, :500, -500: or ::10",
     .take = sm_take_frames},

    {SM_OF_FRAMES, 0, "dataset", "PATH", "the frames are this dataset of INPUT, an HDF5 file", .take = sm_take_dataset},
    {SM_OF_FRAMES, 0, "time", "PATH",
     "time stamps in seconds: a dataset of INPUT, or another\n"
     "NumPy array where INPUT is one",
     .take = sm_take_time},
    {SM_OF_FRAMES, 0, "frame-rate", "HZ", "frames a second, where INPUT tells none", .take = sm_take_frame_rate},

    {SM_OF_REACH, 0, "basin-root", "DIR",
     "nothing outside this folder is opened for a measurement,\n"
     "whatever leads there; can be given more than once",
     .take = sm_take_basin_root},
    {SM_OF_REACH, 0, "search-path", "DIR",
     "what a basin does not find is looked for by its name\n"
     "below this folder; identifiers must agree; can be repeated",
     .take = sm_take_search_path},
    {SM_OF_REACH, 0, "follow-links", NULL,
     "links, virtual datasets and external storage may lead out\n"
     "of the folder of the measurement, as basins may",
     .set = sm_set_follow_links},

    {SM_OF_BATCH, 0, "retries", "N",
     "try a measurement so often again whose failure may pass,\n"
     "as of a disk that is full, after growing pauses (2)",
     .take = sm_take_retries},
    {SM_OF_BATCH, 0, "on-end", "COMMAND",
     "run this by the shell when the job is over, with the\n"
     "record of --json on its standard input",
     .take = sm_take_on_end},

    {SM_OF_PLAN, 0, "ranks", "N", "ranks to plan for; default: those that it runs on", .take = sm_take_ranks},

    {SM_OF_AUDIT, 0, "json", "FILE", "write a record of all; - is standard output", .take = sm_take_json},
    {SM_OF_AUDIT, 0, "tsv", "FILE",
     "write a row a measurement, tabulators between cells; - is\n"
     "standard output",
     .take = sm_take_tsv},

    {SM_OF_COMPARE, 0, "json", "FILE", "write a record of all; - is standard output", .take = sm_take_json},

    {SM_OF_VERIFY, 0, "recompute", "N",
     "compute N images and offsets of each anew, or all of\n"
     "them, and compare (0)",
     .take = sm_take_recompute},
    {SM_OF_VERIFY, 0, "journal", "FILE",
     "note there what is good, and do not look at it again\n"
     "where it has not changed: a job that was stopped goes on",
     .take = sm_take_journal},
    {SM_OF_VERIFY, 0, "json", "FILE", "write a record of all; - is standard output", .take = sm_take_json},

    {SM_OF_RELINK, 0, "json", "FILE", "write a record of all; - is standard output", .take = sm_take_json},

    {SM_OF_STATUS, 0, "watch", NULL, "tell again and again, until all jobs have ended", .set = sm_set_watch},
    {SM_OF_STATUS, 0, "json", "FILE", "write a record of all; - is standard output", .take = sm_take_json},

    {SM_OF_NAMES, 0, "include", "GLOB",
     "only what has such a path below the folder, or such a\n"
     "name where GLOB has no slash; also *_bg.rtdc and\n"
     "*_dcn.rtdc; can be repeated",
     .take = sm_take_include},
    {SM_OF_NAMES, 0, "exclude", "GLOB", "nothing that has such a path or name; can be repeated",
     .take = sm_take_exclude},

    {SM_OF_CONDITIONS, 0, "only-if", "CONDITION",
     "only what its headers tell this of, as audit shows it:\n"
     "no-background, generation<11, region=channel,\n"
     "frames>=1000, newer-than=2024-05-31 ...; can be repeated",
     .take = sm_take_only_if},
    {SM_OF_SELECTION, 0, "manifest", "FILE",
     "more measurements, one a line: a path, mirrored as it is\n"
     "written, or INPUT, a tabulator and OUTPUT; - is standard\n"
     "input",
     .take = sm_take_manifest},

    {SM_OF_ARCHIVE, 0, "output-dir", "DIR",
     "make outputs under DIR, where the folders of SOURCE are\n"
     "mirrored: <stem>_bg.rtdc",
     .take = sm_take_output_dir},
    {SM_OF_ARCHIVE, 0, "in-place", NULL, "put each output in the place of its input", .set = sm_set_in_place},
    {SM_OF_ARCHIVE, 0, "copy", NULL,
     "make each output a complete copy of its input, under its\n"
     "name",
     .set = sm_set_copy},
    {SM_OF_ARCHIVE, 0, "shard", "I/N",
     "every N-th measurement only, from number I on: for N jobs\n"
     "that share the archive",
     .take = sm_take_shard},
    {SM_OF_ARCHIVE, 0, "journal", "FILE",
     "what was done; default: sparsemed-journal.jsonl in DIR, or\n"
     "in the folder that holds all sources",
     .take = sm_take_journal},
    {SM_OF_ARCHIVE, 0, "retry-failed", NULL, "try again what has failed before and has not changed",
     .set = sm_set_retry_failed},
    {SM_OF_ARCHIVE, 0, "grace", "SECONDS",
     "time that measurements under way have to end after a\n"
     "signal to stop (0)",
     .take = sm_take_grace},

    {SM_OF_REPORT, 'o', "output", "FILE",
     "the page: HTML; of several measurements the worst have\n"
     "pages of their own in <stem of FILE>_pages beside it",
     .take = sm_take_report},
    {SM_OF_REPORT, 0, "tsv", "FILE", "a row a measurement, tabulators between cells", .take = sm_take_tsv},
    {SM_OF_REPORT, 0, "multiqc", "FILE", "custom content for MultiQC: JSON, such as x_mqc.json",
     .take = sm_take_multiqc},

    {0},
};
_Static_assert(sizeof sm_option_table / sizeof *sm_option_table <= SM_MAX_OPTIONS + 1, "SM_MAX_OPTIONS is too small");
