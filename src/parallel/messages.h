/* All messages between two ranks, in one place; everything else is a collective call.
 *
 * | tag      | from                          | to             | what                                | of what      |
 * |----------|-------------------------------|----------------|-------------------------------------|--------------|
 * | STOP     | a rank that got a signal      | the first rank | nothing: the request to stop        | sm_stop      |
 * |          | the first rank                | all others     | nothing: the request to stop        | sm_stop      |
 * | PROGRESS | every rank, now and then      | the first rank | what was done since, and if it ends | measurement  |
 * | IMAGES   | the rank that made images     | their writer   | kept images that follow each other  | measurement  |
 * | SUMS     | the rank that decoded frames  | their writer   | top sums of frames                  | measurement  |
 * | CHUNKS   | the rank that made chunks     | the first rank | chunks as they are stored           | measurement  |
 * | ASK      | the first rank of a group     | the first rank | what it did, and that it is free    | sm_queue     |
 * | ANSWER   | the first rank                | who asked      | a task                              | sm_queue     |
 * | COUNT    | every rank, now and then      | the first rank | frames passed over since            | an archive   |
 *
 * The communicator of a measurement is a duplicate that only sm_measure uses, and so are the others: no message can be
 * taken for one of the caller's. Who probes names a tag. */
#ifndef PARALLEL_MESSAGES_H
#define PARALLEL_MESSAGES_H

#include <stdint.h>

enum sm_tag {
    SM_TAG_STOP = 1,
    SM_TAG_PROGRESS,
    SM_TAG_IMAGES,
    SM_TAG_SUMS,
    SM_TAG_CHUNKS,
    SM_TAG_ASK,
    SM_TAG_ANSWER,
    SM_TAG_COUNT
};

/* A number of elements as MPI counts them. What is sent is bounded before it comes to that: images and texts when they
 * are read, split points by SPARSEMED_MAX_STEPS. A number that is too large all the same is a defect of the program,
 * and ends the job in words, as no vote is possible where others wait for the message. */
int sm_message_count(uint64_t n);

#endif
