// lock_holders.h: which processes hold a lock on a file, as far as /proc tells.
//
// /proc/locks names no process for an OFD lock; the fdinfo of the descriptor
// that holds it does (proc_pid_fdinfo(5)). It is a help for the message of a
// refused lock and nothing is decided by it.
#ifndef WHOLELINE_CORE_LOCK_HOLDERS_H_
#define WHOLELINE_CORE_LOCK_HOLDERS_H_

#include <cstddef>
#include <cstdint>

#include "core/outcome.h"

namespace wholeline {

// Writes a line "PID COMMAND\n" into text for each process (once) that holds a
// lock on the file that fd has open, through another descriptor than fd. end:
// the bytes written; lines that do not fit are left out. Without /proc, or
// where other users' processes cannot be looked at: fewer or none, no error.
[[nodiscard]] Outcome FindLockHolders(int fd, uint8_t* text, size_t capacity) noexcept;

}  // namespace wholeline

#endif  // WHOLELINE_CORE_LOCK_HOLDERS_H_
