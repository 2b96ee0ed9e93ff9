// lock.cc: F_OFD_SETLK on Linux, flock(2) elsewhere.
#include "core/lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace wholeline {

#ifdef F_OFD_SETLK

Outcome TryLock(int fd, LockMode mode) noexcept {
  struct flock lock = {};
  lock.l_type = F_UNLCK;
  if (mode == LockMode::kShared) lock.l_type = F_RDLCK;
  if (mode == LockMode::kExclusive) lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  while (fcntl(fd, F_OFD_SETLK, &lock) != 0) {
    if (errno == EINTR) continue;
    // Both mean "held by somebody else" (fcntl_locking(2)); give them one name.
    return Failed(Syscall::kFcntl, errno == EACCES ? EAGAIN : errno);
  }
  return Done();
}

#else

Outcome TryLock(int fd, LockMode mode) noexcept {
  int operation = LOCK_UN;
  if (mode == LockMode::kShared) operation = LOCK_SH | LOCK_NB;
  if (mode == LockMode::kExclusive) operation = LOCK_EX | LOCK_NB;
  while (flock(fd, operation) != 0) {
    if (errno == EINTR) continue;
    return Failed(Syscall::kFcntl, errno == EWOULDBLOCK ? EAGAIN : errno);
  }
  return Done();
}

#endif

}  // namespace wholeline
