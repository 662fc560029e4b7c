/* Prints one value of a record: a file that holds one object of JSON, and nothing else. Texts are printed as bytes. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rtdc/files/surrogates.h"

static const json_t *find(const json_t *value, char *path) {
    for (char *key = strtok(path, "."); key && value; key = strtok(NULL, ".")) {
        value = json_object_get(value, key);
    }
    return value;
}

/* A list is printed as one line for each of its strings. */
static void print(const json_t *value) {
    if (json_is_string(value)) {
        char *bytes = sm_json_to_bytes(value);
        puts(bytes ? bytes : "");
        free(bytes);
    } else if (json_is_array(value)) {
        for (size_t i = 0; i < json_array_size(value); i++) {
            print(json_array_get(value, i));
        }
    } else {
        json_dumpf(value, stdout, JSON_ENCODE_ANY | JSON_COMPACT);
        puts("");
    }
}

/* Read a file whose names are not all UTF-8. */
static json_t *read_surrogates(const char *path) {
    char *text = NULL;
    size_t capacity = 0;
    FILE *file = fopen(path, "r");
    ssize_t length = file ? getdelim(&text, &capacity, '\0', file) : -1;
    json_t *value = length >= 0 ? sm_json_read(text) : NULL;
    free(text);
    if (file) {
        fclose(file);
    }
    return value;
}

int main(int argc, char **argv) {
    json_error_t error;
    if (argc != 3) {
        fprintf(stderr, "Usage: json_value FILE KEY[.KEY]...\n");
        return 2;
    }
    json_t *record = json_load_file(argv[1], JSON_REJECT_DUPLICATES, &error);
    if (!record && json_error_code(&error) != json_error_duplicate_key) {
        record = read_surrogates(argv[1]);
    }
    if (!json_is_object(record)) {
        fprintf(stderr, "%s: is not an object of JSON: %s\n", argv[1], error.text);
        return 1;
    }
    const json_t *value = find(record, argv[2]);
    if (!value) {
        fprintf(stderr, "%s: has no %s\n", argv[1], argv[2]);
        return 1;
    }
    print(value);
    json_decref(record);
    return 0;
}
