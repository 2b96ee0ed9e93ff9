// sync.cc: fdatasync(2), or F_FULLFSYNC on macOS.
#include "core/sync.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace wholeline {

Outcome SyncData(int fd) noexcept {
#ifdef __APPLE__
  if (fcntl(fd, F_FULLFSYNC) == 0) return Done();
  if (errno != ENOTSUP && errno != EINVAL) return Failed(Syscall::kSync, errno);
  if (fsync(fd) != 0) return Failed(Syscall::kFsync, errno);
#else
  if (fdatasync(fd) != 0) return Failed(Syscall::kSync, errno);
#endif
  return Done();
}

}  // namespace wholeline
