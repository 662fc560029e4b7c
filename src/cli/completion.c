#include "cli/completion.h"

#include <stdio.h>
#include <string.h>

#include "cli/options/option_table.h"

/* What is done with each option of a command, in the order of its sections. */
static void for_each_option(const struct sm_command *command, void (*tell)(const struct sm_option *option)) {
    for (const enum sm_section *section = command->sections; *section != SM_NO_SECTION; section++) {
        for (const struct sm_option *option = sm_option_table; option->name; option++) {
            if (option->section == *section) {
                tell(option);
            }
        }
    }
}

/* ---- bash ---- */

static void tell_word(const struct sm_option *option) {
    printf(" --%s", option->name);
}

static void tell_bash(const struct sm_command *const *commands, size_t n_commands) {
    puts("# Completion of sparsemed for bash.\n"
         "_sparsemed() {\n"
         "    local word=${COMP_WORDS[COMP_CWORD]} words=''\n"
         "    if [ \"$COMP_CWORD\" = 1 ]; then");
    printf("        words='");
    for (size_t i = 0; i < n_commands; i++) {
        printf("%s ", commands[i]->name);
    }
    puts("--version --help'\n"
         "    elif [[ $word = -* ]]; then\n"
         "        case ${COMP_WORDS[1]} in");
    for (size_t i = 0; i < n_commands; i++) {
        printf("        %s) words='", commands[i]->name);
        for_each_option(commands[i], tell_word);
        puts("' ;;");
    }
    puts("        --version) words=--verbose ;;\n"
         "        esac\n"
         "    fi\n"
         "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
         "}\n"
         "complete -o bashdefault -o default -F _sparsemed sparsemed");
}

/* ---- zsh ---- */

/* A text within single quotation marks, where brackets and colons would mean something. */
static void tell_quoted(const char *text) {
    for (; *text; text++) {
        if (*text == '\'') {
            fputs("'\\''", stdout);
        } else {
            printf("%s%c", strchr("[]:\\", *text) ? "\\" : "", *text == '\n' ? ' ' : *text);
        }
    }
}

static void tell_spec(const struct sm_option *option, const char *hyphens, const char *name, const char *before_value) {
    printf(" \\\n            '*%s%s%s[", hyphens, name, option->value ? before_value : "");
    tell_quoted(option->help);
    printf("]");
    if (option->value) {
        printf(":%s:_files", option->value);
    }
    printf("'");
}

static void tell_specs(const struct sm_option *option) {
    const char letter[] = {option->letter, '\0'};
    tell_spec(option, "--", option->name, "=");
    if (option->letter) {
        tell_spec(option, "-", letter, "+");
    }
}

static void tell_zsh(const struct sm_command *const *commands, size_t n_commands) {
    puts("#compdef sparsemed\n"
         "# Completion of sparsemed for zsh.\n"
         "_sparsemed() {\n"
         "    if (( CURRENT == 2 )); then\n"
         "        local -a words=(");
    for (size_t i = 0; i < n_commands; i++) {
        printf("            '%s:", commands[i]->name);
        tell_quoted(commands[i]->summary);
        puts("'");
    }
    puts("            '--version:tell the version' '--help:tell the commands')\n"
         "        _describe command words\n"
         "        return\n"
         "    fi\n"
         "    local command=$words[2]\n"
         "    shift words\n"
         "    (( CURRENT-- ))\n"
         "    case $command in");
    for (size_t i = 0; i < n_commands; i++) {
        printf("    %s)\n        _arguments -s", commands[i]->name);
        for_each_option(commands[i], tell_specs);
        puts(" \\\n            '*:file:_files' ;;");
    }
    puts("    --version) _arguments '--verbose[tell what it is built with]' ;;\n"
         "    esac\n"
         "}\n"
         "_sparsemed \"$@\"");
}

bool sm_completion_tell(const char *shell, const struct sm_command *const *commands, size_t n_commands) {
    bool is_bash = strcmp(shell, "bash") == 0, is_zsh = strcmp(shell, "zsh") == 0;
    if (is_bash) {
        tell_bash(commands, n_commands);
    } else if (is_zsh) {
        tell_zsh(commands, n_commands);
    }
    return is_bash || is_zsh;
}
