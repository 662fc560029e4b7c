/* Damage to the heaps in which HDF5 files keep strings of variable length. What fails, fails the running test, or ends
 * a program that is no test. */
#ifndef TESTS_SUPPORT_TEXT_HEAP_H
#define TESTS_SUPPORT_TEXT_HEAP_H

/* Damage the mark by which the last heap of a file is known. */
void lose_texts(const char *path);

/* Let the first text of the last heap claim a length that no memory holds. HDF5 1.10 crashes when it reads that. */
void claim_endless_text(const char *path);

#endif
