// calls.cc: where the linker leads the system calls.
#include "support/calls.h"

#include <sys/syscall.h>

#include <cerrno>
#include <cstdarg>

#define WHOLELINE_BOTH_NAMES(result, name, parameters, body) \
  result __wrap_##name parameters body result __wrap_##name##64 parameters body

extern "C" {

int __real_open(const char* path, int flags, ...);
long __real_syscall(long number, ...);
ssize_t __real_write(int fd, const void* bytes, size_t length);
off_t __real_lseek(int fd, off_t offset, int whence);
ssize_t __real_pread(int fd, void* bytes, size_t length, off_t offset);
ssize_t __real_pwrite(int fd, const void* bytes, size_t length, off_t offset);
int __real_ftruncate(int fd, off_t length);
int __real_fcntl(int fd, int command, ...);
int __real_close(int fd);
int __real_fsync(int fd);
int __real_fdatasync(int fd);
DIR* __real_opendir(const char* path);
int __real_nanosleep(const timespec* pause, timespec* left);

}  // extern "C"

namespace wholeline::test {

Calls replaced_calls;

int FailWith(int error_number) {
  errno = error_number;
  return -1;
}

namespace real {

int Open(const char* path, int flags, mode_t mode) { return __real_open(path, flags, mode); }

ssize_t Write(int fd, const void* bytes, size_t length) { return __real_write(fd, bytes, length); }

ssize_t WriteByNumber(int fd, const void* bytes, size_t length) {
  return __real_syscall(SYS_write, fd, bytes, length);
}

ssize_t Pread(int fd, void* bytes, size_t length, off_t offset) {
  return __real_pread(fd, bytes, length, offset);
}

ssize_t Pwrite(int fd, const void* bytes, size_t length, off_t offset) {
  return __real_pwrite(fd, bytes, length, offset);
}

int Ftruncate(int fd, off_t length) { return __real_ftruncate(fd, length); }

int Fcntl(int fd, int command, void* argument) { return __real_fcntl(fd, command, argument); }

int Close(int fd) { return __real_close(fd); }

int Fdatasync(int fd) { return __real_fdatasync(fd); }

}  // namespace real

}  // namespace wholeline::test

using wholeline::test::replaced_calls;

extern "C" {

// The mode and the argument of fcntl(2) are passed on as they lie: a register
// on every platform that these tests run on.
WHOLELINE_BOTH_NAMES(int, open, (const char* path, int flags, ...), {
  va_list more;
  va_start(more, flags);
  const auto mode = static_cast<mode_t>(va_arg(more, unsigned));
  va_end(more);
  return replaced_calls.open ? replaced_calls.open(path, flags, mode)
                             : __real_open(path, flags, mode);
})

WHOLELINE_BOTH_NAMES(int, fcntl, (int fd, int command, ...), {
  va_list more;
  va_start(more, command);
  void* argument = va_arg(more, void*);
  va_end(more);
  return replaced_calls.fcntl ? replaced_calls.fcntl(fd, command, argument)
                              : __real_fcntl(fd, command, argument);
})

WHOLELINE_BOTH_NAMES(off_t, lseek, (int fd, off_t offset, int whence), {
  return replaced_calls.lseek ? replaced_calls.lseek(fd, offset, whence)
                              : __real_lseek(fd, offset, whence);
})

WHOLELINE_BOTH_NAMES(ssize_t, pread, (int fd, void* bytes, size_t length, off_t offset), {
  return replaced_calls.pread ? replaced_calls.pread(fd, bytes, length, offset)
                              : __real_pread(fd, bytes, length, offset);
})

WHOLELINE_BOTH_NAMES(ssize_t, pwrite, (int fd, const void* bytes, size_t length, off_t offset), {
  return replaced_calls.pwrite ? replaced_calls.pwrite(fd, bytes, length, offset)
                               : __real_pwrite(fd, bytes, length, offset);
})

WHOLELINE_BOTH_NAMES(int, ftruncate, (int fd, off_t length), {
  return replaced_calls.ftruncate ? replaced_calls.ftruncate(fd, length)
                                  : __real_ftruncate(fd, length);
})

ssize_t __wrap_write(int fd, const void* bytes, size_t length) {
  return replaced_calls.write ? replaced_calls.write(fd, bytes, length)
                              : __real_write(fd, bytes, length);
}

// The core writes by number (core/append.cc). What the tests call that way has no more arguments.
long __wrap_syscall(long number, long first, const void* second, size_t third) {
  const bool is_replaced = number == SYS_write && replaced_calls.write;
  return is_replaced ? replaced_calls.write(static_cast<int>(first), second, third)
                     : __real_syscall(number, first, second, third);
}

int __wrap_close(int fd) {
  return replaced_calls.close ? replaced_calls.close(fd) : __real_close(fd);
}

int __wrap_fsync(int fd) {
  return replaced_calls.fsync ? replaced_calls.fsync(fd) : __real_fsync(fd);
}

int __wrap_fdatasync(int fd) {
  return replaced_calls.fdatasync ? replaced_calls.fdatasync(fd) : __real_fdatasync(fd);
}

DIR* __wrap_opendir(const char* path) {
  return replaced_calls.opendir ? replaced_calls.opendir(path) : __real_opendir(path);
}

int __wrap_nanosleep(const timespec* pause, timespec* left) {
  return replaced_calls.nanosleep ? replaced_calls.nanosleep(pause) : __real_nanosleep(pause, left);
}

}  // extern "C"
