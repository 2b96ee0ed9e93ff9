// lease.cc: F_SETSIG, F_SETLEASE, F_GETLEASE.
#include "core/lease.h"

#include <fcntl.h>
#include <signal.h>

#include <cerrno>

namespace wholeline {

#ifdef F_SETLEASE

Lease::Lease(int fd) noexcept : fd_(fd) {
  // Releasing a lease resets the signal to SIGIO, whose default kills the
  // process; SIGURG is ignored by default. So before every request.
  if (fcntl(fd, F_SETSIG, SIGURG) != 0 || fcntl(fd, F_SETLEASE, F_WRLCK) != 0) {
    outcome_ = Failed(Syscall::kFcntl, errno);
  }
}

Lease::~Lease() {
  if (outcome_.error_number == 0) fcntl(fd_, F_SETLEASE, F_UNLCK);
}

bool Lease::IsStillHeld() const noexcept { return fcntl(fd_, F_GETLEASE) == F_WRLCK; }

#else

Lease::Lease(int fd) noexcept : fd_(fd), outcome_(Failed(Syscall::kFcntl, ENOTSUP)) { (void)fd_; }

Lease::~Lease() = default;

bool Lease::IsStillHeld() const noexcept { return false; }

#endif

Outcome ProbeLease(int fd) noexcept { return Lease(fd).outcome(); }

Outcome ProbeWriters(int fd) noexcept {
#ifdef F_SETLEASE
  // The signal as above: an open for writing may come in between.
  if (fcntl(fd, F_SETSIG, SIGURG) != 0 || fcntl(fd, F_SETLEASE, F_RDLCK) != 0) {
    return Failed(Syscall::kFcntl, errno);
  }
  fcntl(fd, F_SETLEASE, F_UNLCK);
  return Done();
#else
  (void)fd;
  return Failed(Syscall::kFcntl, ENOTSUP);
#endif
}

}  // namespace wholeline
