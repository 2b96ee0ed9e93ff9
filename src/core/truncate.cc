// truncate.cc: ftruncate(2) under proof, and what may follow it there.
#include "core/truncate.h"

#include <unistd.h>

#include <cerrno>

#include "core/append.h"
#include "core/lease.h"
#include "core/status.h"

namespace wholeline {

namespace {

Outcome Stopped(Truncation why) noexcept { return Done(0, 0, static_cast<int64_t>(why)); }

bool IsDone(const Outcome& outcome) noexcept {
  return outcome.error_number == 0 && outcome.detail == static_cast<int64_t>(Truncation::kDone);
}

Outcome TruncateIfUnchanged(int fd, int64_t expected_end, int64_t new_end) noexcept {
  const FileStatus status = StatusOf(fd);
  if (status.error_number != 0) return Failed(Syscall::kStat, status.error_number);
  if (status.size != expected_end) return Stopped(Truncation::kGrown);
  int cut;
  do {
    cut = ftruncate(fd, new_end);
  } while (cut != 0 && errno == EINTR);
  if (cut != 0) return Failed(Syscall::kTruncate, errno);
  // Some file systems lie. Longer than new_end by then only if somebody appended, which the proof
  // excludes.
  const FileStatus after = StatusOf(fd);
  if (after.error_number != 0) return Failed(Syscall::kStat, after.error_number);
  if (after.size >= expected_end && expected_end != new_end) return Stopped(Truncation::kNotCut);
  return Done(new_end, new_end, static_cast<int64_t>(Truncation::kDone));
}

}  // namespace

Outcome TruncateUnderLease(int fd, int64_t expected_end, int64_t new_end) noexcept {
  const Lease lease(fd);
  if (lease.outcome().error_number != 0) return lease.outcome();
  if (!lease.IsStillHeld()) return Stopped(Truncation::kLeaseLost);
  return TruncateIfUnchanged(fd, expected_end, new_end);
}

Outcome TruncateUnderLock(int fd, int64_t expected_end, int64_t new_end) noexcept {
  return TruncateIfUnchanged(fd, expected_end, new_end);
}

Outcome RewriteUnderLease(int fd, int64_t start, const uint8_t* bytes, size_t length) noexcept {
  const Lease lease(fd);
  if (lease.outcome().error_number != 0) return lease.outcome();
  if (!lease.IsStillHeld()) return Stopped(Truncation::kLeaseLost);
  const Outcome cut = TruncateIfUnchanged(fd, start + static_cast<int64_t>(length), start);
  if (!IsDone(cut)) return cut;
  return WriteOnce(fd, bytes, length);
}

}  // namespace wholeline
