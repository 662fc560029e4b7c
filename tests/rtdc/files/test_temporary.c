/* The temporary file is locked, taken over from a job that died, and ends as the output or not at all. */
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rtdc/files/lock.h"
#include "rtdc/files/path.h"
#include "rtdc/files/temporary.h"
#include "support/scratch.h"

/* ---- helpers ---- */

/* Content of a file; "" where there is none. */
static const char *read_file(const char *path) {
    static char text[100];
    FILE *file = fopen(path, "r");
    text[file ? fread(text, 1, sizeof text - 1, file) : 0] = '\0';
    if (file) {
        fclose(file);
    }
    return text;
}

static bool exists(const char *path) {
    struct stat info;
    return lstat(path, &info) == 0;
}

static struct sm_temporary open_to_replace(const char *output, bool replace) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_temporary temporary;
    if (sm_temporary_open(output, "input.rtdc", replace, &temporary, &error) != SPARSEMED_OK) {
        fail_msg("%s", error.message);
    }
    return temporary;
}

static struct sm_temporary open_temporary(const char *output) {
    return open_to_replace(output, false);
}

static void discard(struct sm_temporary *temporary) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    sm_temporary_discard(temporary, &error);
    assert_int_equal(error.status, SPARSEMED_OK);
}

/* Opening fails with a message that names the output. */
static bool is_refused(const char *output, const char *reason) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_temporary temporary;
    enum sparsemed_status status = sm_temporary_open(output, "input.rtdc", false, &temporary, &error);
    return status == SPARSEMED_OUTPUT && !temporary.path && strstr(error.message, output) &&
           strstr(error.message, reason);
}

/* ---- tests ---- */

static void the_file_is_hidden_beside_the_output(void **state) {
    (void)state;
    struct path output = scratch_path("name.rtdc"), hidden = scratch_path(".name.rtdc.sparsemed-part");
    char *path = sm_temporary_path(output.text), *bare = sm_temporary_path("bare.rtdc");
    assert_string_equal(path, hidden.text);
    assert_string_equal(bare, ".bare.rtdc.sparsemed-part");
    free(bare);
    free(path);
    struct sm_temporary temporary = open_temporary(output.text);
    assert_string_equal(temporary.path, hidden.text);
    assert_true(exists(hidden.text));
    assert_false(exists(output.text));
    discard(&temporary);
    assert_false(exists(hidden.text));
    assert_false(exists(output.text));
    discard(&temporary); /* again is harmless */
}

/* Make an output of this name, and remove it. */
static void make_output(const char *name) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    char output[600];
    snprintf(output, sizeof output, "%s/%s", scratch_folder(), name);
    struct sm_temporary temporary = open_temporary(output);
    assert_true(strlen(sm_path_name(temporary.path)) <= NAME_MAX);
    assert_int_equal(sm_temporary_keep(&temporary, false, &error), SPARSEMED_OK);
    assert_int_equal(unlink(output), 0);
}

static void names_may_be_as_long_as_the_system_has_them(void **state) {
    (void)state;
    for (size_t length = 235; length <= NAME_MAX; length++) {
        char name[NAME_MAX + 1];
        memset(name, 'x', length);
        name[length] = '\0';
        make_output(name);
    }
}

static void long_names_have_files_of_their_own(void **state) {
    (void)state;
    char names[4][NAME_MAX + 1], *paths[4];
    for (size_t i = 0; i < 4; i++) { /* of two bytes a character, one of them cut by one or the other */
        names[i][0] = '\0';
        for (size_t n = 0; n < 126; n++) {
            strcat(names[i], "\xc3\xb6");
        }
        strcat(names[i], i < 2 ? "" : "x");
        names[i][i % 2 ? 20 : 250] = 'a';
        names[i][i % 2 ? 21 : 251] = 'b';
        paths[i] = sm_temporary_path(names[i]);
        assert_true(strlen(paths[i]) <= NAME_MAX);
        size_t begin = strspn(paths[i] + 1, names[i]); /* no byte that is half a character is before the number */
        assert_int_equal(paths[i][begin + 1], '.');
        assert_int_equal(begin % 2, 0);
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(paths[i], paths[k]);
        }
    }
    char *again = sm_temporary_path(names[0]);
    assert_string_equal(again, paths[0]);
    free(again);
    for (size_t i = 0; i < 4; i++) {
        free(paths[i]);
    }
}

static void paths_may_be_as_long_as_the_system_has_them(void **state) {
    (void)state;
    char output[PATH_MAX];
    for (size_t folder = PATH_MAX - 300; folder <= PATH_MAX - 1 - 33; folder++) {
        memset(output, 'f', folder);
        output[folder - 1] = '/';
        memset(output + folder, 'x', 33);
        output[folder + 33] = '\0';
        char *path = sm_temporary_path(output);
        assert_true(strlen(path) < PATH_MAX);
        free(path);
    }
}

static void keeps_the_file_under_its_final_name(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct path output = scratch_path("kept.rtdc"), hidden = scratch_path(".kept.rtdc.sparsemed-part");
    for (int replace = 0; replace <= 1; replace++) {
        struct sm_temporary temporary = open_temporary(output.text);
        write_text(temporary.path, replace ? "second" : "first");
        assert_int_equal(sm_temporary_keep(&temporary, replace, &error), SPARSEMED_OK);
        assert_null(temporary.path);
        assert_string_equal(read_file(output.text), replace ? "second" : "first");
        assert_false(exists(hidden.text));
    }
}

static void replaces_nothing_unless_told_to(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct path output = scratch_path("there.rtdc"), hidden = scratch_path(".there.rtdc.sparsemed-part");
    write_text(output.text, "before");
    struct sm_temporary temporary = open_temporary(output.text);
    write_text(temporary.path, "new");
    assert_int_equal(sm_temporary_keep(&temporary, false, &error), SPARSEMED_OUTPUT);
    assert_non_null(strstr(error.message, output.text));
    assert_null(temporary.path);
    assert_string_equal(read_file(output.text), "before");
    assert_false(exists(hidden.text));
}

static void takes_over_what_a_dead_job_left(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct path output = scratch_path("left.rtdc"), hidden = scratch_path(".left.rtdc.sparsemed-part");
    write_text(hidden.text, "left over");
    struct sm_temporary temporary = open_temporary(output.text);
    write_text(temporary.path, "mine");
    assert_int_equal(sm_temporary_keep(&temporary, false, &error), SPARSEMED_OK);
    assert_string_equal(read_file(output.text), "mine");
}

/* Owner and permissions are those of the file that is replaced; a new file has the usual ones, whatever a job that died
 * has left. */
static void takes_over_owner_and_permissions(void **state) {
    (void)state;
    static const mode_t modes[] = {0600, 0640, 0444, 0755, 0604};
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct path output = scratch_path("owned.rtdc"), hidden = scratch_path(".owned.rtdc.sparsemed-part");
    struct stat info;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        write_text(output.text, "before");
        assert_int_equal(chmod(output.text, modes[i]), 0);
        bool given = getuid() == 0 && chown(output.text, 1234, 1235) == 0;
        struct sm_temporary temporary = open_to_replace(output.text, true);
        assert_int_equal(fstat(temporary.descriptor, &info), 0);
        assert_int_equal(info.st_mode & 07777, 0600);
        assert_true(!given || (info.st_uid == 1234 && info.st_gid == 1235));
        write_text(temporary.path, "after");
        assert_int_equal(sm_temporary_keep(&temporary, true, &error), SPARSEMED_OK);
        assert_int_equal(stat(output.text, &info), 0);
        assert_int_equal(info.st_mode & 07777, modes[i]);
        assert_true(!given || (info.st_uid == 1234 && info.st_gid == 1235));
        assert_string_equal(read_file(output.text), "after");
        remove(output.text);
    }
    mode_t mask = umask(0);
    umask(mask);
    write_text(hidden.text, "left over");
    assert_int_equal(chmod(hidden.text, 0600), 0);
    struct sm_temporary temporary = open_temporary(output.text);
    assert_string_equal(read_file(hidden.text), "");
    assert_int_equal(sm_temporary_keep(&temporary, false, &error), SPARSEMED_OK);
    assert_int_equal(stat(output.text, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0666 & ~mask);
}

/* What a link or another name leads to is nobody's leftover. */
/* Run by another user: whose file it is, or who is in which groups, cannot be changed. */
static int try_to_replace(const char *output, uid_t user, gid_t group) {
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_temporary temporary;
    if (setgroups(0, NULL) != 0 || setgid(group) != 0 || setuid(user) != 0) {
        return 100;
    }
    int status = (int)sm_temporary_open(output, "input.rtdc", true, &temporary, &error);
    if (status == SPARSEMED_OK) {
        return (int)sm_temporary_keep(&temporary, true, &error);
    }
    return strstr(error.message, "belongs to another user or group") ? status : 101;
}

static void replaces_no_file_that_would_change_hands(void **state) {
    (void)state;
    static const struct {
        uid_t user;
        gid_t group;
        int status;
    } cases[] = {{1234, 1235, SPARSEMED_OK}, {1234, 1236, SPARSEMED_OUTPUT}, {1237, 1235, SPARSEMED_OUTPUT}};
    if (geteuid() != 0) {
        skip();
    }
    assert_int_equal(chmod(scratch_folder(), 0777), 0);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct path output = scratch_path("hands.rtdc"), hidden = scratch_path(".hands.rtdc.sparsemed-part");
        struct stat before, info;
        int end;
        write_text(output.text, "before");
        assert_int_equal(chown(output.text, 1234, 1235), 0);
        assert_int_equal(chmod(output.text, 0660), 0);
        assert_int_equal(stat(output.text, &before), 0);
        pid_t other = fork();
        if (other == 0) {
            _exit(try_to_replace(output.text, cases[i].user, cases[i].group));
        }
        assert_int_equal(waitpid(other, &end, 0), other);
        assert_true(WIFEXITED(end));
        assert_int_equal(WEXITSTATUS(end), cases[i].status);
        assert_int_equal(stat(output.text, &info), 0);
        assert_true(info.st_uid == 1234 && info.st_gid == 1235 && (info.st_mode & 07777) == 0660);
        assert_int_equal(info.st_ino == before.st_ino, cases[i].status != SPARSEMED_OK);
        assert_false(exists(hidden.text));
        remove(output.text);
    }
}

static void does_not_write_through_links(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct path output = scratch_path("linked.rtdc"), hidden = scratch_path(".linked.rtdc.sparsemed-part"),
                other = scratch_path("other");
    write_text(other.text, "of somebody else");
    assert_int_equal(symlink(other.text, hidden.text), 0);
    assert_true(is_refused(output.text, "cannot be written"));
    assert_int_equal(unlink(hidden.text), 0);
    assert_int_equal(link(other.text, hidden.text), 0);
    struct sm_temporary temporary = open_temporary(output.text);
    write_text(temporary.path, "mine");
    assert_int_equal(sm_temporary_keep(&temporary, false, &error), SPARSEMED_OK);
    assert_string_equal(read_file(output.text), "mine");
    assert_string_equal(read_file(other.text), "of somebody else");
}

/* A child that ends without cleaning up. Returns its exit status. */
static int wait_for(pid_t child) {
    int status = -1;
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void another_job_is_refused_while_the_lock_is_held(void **state) {
    (void)state;
    struct path output = scratch_path("locked.rtdc");
    struct sm_temporary temporary = open_temporary(output.text);
    assert_true(is_refused(output.text, "another job"));
    pid_t child = fork();
    if (child == 0) {
        close(temporary.descriptor); /* the lock is shared over fork */
        _exit(is_refused(output.text, "another job") ? 7 : 8);
    }
    assert_int_equal(wait_for(child), 7);
    assert_true(exists(temporary.path)); /* the refused ones leave it alone */
    discard(&temporary);
    temporary = open_temporary(output.text);
    discard(&temporary);
}

/* As HDF5 has one of a file that it could not close. */
static void a_copy_of_the_descriptor_keeps_no_lock(void **state) {
    (void)state;
    struct path output = scratch_path("kept_open.rtdc");
    struct sm_temporary temporary = open_temporary(output.text);
    int copy = dup(temporary.descriptor), other = open(temporary.path, O_RDWR);
    assert_true(copy >= 0 && other >= 0);
    discard(&temporary);
    assert_true(sm_lock_file(other));
    close(copy);
    close(other);
}

static void the_lock_of_a_dead_job_is_gone(void **state) {
    (void)state;
    struct path output = scratch_path("dead.rtdc"), hidden = scratch_path(".dead.rtdc.sparsemed-part");
    pid_t child = fork();
    if (child == 0) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        struct sm_temporary temporary;
        _exit(sm_temporary_open(output.text, "input.rtdc", false, &temporary, &error) == SPARSEMED_OK ? 7 : 8);
    }
    assert_int_equal(wait_for(child), 7);
    assert_true(exists(hidden.text));
    struct sm_temporary temporary = open_temporary(output.text);
    discard(&temporary);
    assert_false(exists(hidden.text));
}

static void leaves_a_file_with_further_names_alone(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct path output = scratch_path("named.rtdc"), hidden = scratch_path(".named.rtdc.sparsemed-part"),
                other = scratch_path("other");
    for (int empty = 0; empty <= 1; empty++) {
        write_text(other.text, empty ? "" : "other");
        assert_int_equal(link(other.text, hidden.text), 0);
        struct sm_temporary temporary = open_temporary(output.text);
        write_text(temporary.path, "output");
        assert_int_equal(sm_temporary_keep(&temporary, empty, &error), SPARSEMED_OK);
        assert_string_equal(read_file(other.text), empty ? "" : "other");
        assert_string_equal(read_file(output.text), "output");
    }
}

/* An empty file of somebody else would stay theirs. */
static void does_not_adopt_a_file_of_another_user(void **state) {
    (void)state;
    if (geteuid() != 0) {
        skip();
    }
    struct stat info;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct path output = scratch_path("planted.rtdc"), hidden = scratch_path(".planted.rtdc.sparsemed-part");
    write_text(hidden.text, "");
    assert_int_equal(chown(hidden.text, 12345, 12345), 0);
    struct sm_temporary temporary = open_temporary(output.text);
    assert_int_equal(sm_temporary_keep(&temporary, false, &error), SPARSEMED_OK);
    assert_int_equal(stat(output.text, &info), 0);
    assert_int_equal(info.st_uid, 0);
}

/* Bytes that a file takes on the disk. */
static long long taken(const struct sm_temporary *temporary) {
    struct stat info;
    assert_int_equal(fstat(temporary->descriptor, &info), 0);
    return (long long)info.st_blocks * 512;
}

static void reserves_space_and_gives_it_back(void **state) {
    (void)state;
    const long long n_bytes = 1 << 20;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct path output = scratch_path("reserved.rtdc");
    struct sm_temporary temporary = open_temporary(output.text);
    write_text(temporary.path, "content");
    assert_int_equal(sm_temporary_reserve(&temporary, (uint64_t)n_bytes, &error), SPARSEMED_OK);
    assert_string_equal(read_file(temporary.path), "content");
    assert_int_equal(sm_temporary_trim(&temporary, &error), SPARSEMED_OK);
    assert_string_equal(read_file(temporary.path), "content");
    assert_true(taken(&temporary) < n_bytes);
    discard(&temporary);
}

static void tells_that_there_is_no_room(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct path output = scratch_path("huge.rtdc");
    struct sm_temporary temporary = open_temporary(output.text);
    /* A file system that cannot reserve space says nothing. */
    if (sm_temporary_reserve(&temporary, UINT64_C(1) << 62, &error) != SPARSEMED_OK) {
        assert_int_equal(error.status, SPARSEMED_OUTPUT);
        assert_non_null(strstr(error.message, "huge.rtdc: there is no room for"));
    }
    discard(&temporary);
}

static void tells_why_it_cannot_write(void **state) {
    (void)state;
    struct path missing = scratch_path("missing/output.rtdc"), file = scratch_path("file"),
                below = scratch_path("file/output.rtdc"), folder = scratch_path("folder.rtdc");
    assert_true(is_refused(missing.text, "its folder is not there"));
    write_text(file.text, "");
    assert_true(is_refused(below.text, "Not a directory"));
    /* a folder where the output should be shows only in the end */
    make_folder(folder.text);
    for (int replace = 0; replace <= 1; replace++) {
        struct sparsemed_error error = SPARSEMED_NO_ERROR;
        struct sm_temporary temporary = open_temporary(folder.text);
        assert_int_equal(sm_temporary_keep(&temporary, replace, &error), SPARSEMED_OUTPUT);
        struct path hidden = scratch_path(".folder.rtdc.sparsemed-part");
        assert_false(exists(hidden.text));
    }
}

static void tells_what_it_cannot_remove(void **state) {
    (void)state;
    struct path folder = scratch_path("folder");
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    mkdir(folder.text, 0700);
    assert_true(sm_temporary_remove(folder.text, &error)); /* no failure that could say so */
    assert_int_equal(error.status, SPARSEMED_OK);
    sparsemed_fail(&error, SPARSEMED_OUTPUT, "the disk is full");
    assert_true(sm_temporary_remove(folder.text, &error));
    assert_int_equal(error.status, SPARSEMED_OUTPUT);
    assert_non_null(strstr(error.message, "the disk is full; "));
    assert_non_null(strstr(error.message, "folder could not be removed: "));
    rmdir(folder.text);
    assert_false(sm_temporary_remove(folder.text, &error));
}

static void the_input_is_not_taken_for_a_leftover(void **state) {
    (void)state;
    struct sparsemed_error error = SPARSEMED_NO_ERROR;
    struct sm_temporary temporary;
    struct path output = scratch_path("odd.rtdc"), input = scratch_path(".odd.rtdc.sparsemed-part");
    write_text(input.text, "measurement");
    assert_int_equal(sm_temporary_open(output.text, input.text, false, &temporary, &error), SPARSEMED_OUTPUT);
    assert_string_equal(read_file(input.text), "measurement");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_file_is_hidden_beside_the_output),
        cmocka_unit_test(names_may_be_as_long_as_the_system_has_them),
        cmocka_unit_test(long_names_have_files_of_their_own),
        cmocka_unit_test(paths_may_be_as_long_as_the_system_has_them),
        cmocka_unit_test(keeps_the_file_under_its_final_name),
        cmocka_unit_test(replaces_nothing_unless_told_to),
        cmocka_unit_test(takes_over_what_a_dead_job_left),
        cmocka_unit_test(takes_over_owner_and_permissions),
        cmocka_unit_test(replaces_no_file_that_would_change_hands),
        cmocka_unit_test(does_not_write_through_links),
        cmocka_unit_test(another_job_is_refused_while_the_lock_is_held),
        cmocka_unit_test(a_copy_of_the_descriptor_keeps_no_lock),
        cmocka_unit_test(the_lock_of_a_dead_job_is_gone),
        cmocka_unit_test(leaves_a_file_with_further_names_alone),
        cmocka_unit_test(does_not_adopt_a_file_of_another_user),
        cmocka_unit_test(reserves_space_and_gives_it_back),
        cmocka_unit_test(tells_that_there_is_no_room),
        cmocka_unit_test(tells_why_it_cannot_write),
        cmocka_unit_test(tells_what_it_cannot_remove),
        cmocka_unit_test(the_input_is_not_taken_for_a_leftover),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
