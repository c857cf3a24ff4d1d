/* Records every write, truncation and fsync to files below a folder, so that a test can play a power cut.
 *
 * Loaded before the C library (LD_PRELOAD). POWER_CUT_LOG names the log, POWER_CUT_FOLDER the folder. Each record:
 * "W<path>\t<offset>\t<length>\n<bytes>", "T<path>\t<length>\n", "S<path>\n" (fsync), "R<old>\t<new>\n" (rename),
 * "U<path>\n" (unlink), "A<text>\n" (acknowledged: what was written to descriptor POWER_CUT_ACK).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -1;
static const char *folder;
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);

__attribute__((constructor)) static void begin(void) {
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_rename = dlsym(RTLD_NEXT, "rename");
  real_unlink = dlsym(RTLD_NEXT, "unlink");
  folder = getenv("POWER_CUT_FOLDER");
  const char *name = getenv("POWER_CUT_LOG");
  if (folder && name) log_fd = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* The path of a descriptor in our folder, or 0. The index of the log is memory, not a file that is synced. */
static int ours(int fd, char *path) {
  char link[64];
  if (log_fd < 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length < 0) return 0;
  path[length] = 0;
  size_t end = strlen(path);
  return strncmp(path, folder, strlen(folder)) == 0 && !(end > 4 && strcmp(path + end - 4, "-shm") == 0);
}

static void put(const char *head, const void *data, size_t length) {
  pthread_mutex_lock(&lock);
  real_write(log_fd, head, strlen(head));
  if (length) real_write(log_fd, data, length);
  pthread_mutex_unlock(&lock);
}

static void wrote(const char *path, off_t at, const void *data, ssize_t length) {
  char head[PATH_MAX + 64];
  if (length <= 0) return;
  snprintf(head, sizeof head, "W%s\t%lld\t%zd\n", path, (long long)at, length);
  put(head, data, (size_t)length);
}

ssize_t write(int fd, const void *data, size_t length) {
  char path[PATH_MAX], head[128];
  int mine = fd != log_fd && ours(fd, path);
  off_t at = mine ? lseek(fd, 0, SEEK_CUR) : 0;
  ssize_t done = real_write(fd, data, length);
  if (mine) wrote(path, (fcntl(fd, F_GETFL) & O_APPEND) ? lseek(fd, 0, SEEK_CUR) - done : at, data, done);
  if (fd == 1 && log_fd >= 0 && done > 0) {
    snprintf(head, sizeof head, "A%zd\n", done);
    put(head, data, (size_t)done);
  }
  return done;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) {
  char path[PATH_MAX];
  ssize_t done = real_pwrite(fd, data, length, at);
  if (ours(fd, path)) wrote(path, at, data, done);
  return done;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t at) { return pwrite64(fd, data, length, at); }

int ftruncate64(int fd, off64_t length) {
  char path[PATH_MAX], head[PATH_MAX + 64];
  int done = real_ftruncate(fd, length);
  if (done == 0 && ours(fd, path)) {
    snprintf(head, sizeof head, "T%s\t%lld\n", path, (long long)length);
    put(head, 0, 0);
  }
  return done;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int synced(int fd, int done) {
  char path[PATH_MAX], head[PATH_MAX + 64];
  if (done == 0 && ours(fd, path)) {
    snprintf(head, sizeof head, "S%s\n", path);
    put(head, 0, 0);
  }
  return done;
}

int fsync(int fd) { return synced(fd, real_fsync(fd)); }
int fdatasync(int fd) { return synced(fd, real_fsync(fd)); }

int rename(const char *old, const char *new) {
  char head[2 * PATH_MAX + 64];
  int done = real_rename(old, new);
  if (done == 0 && log_fd >= 0 && strncmp(new, folder, strlen(folder)) == 0) {
    snprintf(head, sizeof head, "R%s\t%s\n", old, new);
    put(head, 0, 0);
  }
  return done;
}

int unlink(const char *path) {
  char head[PATH_MAX + 64];
  int done = real_unlink(path);
  if (done == 0 && log_fd >= 0 && strncmp(path, folder, strlen(folder)) == 0) {
    snprintf(head, sizeof head, "U%s\n", path);
    put(head, 0, 0);
  }
  return done;
}
