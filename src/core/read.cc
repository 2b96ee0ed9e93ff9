// read.cc: pread(2).
#include "core/read.h"

#include <unistd.h>

#include <cerrno>

namespace wholeline {

Outcome ReadAt(int fd, uint8_t* bytes, size_t length, int64_t offset) noexcept {
  size_t have = 0;
  while (have < length) {
    const ssize_t got = pread(fd, bytes + have, length - have, offset + static_cast<int64_t>(have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Failed(Syscall::kRead, errno);
    if (got == 0) break;
    have += static_cast<size_t>(got);
  }
  return Done(offset, offset + static_cast<int64_t>(have));
}

}  // namespace wholeline
