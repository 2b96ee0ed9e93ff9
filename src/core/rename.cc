// rename.cc: rename(2).
#include "core/rename.h"

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>

namespace wholeline {

Outcome Rename(const char* path, const uint8_t* to, size_t length) noexcept {
  char target[PATH_MAX];
  if (length >= sizeof target) return Failed(Syscall::kRename, ENAMETOOLONG);
  if (length == 0 || memchr(to, '\0', length) != nullptr) return Failed(Syscall::kRename, EINVAL);
  memcpy(target, to, length);
  target[length] = '\0';
  if (rename(path, target) != 0) return Failed(Syscall::kRename, errno);
  return Done();
}

}  // namespace wholeline
