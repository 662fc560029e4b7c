/* Every option of the program. */
#ifndef CLI_OPTIONS_OPTION_TABLE_H
#define CLI_OPTIONS_OPTION_TABLE_H

#include "cli/options/option_takers.h"

/* A new option is a row in the table, a function that takes it in (option_takers.h), and what the manual and README.md
 * say of it. */
struct sm_option {
    enum sm_section section; /* a command that has the section has the option */
    char letter;             /* 0: none */
    const char *name;        /* without hyphens; no two of a command are the same */
    const char *value;       /* what its value is called; NULL: it takes none. Both fit into 23 characters */
    const char *help;        /* lines of up to 58 characters, "\n" between them */

    sm_taker *take; /* of the value; NULL where there is none */
    sm_setter *set; /* of an option without a value; NULL where there is one */
};

enum { SM_MAX_OPTIONS = 64 };

/* The last one has no name. --help tells those of a section in this order. */
extern const struct sm_option sm_option_table[];

/* What stands above the options of a section; NULL: nothing. */
extern const char *const sm_section_headings[SM_N_SECTIONS];

#endif
