// outcome.cc: the names of the system calls.
#include "core/outcome.h"

namespace wholeline {

const char* SyscallName(Syscall syscall) noexcept {
  switch (syscall) {
    case Syscall::kOpen:
      return "open";
    case Syscall::kStat:
      return "stat";
    case Syscall::kFcntl:
      return "fcntl";
    case Syscall::kMkdir:
      return "mkdir";
    case Syscall::kWrite:
      return "write";
    case Syscall::kLseek:
      return "lseek";
    case Syscall::kRead:
      return "pread";
    case Syscall::kTruncate:
      return "ftruncate";
    case Syscall::kSync:
#ifdef __APPLE__
      return "fcntl";
#else
      return "fdatasync";
#endif
    case Syscall::kFsync:
      return "fsync";
    case Syscall::kClose:
      return "close";
    case Syscall::kFstatfs:
      return "fstatfs";
    case Syscall::kRealpath:
      return "realpath";
    case Syscall::kChmod:
      return "fchmod";
    case Syscall::kRename:
      return "rename";
    case Syscall::kOpendir:
      return "opendir";
    case Syscall::kReaddir:
      return "readdir";
    case Syscall::kChown:
      return "fchown";
    case Syscall::kLink:
      return "link";
    case Syscall::kUnlink:
      return "unlink";
    case Syscall::kNone:
    case Syscall::kCount:
      break;
  }
  return "";
}

}  // namespace wholeline
