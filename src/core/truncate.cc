// truncate.cc: ftruncate(2) under proof, and what may follow it there.
#include "core/truncate.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/append.h"
#include "core/lease.h"
#include "core/read.h"
#include "core/status.h"

namespace wholeline {

namespace {

Outcome Stopped(Truncation why) noexcept { return Done(0, 0, static_cast<int64_t>(why)); }

bool IsDone(const Outcome& outcome) noexcept {
  return outcome.error_number == 0 && outcome.detail == static_cast<int64_t>(Truncation::kDone);
}

// The size alone does not tell: somebody may have emptied the file and filled
// it to the same length.
Outcome CompareWith(int fd, const uint8_t* bytes, int64_t start, int64_t end) noexcept {
  uint8_t there[16 * 1024];
  for (int64_t at = start; at < end;) {
    const int64_t left = end - at;
    const size_t block =
        left < static_cast<int64_t>(sizeof there) ? static_cast<size_t>(left) : sizeof there;
    const Outcome read = ReadAt(fd, there, block, at);
    if (read.error_number != 0) return read;
    const bool whole = read.end - read.start == static_cast<int64_t>(block);
    if (!whole || memcmp(there, bytes + (at - start), block) != 0) {
      return Stopped(Truncation::kNotOurs);
    }
    at = read.end;
  }
  return Stopped(Truncation::kDone);
}

Outcome CheckEnd(int fd, int64_t expected_end) noexcept {
  const FileStatus status = StatusOf(fd);
  if (status.error_number != 0) return Failed(Syscall::kStat, status.error_number);
  return Stopped(status.size == expected_end ? Truncation::kDone : Truncation::kGrown);
}

// Does the file still end at expected_end, with these bytes?
Outcome CheckTail(int fd, int64_t expected_end, int64_t new_end, const uint8_t* bytes) noexcept {
  const Outcome end = CheckEnd(fd, expected_end);
  if (!IsDone(end) || bytes == nullptr) return end;
  return CompareWith(fd, bytes, new_end, expected_end);
}

Outcome TruncateAtEnd(int fd, int64_t expected_end, int64_t new_end) noexcept {
  const Outcome end = CheckEnd(fd, expected_end);
  if (!IsDone(end)) return end;
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

// Comparing takes its time, so whether the lease is still held is asked after
// it: if it is, nobody came in since it was taken.
Outcome TruncateHolding(const Lease& lease, int fd, int64_t expected_end, int64_t new_end,
                        const uint8_t* bytes) noexcept {
  if (lease.outcome().error_number != 0) return lease.outcome();
  const Outcome tail = CheckTail(fd, expected_end, new_end, bytes);
  if (!IsDone(tail)) return tail;
  if (!lease.IsStillHeld()) return Stopped(Truncation::kLeaseLost);
  return TruncateAtEnd(fd, expected_end, new_end);
}

}  // namespace

Outcome TruncateUnderLease(int fd, int64_t expected_end, int64_t new_end,
                           const uint8_t* bytes) noexcept {
  const Lease lease(fd);
  return TruncateHolding(lease, fd, expected_end, new_end, bytes);
}

Outcome TruncateUnderLock(int fd, int64_t expected_end, int64_t new_end,
                          const uint8_t* bytes) noexcept {
  const Outcome tail = CheckTail(fd, expected_end, new_end, bytes);
  return IsDone(tail) ? TruncateAtEnd(fd, expected_end, new_end) : tail;
}

Outcome RewriteUnderLease(int fd, int64_t start, const uint8_t* bytes, size_t length) noexcept {
  const Lease lease(fd);
  const Outcome cut =
      TruncateHolding(lease, fd, start + static_cast<int64_t>(length), start, bytes);
  return IsDone(cut) ? WriteOnce(fd, bytes, length) : cut;
}

}  // namespace wholeline
