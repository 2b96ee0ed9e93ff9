// truncate.h: cutting our own fragment off the end of the file, under proof.
//
// A bare check-then-ftruncate loses what another appender adds in between
// (W2). Proof of sole ownership is a write lease (lease.h). An exclusive lock
// is proof only among programs that take it, so it serves where the caller
// asked for one.
#ifndef WHOLELINE_CORE_TRUNCATE_H_
#define WHOLELINE_CORE_TRUNCATE_H_

#include <cstddef>
#include <cstdint>

#include "core/outcome.h"

namespace wholeline {

// What became of it, in Outcome.detail where error_number is 0.
enum class Truncation : int64_t {
  kDone = 0,
  kGrown = 1,      // the file does not end at expected_end: somebody else wrote
  kLeaseLost = 2,  // the lease was being broken: somebody opens the file
  kNotCut = 3,     // ftruncate(2) reported success, and the file is not shorter
  kNotOurs = 4,    // it ends where it should, but other bytes stand there: cut and filled meanwhile
};

// Lease, do `bytes` still end the file at expected_end, is the lease still held,
// is the size still expected_end, ftruncate, release: in that order, with
// nothing slow inside, for openers wait meanwhile. bytes: expected_end - new_end
// of them; null: whatever stands there is cut off.
// error_number with syscall kFcntl: no lease to be had, an ordinary answer.
[[nodiscard]] Outcome TruncateUnderLease(int fd, int64_t expected_end, int64_t new_end,
                                         const uint8_t* bytes = nullptr) noexcept;

// The same for a caller that holds the exclusive lock on fd.
[[nodiscard]] Outcome TruncateUnderLock(int fd, int64_t expected_end, int64_t new_end,
                                        const uint8_t* bytes = nullptr) noexcept;

// Writes again, in the same place, the bytes that end the file: after a failed
// sync that is the one way by which they reach the disk (W6). All under one
// lease, so that nobody's record comes in between and each keeps its range;
// other bytes that stand there are left alone (kNotOurs).
// [start, end) is what was written, where it came to that.
[[nodiscard]] Outcome RewriteUnderLease(int fd, int64_t start, const uint8_t* bytes,
                                        size_t length) noexcept;

}  // namespace wholeline

#endif  // WHOLELINE_CORE_TRUNCATE_H_
