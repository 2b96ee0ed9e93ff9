// erase_faults_test.cc: an erasure whose system calls fail, stop short or lie.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "core/erase.h"
#include "support/calls.h"
#include "support/scratch.h"

namespace wholeline::test {
namespace {

constexpr std::string_view kOurs = "{\"torn\":1";
constexpr std::string_view kBlank = "         ";

struct Torn {
  const Scratch scratch;
  const std::string path = scratch.Put("log", kOurs);
  const Descriptor fd{OpenOrStop(path)};

  Outcome Erase() const { return EraseOwnBytes(fd, path.c_str(), Bytes(kOurs), kOurs.size(), 0); }
};

bool IsDone(const Outcome& outcome) {
  return outcome.error_number == 0 && outcome.detail == static_cast<int64_t>(Erasure::kDone);
}

TEST_CASE("erase: an overwrite in small pieces, and interrupted, is carried to the end") {
  const Torn torn;
  int calls = 0;
  const Replaced pwrite_call(&Calls::pwrite, [&](int fd, const void* bytes, size_t, off_t at) {
    return ++calls % 2 == 0 ? FailWith(EINTR) : real::Pwrite(fd, bytes, 1, at);
  });
  CHECK(IsDone(torn.Erase()));
  CHECK(TextOf(torn.path) == kBlank);
}

TEST_CASE("erase: an overwrite that fails half-way is told, and a later try completes it") {
  const Torn torn;
  for (const int error_number : {ENOSPC, EDQUOT, EIO, EPERM}) {
    int calls = 0;
    const Replaced pwrite_call(&Calls::pwrite, [&](int fd, const void* bytes, size_t n, off_t at) {
      return ++calls <= 2 ? real::Pwrite(fd, bytes, n < 4 ? n : 4, at) : FailWith(error_number);
    });
    const Outcome outcome = torn.Erase();
    CHECK(outcome.error_number == error_number);
    CHECK(outcome.syscall == Syscall::kWrite);
  }
  CHECK(TextOf(torn.path) == "    rn\": ");
  CHECK(IsDone(torn.Erase()));
  CHECK(TextOf(torn.path) == kBlank);
}

TEST_CASE("erase: what closes a line goes first, so that what is left of it is no record") {
  const Scratch scratch;
  const std::string ours = "{\"a\":1}\n{\"b\":2}\n";
  const std::string path = scratch.Put("log", ours);
  const Descriptor fd(OpenOrStop(path));
  int calls = 0;
  const Replaced pwrite_call(&Calls::pwrite, [&](int to, const void* bytes, size_t n, off_t at) {
    return ++calls <= 2 ? real::Pwrite(to, bytes, n, at) : FailWith(EIO);
  });
  CHECK(EraseOwnBytes(fd, path.c_str(), Bytes(ours), ours.size(), 0).error_number == EIO);
  CHECK(TextOf(path) == "{\"a\":1 \n{\"b\":2 \n");
}

TEST_CASE("erase: an overwrite that stops without an error is not called done") {
  const Torn torn;
  const Replaced pwrite_call(&Calls::pwrite,
                             [](int, const void*, size_t, off_t) -> ssize_t { return 0; });
  const Outcome outcome = torn.Erase();
  CHECK(outcome.error_number == 0);
  CHECK(outcome.detail == static_cast<int64_t>(Erasure::kNotErased));
}

TEST_CASE("erase: a kernel that says it wrote and did not is found out by reading back") {
  const Torn torn;
  const Replaced pwrite_call(
      &Calls::pwrite, [](int, const void*, size_t length, off_t) -> ssize_t { return length; });
  const Outcome outcome = torn.Erase();
  CHECK(outcome.error_number == 0);
  CHECK(outcome.detail == static_cast<int64_t>(Erasure::kNotErased));
}

TEST_CASE("erase: a file that somebody cuts meanwhile is not called erased") {
  const Scratch scratch;
  const std::string ours(2 * 16 * 1024, 'x');
  const std::string path = scratch.Put("log", ours);
  const Descriptor fd(OpenOrStop(path));
  const Replaced pwrite_call(&Calls::pwrite, [&](int to, const void* bytes, size_t n, off_t at) {
    const ssize_t wrote = real::Pwrite(to, bytes, n, at);
    if (at > 0) REQUIRE(truncate(path.c_str(), at + 10) == 0);
    return wrote;
  });
  const Outcome outcome = EraseOwnBytes(fd, path.c_str(), Bytes(ours), ours.size(), 0);
  CHECK(outcome.error_number == 0);
  CHECK(outcome.detail == static_cast<int64_t>(Erasure::kNotErased));
}

TEST_CASE("erase: bytes that cannot be read are not overwritten") {
  const Torn torn;
  {
    const Replaced pread_call(&Calls::pread,
                              [](int, void*, size_t, off_t) { return FailWith(EIO); });
    const Outcome outcome = torn.Erase();
    CHECK(outcome.error_number == EIO);
    CHECK(outcome.syscall == Syscall::kRead);
  }
  CHECK(TextOf(torn.path) == kOurs);
}

TEST_CASE("erase: an overwrite that cannot be read back is told as the read's failure") {
  const Torn torn;
  int calls = 0;
  const Replaced pread_call(&Calls::pread, [&](int fd, void* bytes, size_t length, off_t at) {
    return ++calls == 1 ? real::Pread(fd, bytes, length, at) : FailWith(EIO);
  });
  const Outcome outcome = torn.Erase();
  CHECK(outcome.error_number == EIO);
  CHECK(outcome.syscall == Syscall::kRead);
}

// Lets every open fail that goes by way of /proc, and notes the others.
auto WithoutProc(std::vector<std::string>* opened) {
  return [opened](const char* path, int flags, mode_t mode) {
    if (strncmp(path, "/proc/", 6) == 0) return FailWith(ENOENT);
    opened->push_back(path);
    return real::Open(path, flags, mode);
  };
}

TEST_CASE("erase: without /proc the file is opened by its path") {
  const Torn torn;
  std::vector<std::string> opened;
  {
    const Replaced open_call(&Calls::open, WithoutProc(&opened));
    CHECK(IsDone(torn.Erase()));
  }
  CHECK(opened == std::vector<std::string>{torn.path});
  CHECK(TextOf(torn.path) == kBlank);
}

TEST_CASE("erase: without /proc another file at the path is never touched") {
  const Torn torn;
  REQUIRE(rename(torn.path.c_str(), torn.scratch.Path("rotated").c_str()) == 0);
  const std::string other = torn.scratch.Put("log", kOurs);
  std::vector<std::string> opened;
  {
    const Replaced open_call(&Calls::open, WithoutProc(&opened));
    const Outcome outcome = torn.Erase();
    CHECK(outcome.error_number == ENOENT);
    CHECK(outcome.syscall == Syscall::kOpen);
  }
  CHECK(TextOf(other) == kOurs);
}

TEST_CASE("erase: with /proc the file is found even when it is renamed or unlinked") {
  const Torn torn;
  REQUIRE(unlink(torn.path.c_str()) == 0);
  CHECK(IsDone(torn.Erase()));
  char there[kOurs.size()];
  REQUIRE(pread(torn.fd, there, sizeof there, 0) == ssize_t{sizeof there});
  CHECK(std::string_view(there, sizeof there) == kBlank);
}

TEST_CASE("erase: the second descriptor has no O_APPEND, waits for nobody, and no child gets it") {
  const Torn torn;
  int seen = 0;
  const Replaced open_call(&Calls::open, [&](const char* path, int flags, mode_t mode) {
    seen = flags;
    return real::Open(path, flags, mode);
  });
  CHECK(IsDone(torn.Erase()));
  CHECK((seen & (O_APPEND | O_CREAT | O_TRUNC)) == 0);
  CHECK((seen & O_NONBLOCK) != 0);
  CHECK((seen & O_CLOEXEC) != 0);
}

TEST_CASE("erase: an append-only file (chattr +a) refuses, and nothing is changed") {
  const Torn torn;
  int flags = 0;
  const bool known = ioctl(torn.fd, FS_IOC_GETFLAGS, &flags) == 0;
  int append_only = flags | FS_APPEND_FL;
  if (!known || ioctl(torn.fd, FS_IOC_SETFLAGS, &append_only) != 0) {
    return Skip("erase on an append-only file", "chattr +a is refused (not root, or no ext4)");
  }
  const Outcome outcome = torn.Erase();
  REQUIRE(ioctl(torn.fd, FS_IOC_SETFLAGS, &flags) == 0);
  CHECK(outcome.error_number == EPERM);
  CHECK(outcome.syscall == Syscall::kOpen);
  CHECK(TextOf(torn.path) == kOurs);
}

}  // namespace
}  // namespace wholeline::test
