// calls.h: the system calls of the core, each replaceable by a test.
//
// The linker sends every call of this program through here (--wrap in
// CMakeLists.txt), so a test can fail it, cut it short, or do something between
// two calls of one operation that no timing would hit. Faults thus go in by the
// door that the real ones use. A replacement lives as long as its Replaced and
// is for one thread; real:: is the call itself.
#ifndef WHOLELINE_TEST_NATIVE_SUPPORT_CALLS_H_
#define WHOLELINE_TEST_NATIVE_SUPPORT_CALLS_H_

#include <dirent.h>
#include <sys/types.h>
#include <time.h>

#include <functional>
#include <utility>

namespace wholeline::test {

// An empty one is not replaced.
struct Calls {
  std::function<int(const char* path, int flags, mode_t mode)> open;
  std::function<ssize_t(int fd, const void* bytes, size_t length)> write;
  std::function<off_t(int fd, off_t offset, int whence)> lseek;
  std::function<ssize_t(int fd, void* bytes, size_t length, off_t offset)> pread;
  std::function<ssize_t(int fd, const void* bytes, size_t length, off_t offset)> pwrite;
  std::function<int(int fd, off_t length)> ftruncate;
  std::function<int(int fd, int command, void* argument)> fcntl;
  std::function<int(int fd)> close;
  std::function<int(int fd)> fsync;
  std::function<int(int fd)> fdatasync;
  std::function<DIR*(const char* path)> opendir;
  std::function<int(const timespec* pause)> nanosleep;
};

extern Calls replaced_calls;

namespace real {

int Open(const char* path, int flags, mode_t mode);
ssize_t Write(int fd, const void* bytes, size_t length);
// Past every sanitizer.
ssize_t WriteByNumber(int fd, const void* bytes, size_t length);
ssize_t Pread(int fd, void* bytes, size_t length, off_t offset);
ssize_t Pwrite(int fd, const void* bytes, size_t length, off_t offset);
int Ftruncate(int fd, off_t length);
int Fcntl(int fd, int command, void* argument);
int Close(int fd);
int Fdatasync(int fd);

}  // namespace real

// Sets errno and gives back -1, as a system call that fails.
int FailWith(int error_number);

template <typename Call>
class Replaced {
 public:
  Replaced(Call Calls::*call, Call replacement) : call_(call) {
    replaced_calls.*call_ = std::move(replacement);
  }
  Replaced(const Replaced&) = delete;
  Replaced& operator=(const Replaced&) = delete;
  ~Replaced() { replaced_calls.*call_ = nullptr; }

 private:
  Call Calls::*const call_;
};

// A lambda becomes the std::function that the member is.
template <typename Call, typename Body>
Replaced(Call Calls::*, Body) -> Replaced<Call>;

}  // namespace wholeline::test

#endif  // WHOLELINE_TEST_NATIVE_SUPPORT_CALLS_H_
