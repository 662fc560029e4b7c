/* The calls of the system on files that tests stand between, each as ON_FILE where it has a descriptor named "file",
 * and as ON_PATH where it has a path named "path". Who includes this says before what these do with a call: its result,
 * its name, what can become of it, its parameters, the arguments by which it is passed on, and what it returns when it
 * fails. */
ON_FILE(ssize_t, read, CAN_BE_INTERRUPTED, (int file, void *data, size_t n), (file, data, n), -1)
ON_FILE(ssize_t, pread, CAN_BE_INTERRUPTED, (int file, void *data, size_t n, off_t at), (file, data, n, at), -1)
ON_FILE(ssize_t, write, TAKES_SPACE | CAN_BE_INTERRUPTED, (int file, const void *data, size_t n), (file, data, n), -1)
ON_FILE(ssize_t, pwrite, TAKES_SPACE | CAN_BE_INTERRUPTED, (int file, const void *data, size_t n, off_t at),
        (file, data, n, at), -1)
ON_FILE(int, fsync, TAKES_SPACE | CAN_BE_INTERRUPTED, (int file), (file), -1)
ON_FILE(int, fdatasync, TAKES_SPACE | CAN_BE_INTERRUPTED, (int file), (file), -1)
ON_FILE(int, ftruncate, TAKES_SPACE | CAN_BE_INTERRUPTED, (int file, off_t length), (file, length), -1)
ON_FILE(int, fallocate, TAKES_SPACE | CAN_BE_INTERRUPTED, (int file, int mode, off_t at, off_t length),
        (file, mode, at, length), -1)
ON_FILE(off_t, lseek, PLAIN, (int file, off_t to, int from), (file, to, from), -1)
ON_FILE(int, fstat, PLAIN, (int file, struct stat *info), (file, info), -1)
ON_FILE(int, fstatfs, PLAIN, (int file, struct statfs *info), (file, info), -1)
ON_FILE(int, fchmod, PLAIN, (int file, mode_t mode), (file, mode), -1)
ON_FILE(int, fchown, PLAIN, (int file, uid_t owner, gid_t group), (file, owner, group), -1)
ON_FILE(ssize_t, flistxattr, PLAIN, (int file, char *list, size_t size), (file, list, size), -1)
ON_FILE(ssize_t, fgetxattr, PLAIN, (int file, const char *name, void *value, size_t size), (file, name, value, size),
        -1)
ON_FILE(int, fsetxattr, TAKES_SPACE, (int file, const char *name, const void *value, size_t size, int flags),
        (file, name, value, size, flags), -1)
ON_FILE(int, fremovexattr, PLAIN, (int file, const char *name), (file, name), -1)
ON_FILE(void *, mmap, PLAIN, (void *at, size_t n, int use, int flags, int file, off_t from),
        (at, n, use, flags, file, from), MAP_FAILED)

ON_PATH(int, stat, PLAIN, (const char *path, struct stat *info), (path, info), -1)
ON_PATH(int, lstat, PLAIN, (const char *path, struct stat *info), (path, info), -1)
ON_PATH(int, statfs, PLAIN, (const char *path, struct statfs *info), (path, info), -1)
ON_PATH(int, access, PLAIN, (const char *path, int how), (path, how), -1)
ON_PATH(ssize_t, readlink, PLAIN, (const char *path, char *target, size_t size), (path, target, size), -1)
ON_PATH(char *, realpath, PLAIN, (const char *path, char *real), (path, real), NULL)
ON_PATH(ssize_t, listxattr, PLAIN, (const char *path, char *list, size_t size), (path, list, size), -1)
ON_PATH(ssize_t, getxattr, PLAIN, (const char *path, const char *name, void *value, size_t size),
        (path, name, value, size), -1)
ON_PATH(int, unlink, PLAIN, (const char *path), (path), -1)
ON_PATH(int, link, TAKES_SPACE, (const char *path, const char *to), (path, to), -1)
ON_PATH(int, rename, TAKES_SPACE, (const char *path, const char *to), (path, to), -1)
ON_PATH(int, mkdir, TAKES_SPACE, (const char *path, mode_t mode), (path, mode), -1)
ON_PATH(DIR *, opendir, CAN_BE_INTERRUPTED, (const char *path), (path), NULL)
ON_PATH(FILE *, fopen, CAN_BE_INTERRUPTED, (const char *path, const char *mode), (path, mode), NULL)
