// preload.c: an LD_PRELOAD library that makes chosen calls on chosen files fail.
//
// Idea: the shipped binary runs unchanged, and each of its calls can be failed in turn.
// Use: LD_PRELOAD=build/lab/preload.so FAULT_PATH=/dir/file FAULT_PLAN='write:3:ENOSPC'
// node ...; FAULT_PLAN_FILE for a plan that changes while it runs; FAULT_COUNT_FILE gets
// the counts at exit, so that a driver learns how many calls a scenario makes. The plan's
// words are in fault_plan.h. The 64-bit names, pwritev and so on count as their plain kind.
// Contract: a failed close still closes, as on Linux. Calls made inside libc are not seen.
// This file has the calls that move or sync bytes; preload_open.c the others.
#define _GNU_SOURCE
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include "preload_wrap.h"

static size_t limited(const struct fault* fault, size_t size) {
  return fault->short_bytes >= 0 && (uint64_t)fault->short_bytes < size ? (size_t)fault->short_bytes
                                                                        : size;
}

static size_t total(const struct iovec* parts, int count) {
  size_t size = 0;
  for (int i = 0; i < count; i++) size += parts[i].iov_len;
  return size;
}

// The first `size` bytes of some parts; returns how many parts that takes.
static int cut_parts(const struct iovec* parts, int count, size_t size, struct iovec* cut) {
  int used = 0;
  for (; used < count && used < IOV_MAX && size > 0; used++) {
    cut[used] = parts[used];
    if (cut[used].iov_len > size) cut[used].iov_len = size;
    size -= cut[used].iov_len;
  }
  return used;
}

ssize_t write(int fd, const void* bytes, size_t size) {
  struct fault fault = gate_descriptor(fd, CALL_WRITE);
  size = limited(&fault, size);
  return GATED(fault, size, NEXT(write)(fd, bytes, size));
}

#define WRITE_AT(name, offset_type)                                          \
  ssize_t name(int fd, const void* bytes, size_t size, offset_type offset) { \
    struct fault fault = gate_descriptor(fd, CALL_PWRITE);                   \
    size = limited(&fault, size);                                            \
    return GATED(fault, size, NEXT(name)(fd, bytes, size, offset));          \
  }
WRITE_AT(pwrite, off_t)
WRITE_AT(pwrite64, off64_t)

ssize_t writev(int fd, const struct iovec* parts, int count) {
  struct fault fault = gate_descriptor(fd, CALL_WRITEV);
  struct iovec cut[IOV_MAX];
  size_t size = limited(&fault, total(parts, count));
  if (fault.short_bytes >= 0) count = cut_parts(parts, count, size, cut), parts = cut;
  return GATED(fault, size, NEXT(writev)(fd, parts, count));
}

#define WRITEV_AT(name, offset_type)                                                     \
  ssize_t name(int fd, const struct iovec* parts, int count, offset_type offset) {       \
    struct fault fault = gate_descriptor(fd, CALL_PWRITE);                               \
    struct iovec cut[IOV_MAX];                                                           \
    size_t size = limited(&fault, total(parts, count));                                  \
    if (fault.short_bytes >= 0) count = cut_parts(parts, count, size, cut), parts = cut; \
    return GATED(fault, size, NEXT(name)(fd, parts, count, offset));                     \
  }
WRITEV_AT(pwritev, off_t)
WRITEV_AT(pwritev64, off64_t)

// A lying read gives zero bytes where data should be.
static ssize_t read_as(struct fault fault, void* bytes, ssize_t done) {
  if (fault.lie && done > 0) memset(bytes, 0, (size_t)done);
  return done;
}

static struct fault without_lie(struct fault fault) {
  fault.lie = false;
  return fault;
}

ssize_t read(int fd, void* bytes, size_t size) {
  struct fault fault = gate_descriptor(fd, CALL_READ), plain = without_lie(fault);
  return read_as(fault, bytes, GATED(plain, 0, NEXT(read)(fd, bytes, limited(&fault, size))));
}

#define READ_AT(name, offset_type)                                                         \
  ssize_t name(int fd, void* bytes, size_t size, offset_type offset) {                     \
    struct fault fault = gate_descriptor(fd, CALL_PREAD), plain = without_lie(fault);      \
    return read_as(fault, bytes,                                                           \
                   GATED(plain, 0, NEXT(name)(fd, bytes, limited(&fault, size), offset))); \
  }
READ_AT(pread, off_t)
READ_AT(pread64, off64_t)

#define ON_DESCRIPTOR(name, call, lied, parameters, arguments) \
  int name parameters {                                        \
    struct fault fault = gate_descriptor(fd, call);            \
    return GATED(fault, lied, NEXT(name) arguments);           \
  }
ON_DESCRIPTOR(ftruncate, CALL_TRUNCATE, 0, (int fd, off_t size), (fd, size))
ON_DESCRIPTOR(ftruncate64, CALL_TRUNCATE, 0, (int fd, off64_t size), (fd, size))
ON_DESCRIPTOR(fsync, CALL_FSYNC, 0, (int fd), (fd))
ON_DESCRIPTOR(fdatasync, CALL_FDATASYNC, 0, (int fd), (fd))
ON_DESCRIPTOR(fstat, CALL_STAT, 0, (int fd, struct stat* stat), (fd, stat))
ON_DESCRIPTOR(fstat64, CALL_STAT, 0, (int fd, struct stat64* stat), (fd, stat))
ON_DESCRIPTOR(fstatfs, CALL_STATFS, 0, (int fd, struct statfs* statistics), (fd, statistics))
ON_DESCRIPTOR(fstatfs64, CALL_STATFS, 0, (int fd, struct statfs64* statistics), (fd, statistics))

off_t lseek(int fd, off_t offset, int whence) {
  struct fault fault = gate_descriptor(fd, CALL_LSEEK);
  return GATED(fault, offset, NEXT(lseek)(fd, offset, whence));
}

off64_t lseek64(int fd, off64_t offset, int whence) {
  struct fault fault = gate_descriptor(fd, CALL_LSEEK);
  return GATED(fault, offset, NEXT(lseek64)(fd, offset, whence));
}

int close(int fd) {
  struct fault fault = gate_descriptor(fd, CALL_CLOSE);
  int result = NEXT(close)(fd);
  return GATED(fault, 0, result);
}
