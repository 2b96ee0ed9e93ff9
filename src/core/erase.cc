// erase.cc: compare, overwrite, read back.
#include "core/erase.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "core/read.h"
#include "core/status.h"

namespace wholeline {

namespace {

constexpr size_t kBlockBytes = 16 * 1024;

Outcome Answer(Erasure what) noexcept { return Done(0, 0, static_cast<int64_t>(what)); }

bool IsSameFile(int fd, int other) noexcept {
  const FileStatus a = StatusOf(fd);
  const FileStatus b = StatusOf(other);
  return a.error_number == 0 && b.error_number == 0 && a.device == b.device && a.inode == b.inode;
}

// O_NONBLOCK: another process's lease must not make us wait here; then the
// rollback is owed and tried again later.
int OpenSecond(int fd, const char* path) noexcept {
  const int flags = O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
#ifdef __linux__
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const int through_proc = open(link, flags);
  if (through_proc >= 0 || (errno != ENOENT && errno != ENOTDIR)) return through_proc;
#endif
  const int by_path = open(path, flags);
  if (by_path < 0 || IsSameFile(fd, by_path)) return by_path;
  close(by_path);
  errno = ENOENT;
  return -1;
}

size_t BlockAt(size_t done, size_t length) noexcept {
  return length - done < kBlockBytes ? length - done : kBlockBytes;
}

// What stands in place of the block of bytes at `done`: spaces, and the last
// byte of all if it is an LF.
void BlankOut(const uint8_t* bytes, size_t length, size_t done, uint8_t* blank,
              size_t block) noexcept {
  memset(blank, ' ', block);
  if (done + block == length && bytes[length - 1] == '\n') blank[block - 1] = '\n';
}

// Does the range read back as blanks?
Outcome ReadBack(int fd, const uint8_t* bytes, size_t length, int64_t start) noexcept {
  uint8_t there[kBlockBytes];
  uint8_t blank[kBlockBytes];
  for (size_t done = 0; done < length;) {
    const size_t block = BlockAt(done, length);
    const Outcome read = ReadAt(fd, there, block, start + static_cast<int64_t>(done));
    if (read.error_number != 0) return read;
    BlankOut(bytes, length, done, blank, block);
    const bool whole = read.end - read.start == static_cast<int64_t>(block);
    if (!whole || memcmp(there, blank, block) != 0) return Answer(Erasure::kNotErased);
    done += block;
  }
  return Answer(Erasure::kDone);
}

bool IsFinal(const Outcome& outcome) noexcept {
  return outcome.error_number != 0 || outcome.detail != static_cast<int64_t>(Erasure::kDone);
}

// Writes all of it; kNotErased where the kernel takes nothing.
Outcome PutAt(int fd, const uint8_t* bytes, size_t length, int64_t start) noexcept {
  for (size_t put = 0; put < length;) {
    const ssize_t wrote = pwrite(fd, bytes + put, length - put, start + static_cast<int64_t>(put));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return Failed(Syscall::kWrite, errno);
    if (wrote == 0) return Answer(Erasure::kNotErased);
    put += static_cast<size_t>(wrote);
  }
  return Answer(Erasure::kDone);
}

Outcome Overwrite(int fd, const uint8_t* bytes, size_t length, int64_t start) noexcept {
  uint8_t blank[kBlockBytes];
  for (size_t done = 0; done < length;) {
    const size_t block = BlockAt(done, length);
    BlankOut(bytes, length, done, blank, block);
    const Outcome put = PutAt(fd, blank, block, start + static_cast<int64_t>(done));
    if (IsFinal(put)) return put;
    done += block;
  }
  return Answer(Erasure::kDone);
}

// The last byte of each line first: what closes an object. A line that is
// blanked in part, and seen so by a reader or left so by a kill, must not be
// closed by what is left of it: with a fragment before it, it would parse as a
// record that nobody wrote.
Outcome OpenLines(int fd, const uint8_t* bytes, size_t length, int64_t start) noexcept {
  const uint8_t space = ' ';
  for (size_t at = 1; at <= length; at++) {
    if (at < length && bytes[at] != '\n') continue;
    if (bytes[at - 1] == '\n') continue;
    const Outcome put = PutAt(fd, &space, 1, start + static_cast<int64_t>(at) - 1);
    if (IsFinal(put)) return put;
  }
  return Answer(Erasure::kDone);
}

// Is each byte of the range ours? A retry may find it erased in part (an
// earlier overwrite was cut short), so a blank in its place is ours too.
Outcome CompareOursOrBlank(int fd, const uint8_t* bytes, size_t length, int64_t start) noexcept {
  uint8_t there[kBlockBytes];
  uint8_t blank[kBlockBytes];
  for (size_t done = 0; done < length;) {
    const size_t block = BlockAt(done, length);
    const Outcome read = ReadAt(fd, there, block, start + static_cast<int64_t>(done));
    if (read.error_number != 0) return read;
    if (read.end - read.start != static_cast<int64_t>(block)) return Answer(Erasure::kNotOurs);
    BlankOut(bytes, length, done, blank, block);
    for (size_t i = 0; i < block; i++) {
      if (there[i] != bytes[done + i] && there[i] != blank[i]) return Answer(Erasure::kNotOurs);
    }
    done += block;
  }
  return Answer(Erasure::kDone);
}

}  // namespace

Outcome EraseOwnBytes(int fd, const char* path, const uint8_t* bytes, size_t length,
                      int64_t start) noexcept {
  const Outcome ours = CompareOursOrBlank(fd, bytes, length, start);
  if (IsFinal(ours)) return ours;
  const int second = OpenSecond(fd, path);
  if (second < 0) return Failed(Syscall::kOpen, errno);
  Outcome overwritten = OpenLines(second, bytes, length, start);
  if (!IsFinal(overwritten)) overwritten = Overwrite(second, bytes, length, start);
  close(second);
  if (IsFinal(overwritten)) return overwritten;
  return ReadBack(fd, bytes, length, start);
}

}  // namespace wholeline
