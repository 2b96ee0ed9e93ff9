// size_limit.h: real short writes, at any byte, on any file system, for anybody.
//
// RLIMIT_FSIZE cuts the write(2) that crosses it and fails the one that starts
// at it with EFBIG (setrlimit(2)); SIGXFSZ is ignored, as Node does. It holds
// for this whole process and all its files: keep the time short, and write
// nothing else meanwhile.
#ifndef WHOLELINE_TEST_NATIVE_SUPPORT_SIZE_LIMIT_H_
#define WHOLELINE_TEST_NATIVE_SUPPORT_SIZE_LIMIT_H_

#include <signal.h>
#include <sys/resource.h>

namespace wholeline::test {

class SizeLimit {
 public:
  explicit SizeLimit(size_t bytes) {
    handler_before_ = signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit = {.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  SizeLimit(const SizeLimit&) = delete;
  SizeLimit& operator=(const SizeLimit&) = delete;
  ~SizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_before_);
  }

 private:
  rlimit before_;
  void (*handler_before_)(int);
};

}  // namespace wholeline::test

#endif  // WHOLELINE_TEST_NATIVE_SUPPORT_SIZE_LIMIT_H_
