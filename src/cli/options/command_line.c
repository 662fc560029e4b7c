#include "cli/options/command_line.h"

#include <assert.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options/option_table.h"
#include "rtdc/filters/filters.h"

enum { FIRST_WITHOUT_LETTER = 256 }; /* getopt_long knows an option by its letter, or by a number from here on */

/* The options of a command, and the same for getopt_long. */
struct syntax {
    size_t n;
    const struct sm_option *options[SM_MAX_OPTIONS]; /* [n] */
    struct option long_options[SM_MAX_OPTIONS + 1];  /* [n], then zeros */
    char letters[2 * SM_MAX_OPTIONS + 2];
};

/* ---- what there is ---- */

static bool has_section(const enum sm_section *sections, enum sm_section section) {
    while (*sections != SM_NO_SECTION && *sections != section) {
        sections++;
    }
    return *sections == section;
}

static void add_option(const struct sm_option *option, struct syntax *syntax) {
    assert(option->value ? option->take && !option->set : option->set && !option->take);
    syntax->long_options[syntax->n] = (struct option){
        .name = option->name,
        .has_arg = option->value ? required_argument : no_argument,
        .val = option->letter ? option->letter : FIRST_WITHOUT_LETTER + (int)syntax->n,
    };
    if (option->letter) {
        size_t length = strlen(syntax->letters);
        snprintf(syntax->letters + length, sizeof syntax->letters - length, "%c%s", option->letter,
                 option->value ? ":" : "");
    }
    syntax->options[syntax->n++] = option;
}

static struct syntax make_syntax(const enum sm_section *sections) {
    struct syntax syntax = {.letters = ":"}; /* a missing value is told apart from an unknown option */
    for (const struct sm_option *option = sm_option_table; option->name; option++) {
        if (has_section(sections, option->section)) {
            add_option(option, &syntax);
        }
    }
    return syntax;
}

/* The option that getopt_long knows by a number. NULL: there is none. */
static const struct sm_option *find_option(const struct syntax *syntax, int number) {
    for (size_t i = 0; i < syntax->n; i++) {
        if (syntax->long_options[i].val == number) {
            return syntax->options[i];
        }
    }
    return NULL;
}

/* ---- telling it ---- */

static void tell_option(const struct sm_option *option) {
    enum { TEXT_COLUMN = 32 };
    int column =
        option->letter ? printf("  -%c, --%s", option->letter, option->name) : printf("      --%s", option->name);
    if (option->value) {
        column += printf(" %s", option->value);
    }
    for (const char *line = option->help; *line;) {
        int length = (int)strcspn(line, "\n");
        printf("%*s%.*s\n", TEXT_COLUMN - column, "", length, line);
        line += length + (line[length] == '\n');
        column = 0;
    }
}

void sm_command_line_tell_options(const enum sm_section *sections) {
    for (; *sections != SM_NO_SECTION; sections++) {
        if (sm_section_headings[*sections]) {
            puts(sm_section_headings[*sections]);
        }
        for (const struct sm_option *option = sm_option_table; option->name; option++) {
            if (option->section == *sections) {
                tell_option(option);
            }
        }
        if (sections[1] == SM_NO_SECTION || sm_section_headings[sections[1]]) {
            puts("");
        }
    }
}

/* ---- reading the command line ---- */

static enum sparsemed_status fail_unknown(const char *word, const struct syntax *syntax,
                                          struct sparsemed_error *error) {
    char valid[800] = "";
    for (size_t i = 0; i < syntax->n; i++) {
        size_t length = strlen(valid);
        snprintf(valid + length, sizeof valid - length, " --%s", syntax->options[i]->name);
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

static enum sparsemed_status take_in(const struct sm_option *option, struct sm_options *options,
                                     struct sparsemed_error *error) {
    if (option->value) {
        const struct sm_value value = {.option = option->name, .text = optarg};
        return option->take(&value, options, error);
    }
    option->set(options);
    return SPARSEMED_OK;
}

static enum sparsemed_status take_in_all(int argc, char **argv, const struct syntax *syntax, struct sm_options *options,
                                         struct sparsemed_error *error) {
    char letter[3];
    opterr = 0;
    for (;;) {
        int number = getopt_long(argc, argv, syntax->letters, syntax->long_options, NULL);
        if (number == -1) {
            options->n_paths = argc - optind;
            options->paths = argv + optind;
            return SPARSEMED_OK;
        }
        if (number == '?' && find_option(syntax, optopt)) {
            return sparsemed_fail(error, SPARSEMED_USAGE, "the option --%s takes no value",
                                  find_option(syntax, optopt)->name);
        }
        if (number == '?') {
            return fail_unknown(describe_option(argv, letter), syntax, error);
        }
        if (number == ':') {
            return sparsemed_fail(error, SPARSEMED_USAGE, "the option %s lacks its value; see sparsemed %s --help",
                                  describe_option(argv, letter), options->command);
        }
        if (take_in(find_option(syntax, number), options, error) != SPARSEMED_OK) {
            return error->status;
        }
    }
}

/* What every command refuses. */
static enum sparsemed_status check_options(const struct sm_options *options, struct sparsemed_error *error) {
    if (options->ppid_given && options->parameter_given) {
        return sparsemed_fail(error, SPARSEMED_USAGE,
                              "--ppid stands for all five parameters: leave out -k, -s, -t, -f and -o");
    }
    if (options->quiet && options->verbose) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "--quiet and --verbose contradict each other");
    }
    if (options->job.copy && options->in_place) {
        return sparsemed_fail(error, SPARSEMED_USAGE, "--copy and --in-place contradict each other");
    }
    return sparsemed_parameters_check(&options->job.parameters, error);
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

enum sparsemed_status sm_command_line_read(int argc, char **argv, const enum sm_section *sections,
                                           struct sm_options *options, struct sparsemed_error *error) {
    assert(argc > 0);
    const struct syntax syntax = make_syntax(sections);
    *options = (struct sm_options){
        .command = argv[0],
        .command_line = join_words(argc, argv),
        .job = {.parameters = SPARSEMED_PARAMETERS_DEFAULT, .zstd_level = SM_ZSTD_DEFAULT},
        .stall_limit = 1800,
        .n_retries = 2,
        .shard = 1,
        .n_shards = 1,
    };
    options->job.command = options->command_line;
    if (take_in_all(argc, argv, &syntax, options, error) != SPARSEMED_OK || options->help) {
        return error->status;
    }
    if (options->quiet) {
        options->job.progress = SM_PROGRESS_NONE;
    }
    return check_options(options, error);
}
