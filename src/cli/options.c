#include "cli/options.h"

#include <stdlib.h>
#include <string.h>

#include "cli/values.h"
#include "rtdc/hdf5/filters.h"

const char sm_options_help[] = "The background:\n"
                               "  -k, --kernel-size FRAMES      frames a median is taken over, 1 to 2147483647\n"
                               "                                (200)\n"
                               "  -s, --split-time SECONDS      time between background images, above 0 (1)\n"
                               "  -t, --thresh-cleansing VALUE  cleansing threshold, 0 or more; 0 keeps the fixed\n"
                               "                                fraction of -f (0)\n"
                               "  -f, --frac-cleansing VALUE    fraction of the images to keep, above 0 and up to 1;\n"
                               "                                1 disables cleansing (0.8)\n"
                               "  -o, --offset-correction WHEN  brightness offset of every frame: on, off, or auto\n"
                               "                                (on where the first 1000 frames flicker) (on)\n"
                               "      --ppid PPID               all five at once, such as\n"
                               "                                sparsemed:k=200^s=1^t=0^f=0.8^o=1\n"
                               "\n"
                               "The output:\n"
                               "  -c, --compression HOW         zstd-1 to zstd-9, or none (zstd-5)\n"
                               "      --force                   compute anew, and replace an existing output\n"
                               "      --json FILE               write a record of the job; - is standard output\n"
                               "      --progress STYLE          auto, bar, lines or none (auto)\n"
                               "  -q, --quiet                   tell errors only\n"
                               "  -v, --verbose                 tell more\n"
                               "  -h, --help                    show this text\n";

/* Options without a letter. */
enum { PPID = 256, FORCE, JSON, PROGRESS };

static const struct option shared_options[] = {
    {"kernel-size", required_argument, NULL, 'k'},
    {"split-time", required_argument, NULL, 's'},
    {"thresh-cleansing", required_argument, NULL, 't'},
    {"frac-cleansing", required_argument, NULL, 'f'},
    {"offset-correction", required_argument, NULL, 'o'},
    {"ppid", required_argument, NULL, PPID},
    {"compression", required_argument, NULL, 'c'},
    {"force", no_argument, NULL, FORCE},
    {"json", required_argument, NULL, JSON},
    {"progress", required_argument, NULL, PROGRESS},
    {"quiet", no_argument, NULL, 'q'},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
};
static const char short_options[] = ":k:s:t:f:o:c:qvh";

enum { MAX_OPTIONS = 48 }; /* shared and own ones */

/* ---- values ---- */

static enum sparsemed_status read_offset(const char *text, struct sm_job *job, struct sparsemed_error *error) {
    static const char *const words[] = {"off", "on", "auto", NULL};
    int index;
    if (sm_read_word("--offset-correction", text, words, &index, error) == SPARSEMED_OK) {
        job->parameters.offset_correction = index == 1;
        job->offset_auto = index == 2;
    }
    return error->status;
}

static enum sparsemed_status read_compression(const char *text, int *level, struct sparsemed_error *error) {
    static const char prefix[] = "zstd-";
    if (strcmp(text, "none") == 0) {
        *level = SM_ZSTD_NONE;
        return SPARSEMED_OK;
    }
    const char *digit = text + strlen(prefix);
    if (strncmp(text, prefix, strlen(prefix)) == 0 && digit[0] >= '0' + SM_ZSTD_LEAST &&
        digit[0] <= '0' + SM_ZSTD_MOST && !digit[1]) {
        *level = digit[0] - '0';
        return SPARSEMED_OK;
    }
    return sparsemed_fail(error, SPARSEMED_USAGE, "--compression takes zstd-%d to zstd-%d or none, not \"%s\"",
                          SM_ZSTD_LEAST, SM_ZSTD_MOST, text);
}

static enum sparsemed_status read_progress(const char *text, enum sm_progress_style *style,
                                           struct sparsemed_error *error) {
    static const char *const words[] = {
        [SM_PROGRESS_AUTO] = "auto",
        [SM_PROGRESS_BAR] = "bar",
        [SM_PROGRESS_LINES] = "lines",
        [SM_PROGRESS_NONE] = "none",
        NULL,
    };
    int index;
    if (sm_read_word("--progress", text, words, &index, error) == SPARSEMED_OK) {
        *style = (enum sm_progress_style)index;
    }
    return error->status;
}

/* ---- options ---- */

/* What must be known of the options that have been read. */
struct reader {
    int n_parameters_given; /* one by one */
    bool ppid_given;
};

/* Take in one of the shared options. */
static enum sparsemed_status take(int option, const char *value, struct sm_options *options, struct reader *reader,
                                  struct sparsemed_error *error) {
    struct sm_job *job = &options->job;
    struct sparsemed_parameters *parameters = &job->parameters;
    switch (option) {
    case 'k':
        reader->n_parameters_given++;
        return sm_read_integer("--kernel-size", value, &parameters->kernel_size, error);
    case 's':
        reader->n_parameters_given++;
        return sm_read_number("--split-time", value, &parameters->split_time, error);
    case 't':
        reader->n_parameters_given++;
        return sm_read_number("--thresh-cleansing", value, &parameters->thresh_cleansing, error);
    case 'f':
        reader->n_parameters_given++;
        return sm_read_number("--frac-cleansing", value, &parameters->frac_cleansing, error);
    case 'o':
        reader->n_parameters_given++;
        return read_offset(value, job, error);
    case PPID:
        reader->ppid_given = true;
        return sparsemed_ppid_parse(value, parameters, error);
    case 'c':
        return read_compression(value, &job->zstd_level, error);
    case PROGRESS:
        return read_progress(value, &job->progress, error);
    case JSON:
        options->json_path = value;
        return SPARSEMED_OK;
    case FORCE:
        job->force = true;
        return SPARSEMED_OK;
    case 'q':
        options->quiet = true;
        return SPARSEMED_OK;
    case 'v':
        options->verbose = true;
        return SPARSEMED_OK;
    default:
        options->help = true;
        return SPARSEMED_OK;
    }
}

/* What the options must not contradict. */
static enum sparsemed_status complete(const struct reader *reader, struct sm_options *options,
                                      struct sparsemed_error *error) {
    if (reader->ppid_given && reader->n_parameters_given > 0) {
        return sparsemed_fail(error, SPARSEMED_USAGE,
                              "--ppid stands for all five parameters: leave out -k, -s, -t, -f and -o");
    }
    if (options->quiet && options->verbose) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "--quiet and --verbose contradict each other");
    }
    if (options->quiet) {
        options->job.progress = SM_PROGRESS_NONE;
    }
    return sparsemed_parameters_check(&options->job.parameters, error);
}

/* ---- the command line ---- */

/* The shared options, then those of the command, then zeros. */
static void join(const struct sm_syntax *syntax, struct option all[MAX_OPTIONS + 1]) {
    size_t n = sizeof shared_options / sizeof *shared_options;
    memcpy(all, shared_options, sizeof shared_options);
    for (const struct option *own = syntax->own_options; own && own->name && n < MAX_OPTIONS; own++) {
        all[n++] = *own;
    }
    all[n] = (struct option){0};
}

static enum sparsemed_status fail_unknown(const char *word, const struct option *all, struct sparsemed_error *error) {
    char valid[800] = "";
    for (const struct option *option = all; option->name; option++) {
        size_t length = strlen(valid);
        snprintf(valid + length, sizeof valid - length, " --%s", option->name);
    }
    return sparsemed_fail(error, SPARSEMED_USAGE, "there is no option %s; valid are%s", word, valid);
}

/* The option that getopt_long has stopped at: one of a letter, perhaps within a word of several, or a long one. */
static const char *describe_option(char **argv, char letter[3]) {
    const char *word = argv[optind - 1];
    if (word[0] == '-' && (word[1] == '-' || strchr(word, optopt))) {
        return word;
    }
    letter[0] = '-';
    letter[1] = (char)optopt;
    letter[2] = '\0';
    return letter;
}

/* The words of a command line behind the name of the program, with blanks between them. NULL where memory is out. */
static char *join_words(int argc, char **argv) {
    static const char program[] = "sparsemed";
    size_t size = sizeof program;
    for (int i = 0; i < argc; i++) {
        size += strlen(argv[i]) + 1;
    }
    char *text = malloc(size), *end = text;
    if (text) {
        end += sprintf(end, "%s", program);
        for (int i = 0; i < argc; i++) {
            end += sprintf(end, " %s", argv[i]);
        }
    }
    return text;
}

enum sparsemed_status sm_options_read(int argc, char **argv, const struct sm_syntax *syntax, void *own,
                                      struct sm_options *options, struct sparsemed_error *error) {
    *options = (struct sm_options){.job = {.parameters = SPARSEMED_PARAMETERS_DEFAULT, .zstd_level = SM_ZSTD_DEFAULT}};
    options->job.command = options->command = join_words(argc, argv);
    struct option all[MAX_OPTIONS + 1];
    struct reader reader = {0};
    char letter[3];
    join(syntax, all);
    opterr = 0;
    for (;;) {
        int option = getopt_long(argc, argv, short_options, all, NULL);
        if (option == -1) {
            break;
        }
        if (option == '?') {
            return fail_unknown(describe_option(argv, letter), all, error);
        }
        if (option == ':') {
            return sparsemed_fail(error, SPARSEMED_USAGE, "the option %s lacks its value; see sparsemed %s --help",
                                  describe_option(argv, letter), syntax->command);
        }
        if ((option < SM_OWN_OPTIONS ? take(option, optarg, options, &reader, error)
                                     : syntax->take(option, optarg, own, error)) != SPARSEMED_OK) {
            return error->status;
        }
    }
    options->n_paths = argc - optind;
    options->paths = argv + optind;
    return options->help ? SPARSEMED_OK : complete(&reader, options, error);
}

void sm_options_free(struct sm_options *options) {
    free(options->command);
    options->job.command = options->command = NULL;
}

FILE *sm_options_text_stream(const struct sm_options *options) {
    return options->json_path && strcmp(options->json_path, "-") == 0 ? stderr : stdout;
}
