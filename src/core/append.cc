// append.cc: write(2) and lseek(2).
#include "core/append.h"

#include <unistd.h>

#include <cerrno>

#include "core/sync.h"

namespace wholeline {

Outcome WriteOnce(int fd, const uint8_t* bytes, size_t length) noexcept {
  ssize_t written;
  do {
    written = write(fd, bytes, length);
  } while (written < 0 && errno == EINTR);
  if (written < 0) return Failed(Syscall::kWrite, errno);

  const off_t end = lseek(fd, 0, SEEK_CUR);
  if (end < 0) {
    return {.error_number = errno, .syscall = Syscall::kLseek, .start = -1, .end = written - 1};
  }
  return Done(end - written, end);
}

Outcome WriteOnceAndSync(int fd, const uint8_t* bytes, size_t length) noexcept {
  Outcome outcome = WriteOnce(fd, bytes, length);
  const bool all =
      outcome.error_number == 0 && outcome.end - outcome.start == static_cast<int64_t>(length);
  if (!all) return outcome;
  const Outcome synced = SyncData(fd);
  outcome.error_number = synced.error_number;
  outcome.syscall = synced.syscall;
  return outcome;
}

}  // namespace wholeline
