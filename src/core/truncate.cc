// truncate.cc: ftruncate(2) between F_SETLEASE and its release.
#include "core/truncate.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>

#include "core/status.h"

namespace wholeline {

namespace {

Outcome Stopped(Truncation why) noexcept { return Done(0, 0, static_cast<int64_t>(why)); }

Outcome TruncateIfUnchanged(int fd, int64_t expected_end, int64_t new_end) noexcept {
  const FileStatus status = StatusOf(fd);
  if (status.error_number != 0) return Failed(Syscall::kStat, status.error_number);
  if (status.size != expected_end) return Stopped(Truncation::kGrown);
  int cut;
  do {
    cut = ftruncate(fd, new_end);
  } while (cut != 0 && errno == EINTR);
  if (cut != 0) return Failed(Syscall::kTruncate, errno);
  return Done(new_end, new_end, static_cast<int64_t>(Truncation::kDone));
}

}  // namespace

#ifdef F_SETLEASE

Outcome TruncateUnderLease(int fd, int64_t expected_end, int64_t new_end) noexcept {
  // Releasing a lease resets the signal to SIGIO, whose default kills the
  // process; SIGURG is ignored by default. So before every request.
  if (fcntl(fd, F_SETSIG, SIGURG) != 0) return Failed(Syscall::kFcntl, errno);
  if (fcntl(fd, F_SETLEASE, F_WRLCK) != 0) return Failed(Syscall::kFcntl, errno);
  // A holder that stalls longer than fs.lease-break-time loses the lease, and
  // one that is being broken no longer shows F_WRLCK here.
  const Outcome outcome = fcntl(fd, F_GETLEASE) == F_WRLCK
                              ? TruncateIfUnchanged(fd, expected_end, new_end)
                              : Stopped(Truncation::kLeaseLost);
  fcntl(fd, F_SETLEASE, F_UNLCK);
  return outcome;
}

#else

Outcome TruncateUnderLease(int, int64_t, int64_t) noexcept {
  return Failed(Syscall::kFcntl, ENOTSUP);
}

#endif

Outcome TruncateUnderLock(int fd, int64_t expected_end, int64_t new_end) noexcept {
  return TruncateIfUnchanged(fd, expected_end, new_end);
}

}  // namespace wholeline
