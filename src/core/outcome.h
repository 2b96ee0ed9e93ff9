// outcome.h: what one operation of the core gives back.
//
// A failure is a value: the errno and the system call that set it travel
// together to the one place that makes an error of them (W7). Every operation
// of the core returns an Outcome; none throws, none allocates.
#ifndef WHOLELINE_CORE_OUTCOME_H_
#define WHOLELINE_CORE_OUTCOME_H_

#include <cstdint>

namespace wholeline {

// The system call that failed, by the name its manual page has.
enum class Syscall : uint8_t {
  kNone,
  kOpen,
  kStat,
  kFcntl,
  kMkdir,
  kWrite,
  kLseek,
  kRead,
  kTruncate,
  kSync,
  kFsync,
  kClose,
  kFstatfs,
  kRealpath,
  kChmod,
  kRename,
  kOpendir,
  kReaddir,
  kChown,
  kLink,
  kUnlink,
  kCount,  // how many there are; no system call
};

// start and end are bytes from the start of the file unless the operation says
// otherwise; error_number 0 means that no system call failed.
struct Outcome {
  int error_number = 0;
  Syscall syscall = Syscall::kNone;
  int64_t start = 0;
  int64_t end = 0;
  int64_t detail = 0;
};

[[nodiscard]] const char* SyscallName(Syscall syscall) noexcept;

[[nodiscard]] inline Outcome Failed(Syscall syscall, int error_number) noexcept {
  return {.error_number = error_number, .syscall = syscall};
}

[[nodiscard]] inline Outcome Done(int64_t start = 0, int64_t end = 0, int64_t detail = 0) noexcept {
  return {.start = start, .end = end, .detail = detail};
}

}  // namespace wholeline

#endif  // WHOLELINE_CORE_OUTCOME_H_
