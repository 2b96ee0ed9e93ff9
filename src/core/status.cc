// status.cc: statx(2) on Linux, fstat(2) elsewhere.
#include "core/status.h"

#include <fcntl.h>
#include <sys/stat.h>
#ifdef __linux__
#include <sys/sysmacros.h>
#endif
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <system_error>

namespace wholeline {

namespace {

#ifdef __linux__
FileStatus Ask(int fd, const char* path, int flags) noexcept {
  struct statx answer;
  const unsigned wanted =
      STATX_TYPE | STATX_MODE | STATX_SIZE | STATX_INO | STATX_NLINK | STATX_UID | STATX_GID;
  if (statx(fd, path, flags, wanted, &answer) != 0) {
    return {.error_number = errno};
  }
  // The number that stat(2) gives, so that a user can compare them.
  const uint64_t device = makedev(answer.stx_dev_major, answer.stx_dev_minor);
  return {.error_number = 0,
          .mode = answer.stx_mode,
          .size = static_cast<int64_t>(answer.stx_size),
          .device = device,
          .inode = answer.stx_ino,
          .links = answer.stx_nlink,
          .user = answer.stx_uid,
          .group = answer.stx_gid};
}
#else
FileStatus Convert(const struct stat& answer) noexcept {
  return {.error_number = 0,
          .mode = answer.st_mode,
          .size = answer.st_size,
          .device = static_cast<uint64_t>(answer.st_dev),
          .inode = answer.st_ino,
          .links = answer.st_nlink,
          .user = answer.st_uid,
          .group = answer.st_gid};
}
#endif

constexpr int64_t kMicroseconds = 1'000'000;

}  // namespace

FileStatus StatusOf(int fd) noexcept {
#ifdef __linux__
  return Ask(fd, "", AT_EMPTY_PATH);
#else
  struct stat answer;
  if (fstat(fd, &answer) != 0) return {.error_number = errno};
  return Convert(answer);
#endif
}

FileStatus StatusOfPath(const char* path) noexcept {
#ifdef __linux__
  return Ask(AT_FDCWD, path, 0);
#else
  struct stat answer;
  if (stat(path, &answer) != 0) return {.error_number = errno};
  return Convert(answer);
#endif
}

Outcome Size(int fd) noexcept {
  const FileStatus status = StatusOf(fd);
  if (status.error_number != 0) return Failed(Syscall::kStat, status.error_number);
  return Done(0, status.size, status.mode & 07777);
}

Outcome LeadsTo(int fd, const char* path) noexcept {
  const FileStatus own = StatusOf(fd);
  if (own.error_number != 0) return Failed(Syscall::kStat, own.error_number);
  const FileStatus there = StatusOfPath(path);
  if (there.error_number == ENOENT || there.error_number == ENOTDIR) return Done(0, own.size, 0);
  if (there.error_number != 0) return Failed(Syscall::kStat, there.error_number);
  const bool same = own.device == there.device && own.inode == there.inode;
  return Done(0, own.size, same ? 1 : 0);
}

Outcome Identify(int fd, uint8_t* bytes, size_t length) noexcept {
  const FileStatus status = StatusOf(fd);
  if (status.error_number != 0) return Failed(Syscall::kStat, status.error_number);
  auto* const first = reinterpret_cast<char*>(bytes);
  char* const last = first + length;
  const std::to_chars_result device = std::to_chars(first, last, status.device);
  if (device.ec != std::errc{} || device.ptr == last) return Failed(Syscall::kStat, ERANGE);
  *device.ptr = ':';
  const std::to_chars_result inode = std::to_chars(device.ptr + 1, last, status.inode);
  if (inode.ec != std::errc{}) return Failed(Syscall::kStat, ERANGE);
  return Done(0, inode.ptr - first);
}

Outcome Times(int fd) noexcept {
#ifdef __linux__
  struct statx answer;
  if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME | STATX_MTIME, &answer) != 0) {
    return Failed(Syscall::kStat, errno);
  }
  const auto convert = [](const statx_timestamp& time) noexcept {
    return time.tv_sec * kMicroseconds + time.tv_nsec / 1000;
  };
  const bool knows_birth = (answer.stx_mask & STATX_BTIME) != 0;
  return Done(knows_birth ? convert(answer.stx_btime) : 0, convert(answer.stx_mtime));
#else
  struct stat answer;
  if (fstat(fd, &answer) != 0) return Failed(Syscall::kStat, errno);
  const auto convert = [](const timespec& time) noexcept {
    return int64_t{time.tv_sec} * kMicroseconds + time.tv_nsec / 1000;
  };
#ifdef __APPLE__
  return Done(convert(answer.st_birthtimespec), convert(answer.st_mtimespec));
#else
  return Done(0, convert(answer.st_mtim));
#endif
#endif
}

Outcome SetMode(int fd, uint32_t mode) noexcept {
  if (fchmod(fd, static_cast<mode_t>(mode)) != 0) return Failed(Syscall::kChmod, errno);
  return Done();
}

Outcome Owner(int fd) noexcept {
  const FileStatus status = StatusOf(fd);
  if (status.error_number != 0) return Failed(Syscall::kStat, status.error_number);
  return Done(status.user, status.group, static_cast<int64_t>(status.links));
}

Outcome SetOwner(int fd, uint32_t user, uint32_t group) noexcept {
  const FileStatus status = StatusOf(fd);
  if (status.error_number != 0) return Failed(Syscall::kStat, status.error_number);
  if (status.user == user && status.group == group) return Done();
  if (fchown(fd, user, group) != 0) return Failed(Syscall::kChown, errno);
  return Done();
}

}  // namespace wholeline
