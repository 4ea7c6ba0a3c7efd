/*
 * A disk with a volatile cache, for tests: preload this into a process, kill the process with SIGKILL, and what a power cut would have
 * left of its files can be put together.
 *
 *   cc -shared -fPIC -O1 -o powercut.so powercut.c
 *   LD_PRELOAD=powercut.so POWERCUT_ROOT=/data POWERCUT_DISK=/disk program
 *
 * For every file DIR/NAME below POWERCUT_ROOT the process keeps, below POWERCUT_DISK,
 *   DIR/NAME           what is certainly on the disk: the content at its last fsync or fdatasync
 *   DIR/NAME.unsynced  a line "offset length" for every write since then: each block of these may have reached the disk or not
 *
 * sync_file_range is, by its manual page, no promise of durability, and is none here. Creating, linking, renaming and removing a name counts as
 * durable at once: journalling file systems commit that within seconds and in order, and the names are not what is tested here.
 * The real fsync is never called: the page cache outlives a SIGKILL, so it would only make the test slower.
 *
 * Writes through a shared mapping are not seen. POWERCUT_FAIL_AFTER=N makes every fsync and fdatasync after the first N fail with EIO.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* Orders every write and its note against the syncs, so that a sync takes exactly what was written before it. */
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

/* The name under POWERCUT_DISK that belongs to `path`. False when `path` is none of ours. */
static int on_disk(const char *path, const char *suffix, char out[PATH_MAX]) {
    const char *root = getenv("POWERCUT_ROOT"), *disk = getenv("POWERCUT_DISK");
    if (!root || !disk) return 0;
    size_t length = strlen(root);
    if (strncmp(path, root, length) != 0 || path[length] != '/') return 0;
    return snprintf(out, PATH_MAX, "%s%s%s", disk, path + length, suffix) < PATH_MAX;
}

/* The path of an open file, if that is a regular file of ours. */
static int path_of(int fd, char out[PATH_MAX]) {
    char link[64], disk[PATH_MAX];
    struct stat info;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, out, PATH_MAX - 1);
    if (length <= 0) return 0;
    out[length] = 0;
    return on_disk(out, "", disk);
}

static void make_parents(const char *path) {
    char parent[PATH_MAX];
    snprintf(parent, sizeof parent, "%s", path);
    for (char *slash = parent + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = 0;
        mkdir(parent, 0755);
    }
}

/* Our own files are opened and written by bare system calls: the functions below would take note of them. */
static int open_ours(const char *path, int flags) {
    make_parents(path);
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0644);
}

static void note_write(const char *path, off_t offset, ssize_t length) {
    char note[PATH_MAX], line[64];
    if (length <= 0 || !on_disk(path, ".unsynced", note)) return;
    int out = open_ours(note, O_WRONLY | O_CREAT | O_APPEND);
    int size = snprintf(line, sizeof line, "%lld %lld\n", (long long)offset, (long long)length);
    if (out < 0 || syscall(SYS_write, out, line, size) != size) abort();
    close(out);
}

static void copy_range(int from, int to, off_t offset, off_t length) {
    char block[65536];
    while (length > 0) {
        size_t want = length < (off_t)sizeof block ? (size_t)length : sizeof block;
        ssize_t got = pread(from, block, want, offset);
        if (got <= 0) return; /* cut off since */
        if (syscall(SYS_pwrite64, to, block, got, offset) != got) abort();
        offset += got;
        length -= got;
    }
}

/* Takes what was written to the file since its last sync over to the disk. */
static void settle(int fd) {
    char path[PATH_MAX], disk[PATH_MAX], note[PATH_MAX];
    struct stat info;
    if (!path_of(fd, path) || !on_disk(path, "", disk) || !on_disk(path, ".unsynced", note)) return;
    int from = open_ours(path, O_RDONLY), to = open_ours(disk, O_WRONLY | O_CREAT);
    if (from < 0 || to < 0) abort();
    FILE *notes = fopen(note, "r");
    long long offset, length;
    while (notes && fscanf(notes, "%lld %lld", &offset, &length) == 2) copy_range(from, to, offset, length);
    if (notes) fclose(notes);
    if (fstat(from, &info) != 0 || syscall(SYS_ftruncate, to, info.st_size) != 0) abort();
    close(from);
    close(to);
    syscall(SYS_unlinkat, AT_FDCWD, note, 0);
}

static int sync_file(int fd) {
    static long done;
    const char *limit = getenv("POWERCUT_FAIL_AFTER");
    int result = 0;
    pthread_mutex_lock(&order);
    if (limit && done >= atol(limit)) {
        errno = EIO;
        result = -1;
    } else {
        done++;
        settle(fd);
    }
    pthread_mutex_unlock(&order);
    return result;
}

int fsync(int fd) { return sync_file(fd); }
int fdatasync(int fd) { return sync_file(fd); }

int sync_file_range(int fd, off64_t offset, off64_t length, unsigned flags) {
    (void)fd, (void)offset, (void)length, (void)flags;
    return 0;
}

ssize_t write(int fd, const void *data, size_t size) {
    char path[PATH_MAX];
    if (!path_of(fd, path)) return syscall(SYS_write, fd, data, size);
    pthread_mutex_lock(&order);
    ssize_t written = syscall(SYS_write, fd, data, size);
    /* Where it went, also with O_APPEND: the position now is its end. */
    if (written > 0) note_write(path, lseek(fd, 0, SEEK_CUR) - written, written);
    pthread_mutex_unlock(&order);
    return written;
}

static ssize_t write_at(int fd, const void *data, size_t size, off64_t offset) {
    char path[PATH_MAX];
    if (!path_of(fd, path)) return syscall(SYS_pwrite64, fd, data, size, offset);
    pthread_mutex_lock(&order);
    ssize_t written = syscall(SYS_pwrite64, fd, data, size, offset);
    note_write(path, offset, written);
    pthread_mutex_unlock(&order);
    return written;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) { return write_at(fd, data, size, offset); }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) { return write_at(fd, data, size, offset); }

static void forget(const char *path) {
    char disk[PATH_MAX];
    if (on_disk(path, "", disk)) syscall(SYS_unlinkat, AT_FDCWD, disk, 0);
    if (on_disk(path, ".unsynced", disk)) syscall(SYS_unlinkat, AT_FDCWD, disk, 0);
}

static void move(const char *from, const char *to, const char *suffix) {
    char old[PATH_MAX], new[PATH_MAX];
    if (on_disk(from, suffix, old) && on_disk(to, suffix, new)) syscall(SYS_renameat, AT_FDCWD, old, AT_FDCWD, new);
}

static void share(const char *from, const char *to, const char *suffix) {
    char old[PATH_MAX], new[PATH_MAX];
    if (on_disk(from, suffix, old) && on_disk(to, suffix, new)) syscall(SYS_linkat, AT_FDCWD, old, AT_FDCWD, new, 0);
}

/* A second name for a file. Relative directories are not modelled: nobody here uses them. */
int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags) {
    int result = (int)syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
    if (result != 0) return result;
    share(from, to, "");
    share(from, to, ".unsynced");
    return result;
}

int unlink(const char *path) {
    int result = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (result == 0) forget(path);
    return result;
}

int rename(const char *from, const char *to) {
    int result = (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
    if (result != 0) return result;
    forget(to);
    move(from, to, "");
    move(from, to, ".unsynced");
    return 0;
}
