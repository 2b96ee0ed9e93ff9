// fuse_faults.c: a FUSE pass-through of a folder in which chosen calls fail.
//
// Idea: the faults come from the file system itself, so the kernel, libc, Node and
// the addon are all the shipped ones. Use: `fuse_faults BACKING MOUNTPOINT` stays in
// the foreground until unmounted; the plan (fault_plan.h) is written to `.faults` in
// the mount, in one write; a bad plan gives EINVAL; reading it gives the counts as JSON.
// Contract: append mode is passed through (the server's descriptor has O_APPEND too),
// I/O is direct and unbuffered (the kernel keeps no copy that could hide a fault) and
// comes in calls of at most 1 MiB. Locks and leases stay in the kernel: one mount only.
// `kill` and `stop` are refused: they would hit the server, not the program under test.
// A file unlinked while open stays visible as .fuse_hidden* (its link count is right, though).
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fault_plan.h"
#include "fuse_names.h"
#include "lab.h"

static const char control[] = "/.faults";
static struct fault_gate* gate;
int backing_folder;

// An open control file is known by this, for the kernel may give no path with an open file.
static const uint64_t control_handle = UINT64_MAX;

static bool is_control(const char* path, const struct fuse_file_info* file) {
  return file != NULL ? file->fh == control_handle : strcmp(path, control) == 0;
}

// Counts the call, sleeps if the plan says so, and says what else is to happen.
static struct fault pass(enum fault_call call) {
  struct fault fault = fault_gate_pass(gate, call);
  if (fault.sleep_ms > 0) sleep_us((uint64_t)fault.sleep_ms * 1000);
  return fault;
}

static size_t limited(const struct fault* fault, size_t size) {
  return fault->short_bytes >= 0 && (uint64_t)fault->short_bytes < size ? (size_t)fault->short_bytes
                                                                        : size;
}

// An operation without a length: fail, pretend, or do it.
#define FAIL_OR_LIE(call)                    \
  struct fault fault = pass(call);           \
  if (fault.error != 0) return -fault.error; \
  if (fault.lie) return 0

static int set_plan(const char* text, size_t length) {
  char mistake[128];
  if (fault_gate_set(gate, text, length, mistake, sizeof mistake)) return (int)length;
  fprintf(stderr, "fuse_faults: %s\n", mistake);
  return -EINVAL;
}

static void* on_init(struct fuse_conn_info* connection, struct fuse_config* config) {
  connection->want &= ~(unsigned)FUSE_CAP_WRITEBACK_CACHE;
  config->use_ino = 1;
  config->nullpath_ok = 1;
  config->attr_timeout = 0;
  config->entry_timeout = 0;
  config->negative_timeout = 0;
  return NULL;
}

static int on_getattr(const char* path, struct stat* stat, struct fuse_file_info* file) {
  if (is_control(path, file)) {
    *stat = (struct stat){.st_mode = S_IFREG | 0600, .st_nlink = 1, .st_ino = UINT32_MAX};
    return 0;
  }
  struct fault fault = pass(CALL_STAT);
  if (fault.error != 0) return -fault.error;
  if (file != NULL) return answer(fstat((int)file->fh, stat));
  return answer(fstatat(backing_folder, below(path), stat, AT_SYMLINK_NOFOLLOW));
}

static int open_backing(const char* path, mode_t mode, struct fuse_file_info* file,
                        int extra_flags) {
  file->direct_io = 1;
  if (is_control(path, NULL)) {
    file->fh = control_handle;
    return file->flags & O_TRUNC ? set_plan("", 0) : 0;
  }
  struct fault fault = pass(CALL_OPEN);
  if (fault.error != 0) return -fault.error;
  int fd =
      openat(backing_folder, below(path), file->flags | extra_flags | O_CLOEXEC | O_NOFOLLOW, mode);
  if (fd < 0) return -errno;
  file->fh = (uint64_t)fd;
  return 0;
}

static int on_open(const char* path, struct fuse_file_info* file) {
  return open_backing(path, 0, file, 0);
}

static int on_create(const char* path, mode_t mode, struct fuse_file_info* file) {
  int result = open_backing(path, mode, file, O_CREAT);
  struct fuse_context* caller = fuse_get_context();
  if (result == 0 && !is_control(path, file) && fchown((int)file->fh, caller->uid, caller->gid) < 0)
    result = -errno;
  return result;
}

static int on_read(const char* path, char* bytes, size_t size, off_t offset,
                   struct fuse_file_info* file) {
  if (is_control(path, file)) {
    char counts[1024];
    size_t length = fault_gate_counts(gate, counts, sizeof counts);
    size_t from = (size_t)offset < length ? (size_t)offset : length;
    size_t part = length - from < size ? length - from : size;
    memcpy(bytes, counts + from, part);
    return (int)part;
  }
  struct fault fault = pass(CALL_READ);
  if (fault.error != 0) return -fault.error;
  ssize_t done = pread((int)file->fh, bytes, limited(&fault, size), offset);
  if (done > 0 && fault.lie) memset(bytes, 0, (size_t)done);
  return done < 0 ? -errno : (int)done;
}

static int on_write(const char* path, const char* bytes, size_t size, off_t offset,
                    struct fuse_file_info* file) {
  if (is_control(path, file)) return set_plan(bytes, size);
  struct fault fault = pass(CALL_WRITE);
  if (fault.error != 0) return -fault.error;
  if (fault.lie) return (int)limited(&fault, size);
  // With O_APPEND Linux appends whatever the offset says: the end is the backing file's.
  ssize_t done = pwrite((int)file->fh, bytes, limited(&fault, size), offset);
  return done < 0 ? -errno : (int)done;
}

static int on_truncate(const char* path, off_t size, struct fuse_file_info* file) {
  if (is_control(path, file)) return set_plan("", 0);
  FAIL_OR_LIE(CALL_TRUNCATE);
  if (file != NULL) return answer(ftruncate((int)file->fh, size));
  int fd = openat(backing_folder, below(path), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return -errno;
  int result = answer(ftruncate(fd, size));
  return close(fd), result;
}

static int on_fsync(const char* path, int data_only, struct fuse_file_info* file) {
  if (is_control(path, file)) return 0;
  FAIL_OR_LIE(data_only ? CALL_FDATASYNC : CALL_FSYNC);
  return answer(data_only ? fdatasync((int)file->fh) : fsync((int)file->fh));
}

static int on_release(const char* path, struct fuse_file_info* file) {
  if (!is_control(path, file)) close((int)file->fh);
  return 0;
}

static int on_rename(const char* from, const char* to, unsigned flags) {
  if (is_control(from, NULL) || is_control(to, NULL)) return -EPERM;
  FAIL_OR_LIE(CALL_RENAME);
  return answer(renameat2(backing_folder, below(from), backing_folder, below(to), flags));
}

static int on_unlink(const char* path) {
  if (is_control(path, NULL)) return -EPERM;
  FAIL_OR_LIE(CALL_UNLINK);
  return answer(unlinkat(backing_folder, below(path), 0));
}

static int on_statfs(const char* path, struct statvfs* statistics) {
  (void)path;
  struct fault fault = pass(CALL_STATFS);
  return fault.error != 0 ? -fault.error : answer(fstatvfs(backing_folder, statistics));
}

static const struct fuse_operations operations = {
    .init = on_init,
    .getattr = on_getattr,
    .open = on_open,
    .create = on_create,
    .read = on_read,
    .write = on_write,
    .truncate = on_truncate,
    .fsync = on_fsync,
    .fsyncdir = on_fsync,
    .release = on_release,
    .rename = on_rename,
    .unlink = on_unlink,
    .statfs = on_statfs,
    .opendir = on_opendir,
    .readdir = on_readdir,
    .releasedir = on_releasedir,
    .mkdir = on_mkdir,
    .rmdir = on_rmdir,
    .symlink = on_symlink,
    .link = on_link,
    .readlink = on_readlink,
    .chmod = on_chmod,
    .chown = on_chown,
    .utimens = on_utimens,
};

int main(int count, char** arguments) {
  if (count != 3) die("usage: fuse_faults BACKING MOUNTPOINT");
  backing_folder = open(arguments[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (backing_folder < 0) die("cannot open %s", arguments[1]);
  gate = fault_gate_new(FAULT_CALL(CALL_WRITE) | FAULT_CALL(CALL_READ) | FAULT_CALL(CALL_OPEN) |
                            FAULT_CALL(CALL_TRUNCATE) | FAULT_CALL(CALL_FSYNC) |
                            FAULT_CALL(CALL_FDATASYNC) | FAULT_CALL(CALL_STAT) |
                            FAULT_CALL(CALL_STATFS) | FAULT_CALL(CALL_RENAME) |
                            FAULT_CALL(CALL_UNLINK),
                        false);
  if (gate == NULL) die("no memory");
  umask(0);
  // allow_other: a test that drops root must still reach the files.
  char* fuse_arguments[] = {arguments[0], "-f", "-o",
                            "allow_other,default_permissions,max_idle_threads=8,fsname=fuse_faults",
                            arguments[2]};
  return fuse_main(5, fuse_arguments, &operations, NULL);
}
