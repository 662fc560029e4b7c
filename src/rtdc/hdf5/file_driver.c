#include "rtdc/hdf5/file_driver.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#if H5_VERSION_GE(1, 14, 0)
#include <H5FDdevelop.h>
#endif

#include "core/numbers.h"
#include "rtdc/files/path.h"
#include "rtdc/files/retry.h"

/* What is read ahead: HDF5 asks for its structures in pieces of some hundred bytes, many of them beside each other. */
enum { N_BLOCKS = 8, BLOCK_BYTES = 1 << 16, SMALL_BYTES = 1 << 14 };

/* A piece of the file in memory. */
struct block {
    uint64_t number;    /* it begins at number x BLOCK_BYTES */
    size_t n_bytes;     /* fewer than BLOCK_BYTES at the end of the file; 0: none is here */
    uint64_t last_used; /* as counted by the file */
    uint8_t *bytes;     /* [BLOCK_BYTES]; NULL until it is needed */
};

/* What the driver is handed over to open a file by. */
struct source {
    int descriptor;
    struct sm_memory_file *memory;
};

struct file {
    H5FD_t public; /* HDF5's own part, which comes first */
    int descriptor;
    struct sm_memory_file *memory; /* NULL: none */
    bool is_writable;
    haddr_t end_of_addresses, end;
    struct stat state; /* when it was opened */
    uint64_t n_uses;
    struct block blocks[N_BLOCKS];
    struct file *next; /* of those that are open */
};

static struct file *open_files;
static hid_t driver = H5I_INVALID_HID, access_list = H5I_INVALID_HID; /* until the process ends */

/* Tell HDF5 what has failed, in the words of the system. */
static herr_t fail(hid_t minor) {
    H5Epush2(H5E_DEFAULT, __FILE__, "file_driver", __LINE__, H5E_ERR_CLS, H5E_IO, minor, "%s", strerror(errno));
    return -1;
}

static bool is_in_memory(const struct file *file) {
    return file->memory && !file->memory->is_on_disk;
}

static bool resize(const struct file *file, uint64_t size) {
    return file->memory ? sm_memory_file_resize(file->memory, size)
                        : SM_RETRY(ftruncate(file->descriptor, (off_t)size)) == 0;
}

/* ---- opening and closing ---- */

/* That of what is in memory, or one of its own: of the one that is handed over, or of a name where HDF5 comes by itself
 * to another file, as that of a virtual dataset. Returns -1 and errno after a failure. */
static int open_descriptor(const char *name, unsigned flags, const struct source *source) {
    struct sparsemed_error ignored = SPARSEMED_NO_ERROR;
    int opened = -1;
    if (source && source->memory) {
        return source->memory->descriptor;
    }
    if (source) {
        return SM_RETRY(fcntl(source->descriptor, F_DUPFD_CLOEXEC, 0));
    }
    if (flags & H5F_ACC_RDWR) {
        errno = EACCES;
    } else {
        sm_path_open(name, &opened, &ignored);
    }
    return opened;
}

/* Find out which file it is, and its size. */
static bool learn_state(struct file *file) {
    if (!is_in_memory(file)) {
        return fstat(file->descriptor, &file->state) == 0;
    }
    file->state = file->memory->state;
    file->state.st_size = (off_t)file->memory->size;
    return true;
}

static bool close_descriptor(const struct file *file) {
    return file->memory || file->descriptor < 0 || close(file->descriptor) == 0 || errno == EINTR;
}

static H5FD_t *open_file(const char *name, unsigned flags, hid_t access, haddr_t most) {
    (void)most;
    struct file *file = calloc(1, sizeof *file);
    if (!file) {
        return NULL;
    }
    const struct source *source = H5Pget_driver_info(access);
    file->is_writable = flags & H5F_ACC_RDWR;
    file->memory = source ? source->memory : NULL;
    file->descriptor = open_descriptor(name, flags, source);
    if (file->descriptor < 0 || (flags & H5F_ACC_TRUNC && !resize(file, 0)) || !learn_state(file)) {
        fail(H5E_CANTOPENFILE);
        close_descriptor(file);
        free(file);
        return NULL;
    }
    file->end = (haddr_t)file->state.st_size;
    file->next = open_files;
    open_files = file;
    return &file->public;
}

static herr_t close_file(H5FD_t *handle) {
    struct file *file = (struct file *)handle, **place = &open_files;
    while (*place != file) {
        place = &(*place)->next;
    }
    *place = file->next;
    herr_t outcome = close_descriptor(file) ? 0 : fail(H5E_CANTCLOSEFILE);
    for (int i = 0; i < N_BLOCKS; i++) {
        free(file->blocks[i].bytes);
    }
    free(file);
    return outcome;
}

/* An order of files, in which the same ones are equal. */
static int compare_files(const H5FD_t *left, const H5FD_t *right) {
    const struct stat *a = &((const struct file *)left)->state, *b = &((const struct file *)right)->state;
    if (a->st_dev != b->st_dev) {
        return a->st_dev < b->st_dev ? -1 : 1;
    }
    return a->st_ino == b->st_ino ? 0 : a->st_ino < b->st_ino ? -1 : 1;
}

static herr_t tell_features(const H5FD_t *handle, unsigned long *features) {
    (void)handle;
    *features = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
                H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
    return 0;
}

static herr_t tell_descriptor(H5FD_t *handle, hid_t access, void **descriptor) {
    (void)access;
    *descriptor = &((struct file *)handle)->descriptor;
    return 0;
}

/* Locks are taken elsewhere (files/lock.h). But only of a driver that has them HDF5 asks whether a file is one that its
 * writer has not closed. */
static herr_t lock_file(H5FD_t *handle, hbool_t for_writing) {
    (void)handle, (void)for_writing;
    return 0;
}

static herr_t unlock_file(H5FD_t *handle) {
    (void)handle;
    return 0;
}

/* ---- where it ends ---- */

static haddr_t end_of_addresses(const H5FD_t *handle, H5FD_mem_t type) {
    (void)type;
    return ((const struct file *)handle)->end_of_addresses;
}

static herr_t set_end_of_addresses(H5FD_t *handle, H5FD_mem_t type, haddr_t address) {
    (void)type;
    ((struct file *)handle)->end_of_addresses = address;
    return 0;
}

static haddr_t end_of_file(const H5FD_t *handle, H5FD_mem_t type) {
    (void)type;
    return ((const struct file *)handle)->end;
}

static herr_t truncate_file(H5FD_t *handle, hid_t transfer, hbool_t closing) {
    (void)transfer, (void)closing;
    struct file *file = (struct file *)handle;
    if (!file->is_writable || file->end == file->end_of_addresses) {
        return 0;
    }
    if (!resize(file, file->end_of_addresses)) {
        return fail(H5E_SEEKERROR);
    }
    file->end = file->end_of_addresses;
    return 0;
}

/* ---- reading and writing ---- */

/* Read as many bytes as there are. Returns their number; negative after a failure, with errno. */
static ssize_t read_descriptor(int descriptor, uint64_t address, size_t n_bytes, uint8_t *bytes) {
    size_t done = 0;
    while (done < n_bytes) {
        ssize_t n = SM_RETRY(pread(descriptor, bytes + done, n_bytes - done, (off_t)(address + done)));
        if (n <= 0) {
            return n < 0 ? n : (ssize_t)done;
        }
        done += (size_t)n;
    }
    return (ssize_t)done;
}

static ssize_t read_most(const struct file *file, uint64_t address, size_t n_bytes, uint8_t *bytes) {
    return is_in_memory(file) ? (ssize_t)sm_memory_file_read(file->memory, address, n_bytes, bytes)
                              : read_descriptor(file->descriptor, address, n_bytes, bytes);
}

/* A block that is in memory, or is read into the place of the one that was used the longest ago. NULL where it cannot
 * be had: then only what is wanted is read, which may lie beside what the disk fails at. */
static const struct block *find_block(struct file *file, uint64_t number) {
    struct block *oldest = file->blocks;
    for (struct block *block = file->blocks; block < file->blocks + N_BLOCKS; block++) {
        if (block->n_bytes > 0 && block->number == number) {
            block->last_used = ++file->n_uses;
            return block;
        }
        if (block->last_used < oldest->last_used) {
            oldest = block;
        }
    }
    /* Not beyond the end, where another read would come back with nothing. */
    uint64_t first = number * BLOCK_BYTES, size = (uint64_t)file->state.st_size;
    size_t n_there = size > first ? sm_min(size - first, BLOCK_BYTES) : 0;
    oldest->bytes = oldest->bytes ? oldest->bytes : malloc(BLOCK_BYTES);
    ssize_t n = oldest->bytes ? read_most(file, first, n_there, oldest->bytes) : -1;
    oldest->number = number;
    oldest->n_bytes = n > 0 ? (size_t)n : 0;
    oldest->last_used = ++file->n_uses;
    return n > 0 ? oldest : NULL;
}

/* Copy a small piece out of blocks. Returns false where it is not to be had so. */
static bool read_small(struct file *file, uint64_t address, size_t n_bytes, uint8_t *bytes) {
    if (file->is_writable || is_in_memory(file) || n_bytes > SMALL_BYTES) {
        return false;
    }
    for (size_t done = 0; done < n_bytes;) {
        uint64_t number = (address + done) / BLOCK_BYTES, begin = (address + done) % BLOCK_BYTES;
        size_t n = sm_min(n_bytes - done, BLOCK_BYTES - begin);
        const struct block *block = find_block(file, number);
        if (!block || begin + n > block->n_bytes) {
            return false;
        }
        memcpy(bytes + done, block->bytes + begin, n);
        done += n;
    }
    return true;
}

static bool is_within(haddr_t address, size_t n_bytes) {
    return address <= INT64_MAX && n_bytes <= INT64_MAX - address;
}

static herr_t read_file(H5FD_t *handle, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t n_bytes, void *bytes) {
    (void)type, (void)transfer;
    struct file *file = (struct file *)handle;
    if (!is_within(address, n_bytes)) {
        errno = EOVERFLOW;
        return fail(H5E_READERROR);
    }
    if (read_small(file, address, n_bytes, bytes)) {
        return 0;
    }
    ssize_t n = read_most(file, address, n_bytes, bytes);
    if (n < 0) {
        return fail(H5E_READERROR);
    }
    memset((uint8_t *)bytes + n, 0, n_bytes - (size_t)n); /* as HDF5 wants it behind the end */
    return 0;
}

static herr_t write_file(H5FD_t *handle, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t n_bytes,
                         const void *bytes) {
    (void)type, (void)transfer;
    struct file *file = (struct file *)handle;
    if (!is_within(address, n_bytes)) {
        errno = EOVERFLOW;
        return fail(H5E_WRITEERROR);
    }
    if (!(file->memory ? sm_memory_file_write(file->memory, address, n_bytes, bytes)
                       : sm_write_at(file->descriptor, address, n_bytes, bytes))) {
        return fail(H5E_WRITEERROR);
    }
    file->end = sm_max(file->end, address + n_bytes);
    return 0;
}

/* ---- the driver ---- */

enum sparsemed_status sm_file_driver_start(struct sparsemed_error *error) {
    static const H5FD_class_t class = {
#if H5_VERSION_GE(1, 14, 0)
        .version = H5FD_CLASS_VERSION,
        .value = (H5FD_class_value_t)412, /* 256 to 511 are for whoever wants one */
#endif
        .name = "sparsemed",
        .maxaddr = INT64_MAX,
        .fc_degree = H5F_CLOSE_WEAK,
        .fapl_size = sizeof(struct source),
        .open = open_file,
        .close = close_file,
        .cmp = compare_files,
        .query = tell_features,
        .get_eoa = end_of_addresses,
        .set_eoa = set_end_of_addresses,
        .get_eof = end_of_file,
        .get_handle = tell_descriptor,
        .read = read_file,
        .write = write_file,
        .truncate = truncate_file,
        .lock = lock_file,
        .unlock = unlock_file,
        .fl_map = H5FD_FLMAP_DICHOTOMY,
    };
    assert(error->status == SPARSEMED_OK);
    if (driver < 0) {
        access_list = H5Pcreate(H5P_FILE_ACCESS);
        driver = H5Pset_libver_bounds(access_list, SM_FORMAT_LEAST, H5F_LIBVER_LATEST) >= 0 ? H5FDregister(&class)
                                                                                            : H5I_INVALID_HID;
    }
    return driver >= 0 ? SPARSEMED_OK : sparsemed_fail(error, SPARSEMED_INTERNAL, "files cannot be opened");
}

hid_t sm_file_driver_open(int descriptor, struct sm_memory_file *memory, const char *name, unsigned flags) {
    assert(driver >= 0);
    if (H5Pset_driver(access_list, driver, &(const struct source){descriptor, memory}) < 0) {
        return H5I_INVALID_HID;
    }
    /* No call of HDF5 comes behind these, as it would forget the reason of a failure. */
    return flags & H5F_ACC_TRUNC ? H5Fcreate(name, flags, H5P_DEFAULT, access_list) : H5Fopen(name, flags, access_list);
}

/* Whether HDF5's own serial driver has a file. */
static bool is_serial(hid_t file) {
    hid_t access = H5Fget_access_plist(file), its_driver = H5Pget_driver(access);
    H5Pclose(access);
    return its_driver >= 0 && its_driver == H5FD_SEC2;
}

struct sm_driven_file sm_file_driver_look(hid_t file) {
    void *handle = NULL;
    if (H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0 || !handle) {
        return (struct sm_driven_file){-1, NULL};
    }
    struct file *ours = open_files; /* a list of one or two, while lists of properties take long to make */
    while (ours && handle != &ours->descriptor) {
        ours = ours->next;
    }
    return (struct sm_driven_file){ours || is_serial(file) ? *(int *)handle : -1, ours};
}

bool sm_file_driver_state(hid_t file, struct stat *state) {
    const struct sm_driven_file driven = sm_file_driver_look(file);
    const struct file *ours = driven.ours;
    if (ours && !ours->is_writable) {
        *state = ours->state;
        return true;
    }
    return driven.descriptor >= 0 && fstat(driven.descriptor, state) == 0;
}

ssize_t sm_file_driver_read(const struct sm_driven_file *file, uint64_t first, size_t n_bytes, void *bytes) {
    if (file->descriptor < 0 || !is_within(first, n_bytes)) {
        return -1;
    }
    return file->ours && read_small(file->ours, first, n_bytes, bytes) ? (ssize_t)n_bytes
           : file->ours                                                ? read_most(file->ours, first, n_bytes, bytes)
                        : read_descriptor(file->descriptor, first, n_bytes, bytes);
}
