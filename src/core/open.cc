// open.cc: open(2) with the checks that a recorder needs.
#include "core/open.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "core/directories.h"
#include "core/status.h"

namespace wholeline {

namespace {

constexpr int kLeaseWaitMs = 2;
constexpr int kLeaseWaitsMost = 60'000 / kLeaseWaitMs;

int OpenFlags(const OpenOptions& options) noexcept {
  int flags = O_RDWR | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  if (options.create) flags |= O_CREAT;
  if (options.must_be_new) flags |= O_EXCL;
  if (!options.follow_symlinks) flags |= O_NOFOLLOW;
  return flags;
}

// With O_NONBLOCK, open(2) of a leased file fails with EAGAIN instead of
// waiting for the holder. The kernel takes the lease away after
// fs.lease-break-time (45 s by default), so this ends.
int OpenPastLeases(const char* path, int flags, mode_t mode) noexcept {
  for (int waits = 0;; waits++) {
    const int fd = open(path, flags, mode);
    if (fd >= 0) return fd;
    if (errno == EINTR) continue;
    if (errno != EAGAIN || waits == kLeaseWaitsMost) return -1;
    const timespec pause = {.tv_sec = 0, .tv_nsec = kLeaseWaitMs * 1'000'000L};
    nanosleep(&pause, nullptr);
  }
}

Outcome CheckRegular(int fd) noexcept {
  const FileStatus status = StatusOf(fd);
  if (status.error_number != 0) return Failed(Syscall::kStat, status.error_number);
  if (S_ISREG(status.mode)) return Done(0, status.size);
  Outcome outcome = Failed(Syscall::kOpen, S_ISDIR(status.mode) ? EISDIR : EINVAL);
  outcome.detail = status.mode & S_IFMT;
  return outcome;
}

// An open of a FIFO or device that fails for a reason of its own (ENXIO, say)
// is reported as what it is: no regular file.
Outcome FailedOpen(const char* path, int error_number) noexcept {
  Outcome outcome = Failed(Syscall::kOpen, error_number);
  if (error_number != ENXIO && error_number != ENODEV) return outcome;
  const FileStatus status = StatusOfPath(path);
  if (status.error_number != 0 || S_ISREG(status.mode)) return outcome;
  outcome.error_number = EINVAL;
  outcome.detail = status.mode & S_IFMT;
  return outcome;
}

OpenOutcome Refuse(int fd, const Outcome& outcome) noexcept {
  close(fd);
  return {.outcome = outcome};
}

bool ClearNonBlocking(int fd) noexcept {
  const int flags = fcntl(fd, F_GETFL);
  return flags >= 0 && fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) == 0;
}

// An open descriptor of a regular file, blocking again; detail is what `made` says.
OpenOutcome AcceptRegular(int fd, int64_t made) noexcept {
  Outcome outcome = CheckRegular(fd);
  if (outcome.error_number != 0) return Refuse(fd, outcome);
  if (!ClearNonBlocking(fd)) return Refuse(fd, Failed(Syscall::kFcntl, errno));
  outcome.detail = made;
  return {.fd = fd, .outcome = outcome};
}

}  // namespace

OpenOutcome OpenForAppend(const char* path, const OpenOptions& options) noexcept {
  const int flags = OpenFlags(options);
  int64_t made = 0;
  int fd = OpenPastLeases(path, flags, options.mode);
  if (fd < 0 && errno == ENOENT && options.create && options.make_directories) {
    const Outcome parents = MakeParentDirectories(path);
    if (parents.error_number != 0) return {.outcome = parents};
    made = parents.detail;
    fd = OpenPastLeases(path, flags, options.mode);
  }
  if (fd < 0) return {.outcome = FailedOpen(path, errno)};
  return AcceptRegular(fd, made);
}

OpenOutcome OpenForReading(const char* path) noexcept {
  const int fd = OpenPastLeases(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
  if (fd < 0) return {.outcome = FailedOpen(path, errno)};
  return AcceptRegular(fd, 0);
}

Outcome Close(int fd) noexcept {
  // close(2) on Linux has released the descriptor even where it says EINTR;
  // closing again could close somebody else's.
  if (close(fd) != 0 && errno != EINTR) return Failed(Syscall::kClose, errno);
  return Done();
}

}  // namespace wholeline
