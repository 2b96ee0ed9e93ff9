// directories.cc: mkdir(2) from the first missing parent down, fsync(2) upwards.
#include "core/directories.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "core/status.h"

namespace wholeline {

namespace {

// Cuts path to its parent directory, in place. False: it has none above it.
bool CutToParent(char* path) noexcept {
  char* slash = strrchr(path, '/');
  while (slash != nullptr && slash != path && slash[1] == '\0') {
    *slash = '\0';
    slash = strrchr(path, '/');
  }
  if (slash == nullptr) {
    if (strcmp(path, ".") == 0) return false;
    memcpy(path, ".", 2);
    return true;
  }
  if (slash == path) {
    if (path[1] == '\0') return false;
    path[1] = '\0';
    return true;
  }
  *slash = '\0';
  return true;
}

// fsync(2) of a directory needs it open, so readable; syncfs(2) of its file
// system, through the file, does for one that may only be searched.
Outcome SyncUnreadable(int fd) noexcept {
#ifdef __linux__
  if (syncfs(fd) == 0) return Done();
#else
  if (fsync(fd) == 0) return Done();
#endif
  return Failed(Syscall::kFsync, errno);
}

Outcome SyncDirectory(int file, const char* path) noexcept {
  const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 && errno == EACCES) return SyncUnreadable(file);
  if (fd < 0) return Failed(Syscall::kOpen, errno);
  // Some file systems cannot sync a directory and say EINVAL: they have no
  // separate entry to lose.
  const int error_number = fsync(fd) == 0 || errno == EINVAL ? 0 : errno;
  close(fd);
  return error_number == 0 ? Done() : Failed(Syscall::kFsync, error_number);
}

// Where the open file is now; false: nowhere known (errno says why).
bool FindPath(int fd, const char* path, char* found) noexcept {
#ifdef __linux__
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link, found, PATH_MAX - 1);
  if (length > 0 && found[0] == '/') {
    found[length] = '\0';
    return true;
  }
#endif
  (void)fd;
  return realpath(path, found) != nullptr;
}

bool IsUnlinked(int fd) noexcept {
  const FileStatus status = StatusOf(fd);
  return status.error_number == 0 && status.links == 0;
}

}  // namespace

Outcome MakeParentDirectories(const char* path) noexcept {
  char directory[PATH_MAX];
  const size_t length = strlen(path);
  if (length >= sizeof directory) return Failed(Syscall::kMkdir, ENAMETOOLONG);
  memcpy(directory, path, length + 1);
  if (!CutToParent(directory)) return Done();

  int64_t made = 0;
  const size_t whole = strlen(directory);
  for (size_t at = 1; at <= whole; at++) {
    if (directory[at] != '/' && directory[at] != '\0') continue;
    const char kept = directory[at];
    directory[at] = '\0';
    if (mkdir(directory, 0777) == 0) {
      made++;
    } else if (errno != EEXIST && errno != EISDIR) {
      // Where a parent is there but refuses writing (EROFS, EACCES on the way),
      // only the last word counts: the next mkdir or the open will fail too.
      const int error_number = errno;
      if (StatusOfPath(directory).error_number != 0) {
        return Failed(Syscall::kMkdir, error_number);
      }
    }
    directory[at] = kept;
  }
  return Done(0, 0, made);
}

Outcome SyncParentDirectories(int fd, const char* path, int64_t levels) noexcept {
  if (IsUnlinked(fd)) return Done();
  char directory[PATH_MAX];
  if (!FindPath(fd, path, directory)) return Failed(Syscall::kRealpath, errno);
  for (int64_t level = 0; level <= levels; level++) {
    if (!CutToParent(directory)) break;
    const Outcome outcome = SyncDirectory(fd, directory);
    if (outcome.error_number != 0) return outcome;
  }
  return Done();
}

}  // namespace wholeline
