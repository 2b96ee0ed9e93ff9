// append.h: one write(2) in append mode, and the exact range it filled.
//
// The range is exact because the kernel moves this open file description's
// position to the end of what it appended (write(2): with O_APPEND the offset
// is set to the end of the file and the write is done as one atomic step), and
// nothing else shares the description. Serves W1, W2 and W7. Not thread-safe:
// the caller serialises.
#ifndef WHOLELINE_CORE_APPEND_H_
#define WHOLELINE_CORE_APPEND_H_

#include <cstddef>
#include <cstdint>

#include "core/outcome.h"

namespace wholeline {

// The most that one write(2) takes on Linux, on every architecture (write(2), NOTES).
inline constexpr size_t kWriteMostBytes = 0x7ffff000;

// Appends bytes with exactly one write(2) that takes effect; EINTR with nothing
// written is retried, a short write is never continued, for another appender's
// record may already follow it.
//
// [start, end) is what was written. error_number 0 with end - start < length is
// a short write. Where nothing was written start and end are 0. Where bytes were
// written and their place is unknown, syscall is kLseek and start is -1.
[[nodiscard]] Outcome WriteOnce(int fd, const uint8_t* bytes, size_t length) noexcept;

// WriteOnce, then fdatasync(2) if all was written. The range is filled in where
// the sync failed, too: then syscall is kSync.
[[nodiscard]] Outcome WriteOnceAndSync(int fd, const uint8_t* bytes, size_t length) noexcept;

// How many bytes of its own WriteOnceAndLook finds again.
inline constexpr size_t kLookMostBytes = 64;

// WriteOnce, and a look at the place if that is another than expected_start.
// detail is 1 where all was written and nothing speaks against the place: it is
// the expected one, or one behind it with an LF before it, so that no unfinished
// line is continued (W1), and the first bytes written are still there. Else 0: it
// is for the caller to find out what is wrong.
//
// hot: what an append goes through stands together in the library, in all files that say so. Behind
// a system call each page that is touched may have to be looked up again.
[[nodiscard, gnu::hot]] Outcome WriteOnceAndLook(int fd, const uint8_t* bytes, size_t length,
                                                 int64_t expected_start) noexcept;

}  // namespace wholeline

#endif  // WHOLELINE_CORE_APPEND_H_
