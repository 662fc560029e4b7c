/* The bytes of a small file in memory: of one that is still being made, or was read as a whole.
 *
 * HDF5 writes a small output in some forty pieces, and all that is checked is read again in as many, each of which a
 * parallel file system answers in a millisecond. So it is made here, and goes to disk at once in the end. One that
 * becomes large goes there as soon as it does, and from then on is a file as any other. */
#ifndef RTDC_FILES_MEMORY_FILE_H
#define RTDC_FILES_MEMORY_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/* Write all of these bytes to a file on disk. Returns false after a failure, with errno. */
bool sm_write_at(int descriptor, uint64_t first, size_t n_bytes, const void *bytes);

/* More bytes than this are not kept. */
enum { SM_MEMORY_FILE_MOST = 8 << 20 };

/* All zero is an empty file. */
struct sm_memory_file {
    uint8_t *bytes; /* [capacity]; those behind the size are zero */
    uint64_t size, capacity;
    int descriptor;    /* of the file on disk; borrowed */
    struct stat state; /* of that, as it was in the beginning */
    bool is_on_disk;   /* nothing is kept here any more */
};

/* Write bytes, where there may be none yet. Where they make the file large all of it goes to disk. Returns false after
 * a failure, with errno. */
bool sm_memory_file_write(struct sm_memory_file *file, uint64_t first, size_t n_bytes, const void *bytes);

/* Read bytes. Returns how many there are. The file must not be on disk. */
size_t sm_memory_file_read(const struct sm_memory_file *file, uint64_t first, size_t n_bytes, void *bytes);

/* Cut the file to a size, or let it grow with zeros. Returns false after a failure, with errno. */
bool sm_memory_file_resize(struct sm_memory_file *file, uint64_t size);

/* Put the file on disk, where it is not there yet, and read back what is there. Returns false after a failure, with
 * errno: 0 where it does not read back as it was written, as not every failed write is reported. */
bool sm_memory_file_flush(struct sm_memory_file *file);

/* Release; the file on disk stays as it is. */
void sm_memory_file_free(struct sm_memory_file *file);

#endif
