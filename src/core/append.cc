// append.cc: write(2) and lseek(2).
#include "core/append.h"

#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/read.h"
#include "core/sync.h"

namespace wholeline {

namespace {

bool IsWhole(const Outcome& outcome, size_t length) noexcept {
  return outcome.error_number == 0 && outcome.end - outcome.start == static_cast<int64_t>(length);
}

// Apart, so that an append that needs no look does not make room for it.
[[gnu::noinline]] bool StandsBehindLineFeed(int fd, const uint8_t* bytes, size_t length,
                                            int64_t start) noexcept {
  uint8_t there[1 + kLookMostBytes];
  const size_t own = std::min(length, kLookMostBytes);
  const Outcome read = ReadAt(fd, there, 1 + own, start - 1);
  return IsWhole(read, 1 + own) && there[0] == '\n' && std::memcmp(there + 1, bytes, own) == 0;
}

// By its number: in a process with threads glibc's write does an atomic operation before and after,
// since a thread may be cancelled there, which is a twentieth of a small append. A sanitizer looks
// at the bytes only where it knows the function.
inline ssize_t CallWrite(int fd, const uint8_t* bytes, size_t length) noexcept {
#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  return syscall(SYS_write, fd, bytes, length);
#else
  return ::write(fd, bytes, length);
#endif
}

// Inlined into the append that looks: a call takes an eighth of all that the addon does for it.
[[gnu::always_inline]] inline Outcome Write(int fd, const uint8_t* bytes, size_t length) noexcept {
  ssize_t written;
  do {
    written = CallWrite(fd, bytes, length);
  } while (written < 0 && errno == EINTR);
  if (written < 0) return Failed(Syscall::kWrite, errno);

  const off_t end = lseek(fd, 0, SEEK_CUR);
  if (end < 0) {
    return {.error_number = errno, .syscall = Syscall::kLseek, .start = -1, .end = written - 1};
  }
  return Done(end - written, end);
}

}  // namespace

Outcome WriteOnce(int fd, const uint8_t* bytes, size_t length) noexcept {
  return Write(fd, bytes, length);
}

Outcome WriteOnceAndSync(int fd, const uint8_t* bytes, size_t length) noexcept {
  Outcome outcome = WriteOnce(fd, bytes, length);
  if (!IsWhole(outcome, length)) return outcome;
  const Outcome synced = SyncData(fd);
  outcome.error_number = synced.error_number;
  outcome.syscall = synced.syscall;
  return outcome;
}

Outcome WriteOnceAndLook(int fd, const uint8_t* bytes, size_t length,
                         int64_t expected_start) noexcept {
  Outcome outcome = Write(fd, bytes, length);
  if (!IsWhole(outcome, length) || outcome.start < expected_start) return outcome;
  if (outcome.start == expected_start || StandsBehindLineFeed(fd, bytes, length, outcome.start)) {
    outcome.detail = 1;
  }
  return outcome;
}

}  // namespace wholeline
