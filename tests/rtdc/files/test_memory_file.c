/* A file that is made in memory, and goes to disk when it is done or becomes large. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rtdc/files/memory_file.h"
#include "support/scratch.h"

static struct sm_memory_file begin(const char *name, int flags) {
    struct path path = scratch_path("%s", name);
    return (struct sm_memory_file){.descriptor = open(path.text, flags, 0666)};
}

static void end(struct sm_memory_file *file) {
    close(file->descriptor);
    sm_memory_file_free(file);
}

static uint64_t size_on_disk(const struct sm_memory_file *file) {
    struct stat info;
    assert_int_equal(fstat(file->descriptor, &info), 0);
    return (uint64_t)info.st_size;
}

static void assert_on_disk(const struct sm_memory_file *file, uint64_t first, const char *expected, size_t n_bytes) {
    char found[16];
    assert_int_equal(pread(file->descriptor, found, n_bytes, (off_t)first), n_bytes);
    assert_memory_equal(found, expected, n_bytes);
}

static void is_written_once_it_is_flushed(void **state) {
    (void)state;
    char found[8] = "";
    struct sm_memory_file file = begin("small", O_RDWR | O_CREAT);
    assert_true(sm_memory_file_write(&file, 3, 4, "text"));
    assert_true(sm_memory_file_write(&file, 0, 2, "AB"));
    assert_int_equal(size_on_disk(&file), 0);
    assert_int_equal(sm_memory_file_read(&file, 0, sizeof found, found), 7);
    assert_memory_equal(found, "AB\0text", 7);
    assert_int_equal(sm_memory_file_read(&file, 7, 1, found), 0);
    assert_true(sm_memory_file_flush(&file));
    assert_int_equal(size_on_disk(&file), 7);
    assert_on_disk(&file, 0, "AB\0text", 7);
    assert_true(sm_memory_file_write(&file, 5, 3, "end"));
    assert_on_disk(&file, 0, "AB\0teend", 8);
    end(&file);
}

static void what_is_cut_off_comes_back_as_zeros(void **state) {
    (void)state;
    struct sm_memory_file file = begin("cut", O_RDWR | O_CREAT);
    assert_true(sm_memory_file_write(&file, 0, 6, "abcdef"));
    assert_true(sm_memory_file_resize(&file, 2) && sm_memory_file_resize(&file, 5));
    assert_int_equal(file.size, 5);
    assert_true(sm_memory_file_flush(&file));
    assert_on_disk(&file, 0, "ab\0\0\0", 5);
    assert_true(sm_memory_file_resize(&file, 1));
    assert_int_equal(size_on_disk(&file), 1);
    end(&file);
}

static void goes_to_disk_when_it_becomes_large(void **state) {
    (void)state;
    struct sm_memory_file file = begin("large", O_RDWR | O_CREAT);
    assert_true(sm_memory_file_write(&file, 0, 5, "first"));
    assert_true(sm_memory_file_resize(&file, SM_MEMORY_FILE_MOST));
    assert_false(file.is_on_disk);
    assert_true(sm_memory_file_write(&file, SM_MEMORY_FILE_MOST, 4, "last"));
    assert_true(file.is_on_disk);
    assert_int_equal(size_on_disk(&file), SM_MEMORY_FILE_MOST + 4);
    assert_on_disk(&file, 0, "first", 5);
    assert_on_disk(&file, SM_MEMORY_FILE_MOST, "last", 4);
    assert_true(sm_memory_file_flush(&file));
    end(&file);
    file = begin("larger", O_RDWR | O_CREAT);
    assert_true(sm_memory_file_resize(&file, 2 * SM_MEMORY_FILE_MOST));
    assert_true(file.is_on_disk);
    assert_int_equal(size_on_disk(&file), 2 * SM_MEMORY_FILE_MOST);
    end(&file);
}

static void tells_what_fails(void **state) {
    (void)state;
    struct sm_memory_file file = begin("small", O_RDONLY);
    assert_true(sm_memory_file_write(&file, 0, 1, "x"));
    errno = 0;
    assert_false(sm_memory_file_flush(&file));
    assert_int_not_equal(errno, 0);
    assert_false(sm_memory_file_write(&file, SM_MEMORY_FILE_MOST, 1, "x"));
    end(&file);
    file = (struct sm_memory_file){.descriptor = open("/dev/full", O_RDWR)};
    assert_true(sm_memory_file_write(&file, 0, 1, "x"));
    assert_false(sm_memory_file_flush(&file));
    end(&file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_written_once_it_is_flushed),
        cmocka_unit_test(what_is_cut_off_comes_back_as_zeros),
        cmocka_unit_test(goes_to_disk_when_it_becomes_large),
        cmocka_unit_test(tells_what_fails),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
