// lock.h: advisory locks that belong to the open file description.
//
// OFD locks (fcntl_locking(2), Linux 3.15), not classic POSIX locks: those
// belong to the process and vanish when any descriptor of the file is closed.
// On macOS flock(2) has the same owner and serves. A lock ends with the
// description, so also by kill -9.
#ifndef WHOLELINE_CORE_LOCK_H_
#define WHOLELINE_CORE_LOCK_H_

#include <cstdint>

#include "core/outcome.h"

namespace wholeline {

enum class LockMode : uint8_t { kNone = 0, kShared = 1, kExclusive = 2 };

// Takes, changes or releases the lock on the whole file; never waits. EAGAIN:
// somebody else holds one that forbids it. EINVAL, ENOLCK, EOPNOTSUPP: the
// file system or kernel has none.
[[nodiscard]] Outcome TryLock(int fd, LockMode mode) noexcept;

}  // namespace wholeline

#endif  // WHOLELINE_CORE_LOCK_H_
