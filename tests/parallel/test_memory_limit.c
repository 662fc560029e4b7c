/* How much memory a rank may take: as people write it, and as control groups allow it. */
#include "parallel/memory_limit.h"

#include <string.h>
#include <unistd.h>

#include "support/scratch.h"

static void sizes_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint64_t n_bytes;
    } sizes[] = {
        {"0", UINT64_MAX},
        {"1", 1},
        {"1000000", 1000000},
        {"512M", 512ull << 20},
        {"2G", 2ull << 30},
        {"2g", 2ull << 30},
        {"1.5K", 1536},
        {".5m", 512 << 10},
        {"3T", 3ull << 40},
        {"0.0G", UINT64_MAX},
        {"16000000T", 16000000ull << 40},
        {"07k", 7168},
    };
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        uint64_t n_bytes = 0;
        assert_true(sm_memory_parse(sizes[i].text, &n_bytes));
        assert_int_equal(n_bytes, sizes[i].n_bytes);
    }
}

static void what_is_no_size_is_not(void **state) {
    (void)state;
    static const char *const texts[] = {"",    "x",   "-1",    "-0", "+5",  " 5",      "5 ",
                                        "5 M", "5MB", "5MiB",  "M",  "1e9", "0x10",    "inf",
                                        "nan", ".",   "1.2.3", "5X", "0.4", "0.0001K", "20000000T"};
    for (size_t i = 0; i < LENGTH(texts); i++) {
        uint64_t n_bytes = 7;
        assert_false(sm_memory_parse(texts[i], &n_bytes));
        assert_int_equal(n_bytes, 7);
    }
}

/* Write a file of a folder that is as /sys/fs/cgroup; folders on the way are made. */
static void write_limit(const char *folder, const char *file, const char *text) {
    struct path path = scratch_path("%s/%s", folder, file);
    for (char *slash = path.text + strlen(scratch_folder()); (slash = strchr(slash + 1, '/'));) {
        *slash = '\0';
        if (access(path.text, F_OK) != 0) {
            make_folder(path.text);
        }
        *slash = '/';
    }
    write_text(path.text, text);
}

/* The file is as /proc/self/cgroup. */
static uint64_t ask(const char *groups) {
    struct path file = scratch_path("cgroup");
    write_text(file.text, groups);
    return sm_memory_of_groups(file.text, scratch_path("mounts").text);
}

static void version_2(void **state) {
    (void)state;
    write_limit("mounts", "memory.max", "max\n"); /* as in a container, which shows a limit there */
    write_limit("mounts/slurm/job_7", "memory.max", "3000000000\n");
    write_limit("mounts/slurm/job_7/step_0", "memory.max", "max\n");
    write_limit("mounts/slurm/job_8", "memory.max", "5\n");
    assert_int_equal(ask("0::/slurm/job_7/step_0\n"), 3000000000u);
    assert_int_equal(ask("0::/slurm/job_7/step_0/task_1\n"), 3000000000u); /* of which nothing is shown */
    assert_int_equal(ask("0::/slurm\n"), UINT64_MAX);
    assert_int_equal(ask("0::/\n"), UINT64_MAX);
    write_limit("mounts/slurm/job_7/step_0", "memory.max", "2000000000\n");
    assert_int_equal(ask("0::/slurm/job_7/step_0\n"), 2000000000u);
    write_limit("mounts", "memory.max", "1000000000\n");
    assert_int_equal(ask("0::/elsewhere\n"), 1000000000u);
}

static void version_1(void **state) {
    (void)state;
    write_limit("mounts/memory", "memory.limit_in_bytes", "9223372036854771712\n");
    write_limit("mounts/memory/slurm/uid_1", "memory.limit_in_bytes", "4000000000\n");
    write_limit("mounts/cpu/slurm/uid_1", "memory.limit_in_bytes", "5\n");
    assert_int_equal(ask("5:cpu,cpuacct:/slurm/uid_1\n4:memory:/slurm/uid_1/job_3\n1:name=systemd:/x\n0::/\n"),
                     4000000000u);
    assert_int_equal(ask("4:hugetlb,memory:/slurm/uid_1\n"), 4000000000u);
    assert_int_equal(ask("4:memory:/\n"), 9223372036854771712u);
    assert_int_equal(ask("5:cpu:/slurm/uid_1\n"), UINT64_MAX);
}

static void nothing_is_no_limit(void **state) {
    (void)state;
    assert_int_equal(ask(""), UINT64_MAX);
    assert_int_equal(ask("rubbish\n:\n::\n0:\n"), UINT64_MAX);
    assert_int_equal(sm_memory_of_groups("/nowhere", "/nowhere"), UINT64_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_read),
        cmocka_unit_test(what_is_no_size_is_not),
        cmocka_unit_test_setup_teardown(version_2, scratch_create, scratch_remove),
        cmocka_unit_test_setup_teardown(version_1, scratch_create, scratch_remove),
        cmocka_unit_test_setup_teardown(nothing_is_no_limit, scratch_create, scratch_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
