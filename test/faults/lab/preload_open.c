// preload_open.c: the preload library's wrappers of open, statx, fcntl and syscall.
//
// Idea: these take a path, or an argument that decides what the call is. fcntl counts as
// `fcntl` and once more as what it does (setlease, unlease, getlease, setsig, setlk);
// openat and the checked names that a fortified build calls count as their plain kind.
// libuv makes some calls by number through syscall(): those come back to the wrappers.
// Contract: as in preload.c.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload_wrap.h"

int statx(int fd, const char* path, int flags, unsigned mask, struct statx* result) {
  struct fault fault = gate_path(fd, path, CALL_STAT);
  return GATED(fault, 0, NEXT(statx)(fd, path, flags, mask, result));
}

// What this fcntl does, in the plan's words; CALL_COUNT: nothing that has a word.
static enum fault_call fcntl_kind(int command, long argument) {
  switch (command) {
    case F_SETLEASE:
      return argument == F_UNLCK ? CALL_UNLEASE : CALL_SETLEASE;
    case F_GETLEASE:
      return CALL_GETLEASE;
    case F_SETSIG:
      return CALL_SETSIG;
    case F_OFD_SETLK:
    case F_OFD_SETLKW:
    case F_SETLK:
    case F_SETLKW:
      return CALL_SETLK;
    default:
      return CALL_COUNT;
  }
}

// The rule for what the call does goes before one for fcntl at large.
static struct fault gate_fcntl(int fd, int command, long argument) {
  struct fault fault = gate_descriptor(fd, CALL_FCNTL);
  enum fault_call kind = fcntl_kind(command, argument);
  if (kind == CALL_COUNT) return fault;
  struct fault closer = gate_descriptor(fd, kind);
  return closer.error != 0 || closer.lie ? closer : fault;
}

#define FCNTL(name)                                            \
  int name(int fd, int command, ...) {                         \
    va_list rest;                                              \
    va_start(rest, command);                                   \
    long argument = va_arg(rest, long);                        \
    va_end(rest);                                              \
    struct fault fault = gate_fcntl(fd, command, argument);    \
    return GATED(fault, 0, NEXT(name)(fd, command, argument)); \
  }
FCNTL(fcntl)
FCNTL(fcntl64)

// The third argument of open is there only if the flags say so.
#define MODE_AFTER(flags)                                                       \
  ({                                                                            \
    va_list rest;                                                               \
    va_start(rest, flags);                                                      \
    mode_t mode = (flags) & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest);                                                               \
    mode;                                                                       \
  })

#define OPEN(name)                                             \
  int name(const char* path, int flags, ...) {                 \
    mode_t mode = MODE_AFTER(flags);                           \
    struct fault fault = gate_path(AT_FDCWD, path, CALL_OPEN); \
    return GATED(fault, -1, NEXT(name)(path, flags, mode));    \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                \
  int name(int folder, const char* path, int flags, ...) {          \
    mode_t mode = MODE_AFTER(flags);                                \
    struct fault fault = gate_path(folder, path, CALL_OPEN);        \
    return GATED(fault, -1, NEXT(name)(folder, path, flags, mode)); \
  }
OPENAT(openat)
OPENAT(openat64)

// What a build with _FORTIFY_SOURCE calls instead.
int __open_2(const char* path, int flags) { return open(path, flags); }
int __open64_2(const char* path, int flags) { return open64(path, flags); }
int __openat_2(int folder, const char* path, int flags) { return openat(folder, path, flags); }
int __openat64_2(int folder, const char* path, int flags) { return openat64(folder, path, flags); }
ssize_t __read_chk(int fd, void* bytes, size_t size, size_t room) {
  (void)room;
  return read(fd, bytes, size);
}
ssize_t __pread_chk(int fd, void* bytes, size_t size, off_t offset, size_t room) {
  (void)room;
  return pread(fd, bytes, size, offset);
}
ssize_t __pread64_chk(int fd, void* bytes, size_t size, off64_t offset, size_t room) {
  (void)room;
  return pread64(fd, bytes, size, offset);
}

long syscall(long number, ...) {
  long a[6];
  va_list rest;
  va_start(rest, number);
  for (int i = 0; i < 6; i++) a[i] = va_arg(rest, long);
  va_end(rest);
  switch (number) {
    case SYS_write:
      return write((int)a[0], (const void*)a[1], (size_t)a[2]);
    case SYS_pwrite64:
      return pwrite((int)a[0], (const void*)a[1], (size_t)a[2], a[3]);
    case SYS_read:
      return read((int)a[0], (void*)a[1], (size_t)a[2]);
    case SYS_pread64:
      return pread((int)a[0], (void*)a[1], (size_t)a[2], a[3]);
    case SYS_close:
      return close((int)a[0]);
    case SYS_openat:
      return openat((int)a[0], (const char*)a[1], (int)a[2], (mode_t)a[3]);
    case SYS_statx:
      return statx((int)a[0], (const char*)a[1], (int)a[2], (unsigned)a[3], (struct statx*)a[4]);
    case SYS_ftruncate:
      return ftruncate((int)a[0], a[1]);
    case SYS_fsync:
      return fsync((int)a[0]);
    case SYS_fdatasync:
      return fdatasync((int)a[0]);
    case SYS_lseek:
      return lseek((int)a[0], a[1], (int)a[2]);
    case SYS_fcntl:
      return fcntl((int)a[0], (int)a[1], a[2]);
    default:
      return NEXT(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
  }
}
