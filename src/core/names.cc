// names.cc: link(2), unlink(2), realpath(3).
#include "core/names.h"

#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

namespace wholeline {

Outcome Link(const char* path, const uint8_t* to, size_t length) noexcept {
  char target[PATH_MAX];
  if (length >= sizeof target) return Failed(Syscall::kLink, ENAMETOOLONG);
  if (length == 0 || memchr(to, '\0', length) != nullptr) return Failed(Syscall::kLink, EINVAL);
  memcpy(target, to, length);
  target[length] = '\0';
  if (link(path, target) != 0) return Failed(Syscall::kLink, errno);
  return Done();
}

Outcome Unlink(const char* path) noexcept {
  if (unlink(path) != 0) return Failed(Syscall::kUnlink, errno);
  return Done();
}

Outcome ResolveLinks(const char* path, uint8_t* bytes, size_t length) noexcept {
  char found[PATH_MAX];
  if (realpath(path, found) == nullptr) return Failed(Syscall::kRealpath, errno);
  const size_t needed = strlen(found);
  if (needed > length) return Failed(Syscall::kRealpath, ENAMETOOLONG);
  memcpy(bytes, found, needed);
  return Done(0, static_cast<int64_t>(needed));
}

}  // namespace wholeline
