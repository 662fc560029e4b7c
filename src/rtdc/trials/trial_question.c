#include "rtdc/trials/trial_question.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "rtdc/files/retry.h"
#include "rtdc/trials/trial_moved.h"

struct sm_trial_question sm_trial_question_of(enum sm_trial_kind kind, const char *path, double split_time) {
    struct stat info;
    uint64_t file_bytes = stat(path, &info) == 0 ? (uint64_t)info.st_size : 0;
    return (struct sm_trial_question){.kind = kind, .file_bytes = file_bytes, .split_time = split_time};
}

size_t sm_trial_question_write(const struct sm_trial_question *begin, const char *path,
                               const struct sm_input_options *options, char **message) {
    struct sm_trial_question question = *begin;
    const char *texts[3 + SM_MAX_ROOTS] = {path, "", ""};
    size_t n_texts = 3;
    if (options) {
        question.frame_rate = options->frame_rate;
        question.slice = options->slice;
        question.has_dataset = options->dataset;
        question.has_time = options->time;
        question.follow_links = options->reach.follow_links;
        question.has_moved = options->reach.moved;
        question.n_roots = options->reach.n_roots;
        texts[1] = options->dataset ? options->dataset : "";
        texts[2] = options->time ? options->time : "";
        memcpy(texts + n_texts, options->reach.roots, question.n_roots * sizeof *texts);
        n_texts += question.n_roots;
    }
    size_t size = sizeof question;
    for (size_t i = 0; i < n_texts; i++) {
        size += strlen(texts[i]) + 1;
    }
    char *end = *message = size <= SM_TRIAL_QUESTION_BYTES ? malloc(size) : NULL;
    if (!end) {
        return size;
    }
    memcpy(end, &question, sizeof question);
    end += sizeof question;
    for (size_t i = 0; i < n_texts; i++) {
        end = stpcpy(end, texts[i]) + 1;
    }
    return size;
}

const char *sm_trial_question_read(const char *message, struct sm_trial_question *question,
                                   struct sm_input_options *options) {
    memcpy(question, message, sizeof *question);
    const char *path = message + sizeof *question, *dataset = path + strlen(path) + 1,
               *time = dataset + strlen(dataset) + 1, *root = time + strlen(time) + 1;
    *options = (struct sm_input_options){
        .dataset = question->has_dataset ? dataset : NULL,
        .time = question->has_time ? time : NULL,
        .frame_rate = question->frame_rate,
        .slice = question->slice,
        .reach = {.n_roots = question->n_roots,
                  .follow_links = question->follow_links,
                  .moved = question->has_moved ? sm_trial_moved() : NULL},
    };
    for (size_t i = 0; i < question->n_roots; i++) {
        options->reach.roots[i] = root;
        root += strlen(root) + 1;
    }
    return path;
}

bool sm_trial_send_answer(int channel, const void *answer, size_t n_bytes) {
    return SM_RETRY(send(channel, answer, n_bytes, MSG_NOSIGNAL)) == (ssize_t)n_bytes;
}
