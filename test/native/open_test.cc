// open_test.cc: what may be opened for appending, how, and what is refused.
#include "core/open.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "support/calls.h"
#include "support/scratch.h"

namespace wholeline::test {
namespace {

// Opens what should not open; a descriptor that comes all the same is closed.
Outcome Refusal(const std::string& path, const OpenOptions& options = {}) {
  const OpenOutcome opened = OpenForAppend(path.c_str(), options);
  const Descriptor fd(opened.fd);
  CHECK(opened.fd == -1);
  return opened.outcome;
}

void CheckNoRegularFile(const Outcome& outcome, mode_t type) {
  CHECK(outcome.error_number == EINVAL);
  CHECK(outcome.syscall == Syscall::kOpen);
  CHECK(outcome.detail == type);
}

mode_t ModeOf(const std::string& path) {
  struct stat status;
  REQUIRE(lstat(path.c_str(), &status) == 0);
  return status.st_mode;
}

TEST_CASE("open: a new file is empty, and has the mode asked for, less the umask") {
  const Scratch scratch;
  const mode_t before = umask(027);
  const OpenOutcome opened = OpenForAppend(scratch.Path("log").c_str(), {.mode = 0666});
  umask(before);
  const Descriptor fd(opened.fd);
  CHECK(opened.outcome.error_number == 0);
  CHECK(opened.outcome.end == 0);
  CHECK(opened.outcome.detail == 0);
  CHECK(ModeOf(scratch.Path("log")) == (S_IFREG | 0640));
}

TEST_CASE("open: by default nobody but the owner reads a new file") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Path("log")));
  CHECK(ModeOf(scratch.Path("log")) == (S_IFREG | 0600));
}

TEST_CASE("open: a file that is there keeps its bytes, and its size is told") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "twelve bytes");
  const OpenOutcome opened = OpenForAppend(path.c_str(), {});
  const Descriptor fd(opened.fd);
  CHECK(opened.outcome.end == 12);
  CHECK(TextOf(path) == "twelve bytes");
}

TEST_CASE("open: the descriptor appends, reads, blocks, and no child process gets it") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Path("log")));
  const int flags = fcntl(fd, F_GETFL);
  CHECK((flags & O_APPEND) != 0);
  CHECK((flags & O_ACCMODE) == O_RDWR);
  CHECK((flags & O_NONBLOCK) == 0);
  CHECK((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
}

// What no test can show for every device and every lease: open(2) itself is
// told not to wait, and not to make a terminal ours.
TEST_CASE("open: nothing is waited for inside open(2)") {
  const Scratch scratch;
  int seen = 0;
  const Replaced open_call(&Calls::open, [&](const char* path, int flags, mode_t mode) {
    seen = flags;
    return real::Open(path, flags, mode);
  });
  const Descriptor fd(OpenForAppend(scratch.Path("log").c_str(), {}).fd);
  CHECK((seen & O_NONBLOCK) != 0);
  CHECK((seen & O_NOCTTY) != 0);
}

TEST_CASE("open: a FIFO is refused at once, with and without somebody at the other end") {
  const Scratch scratch;
  const std::string path = scratch.Path("fifo");
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  CheckNoRegularFile(Refusal(path), S_IFIFO);
  const Descriptor reader(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  CheckNoRegularFile(Refusal(path), S_IFIFO);
}

TEST_CASE("open: a directory is refused with EISDIR") {
  const Scratch scratch;
  for (const bool create : {false, true}) {
    const Outcome outcome = Refusal(scratch.folder(), {.create = create});
    CHECK(outcome.error_number == EISDIR);
    CHECK(outcome.syscall == Syscall::kOpen);
  }
}

TEST_CASE("open: a character device is refused, even one that takes writes") {
  const Scratch scratch;
  CheckNoRegularFile(Refusal("/dev/full"), S_IFCHR);
  CheckNoRegularFile(Refusal("/dev/null"), S_IFCHR);
}

TEST_CASE("open: a socket is refused as what it is, not with the ENXIO of open(2)") {
  const Scratch scratch;
  const std::string path = scratch.Path("socket");
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  REQUIRE(path.size() < sizeof address.sun_path);
  memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const Descriptor bound(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(bind(bound, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  CheckNoRegularFile(Refusal(path), S_IFSOCK);
}

TEST_CASE("open: a symbolic link is followed, or refused with ELOOP, as asked") {
  const Scratch scratch;
  const std::string target = scratch.Put("target", "1\n");
  const std::string link = scratch.Path("link");
  REQUIRE(symlink("target", link.c_str()) == 0);
  const OpenOutcome opened = OpenForAppend(link.c_str(), {});
  const Descriptor fd(opened.fd);
  CHECK(opened.outcome.end == 2);
  CHECK(Refusal(link, {.follow_symlinks = false}).error_number == ELOOP);
}

TEST_CASE("open: a file that must be there and is not gives ENOENT, and none is made") {
  const Scratch scratch;
  for (const char* name : {"log", "a/log"}) {
    CHECK(Refusal(scratch.Path(name), {.create = false}).error_number == ENOENT);
  }
  CHECK(access(scratch.Path("log").c_str(), F_OK) != 0);
  CHECK(access(scratch.Path("a").c_str(), F_OK) != 0);
}

TEST_CASE("open: missing parents are an error where they may not be made") {
  const Scratch scratch;
  const Outcome outcome = Refusal(scratch.Path("a/log"), {.make_directories = false});
  CHECK(outcome.error_number == ENOENT);
  CHECK(outcome.syscall == Syscall::kOpen);
  CHECK(access(scratch.Path("a").c_str(), F_OK) != 0);
}

TEST_CASE("open: missing parents are made, and their number told") {
  const Scratch scratch;
  const OpenOutcome deep = OpenForAppend(scratch.Path("a/b/c/log").c_str(), {});
  const Descriptor deep_fd(deep.fd);
  CHECK(deep.outcome.error_number == 0);
  CHECK(deep.outcome.detail == 3);
  const OpenOutcome beside = OpenForAppend(scratch.Path("a/b/d/log").c_str(), {});
  const Descriptor beside_fd(beside.fd);
  CHECK(beside.outcome.detail == 1);
}

TEST_CASE("open: a parent that cannot be made is told as mkdir's failure") {
  const Scratch scratch;
  (void)scratch.Put("file", "");
  CHECK(Refusal(scratch.Path("file/log")).error_number == ENOTDIR);
  const Outcome outcome = Refusal("/proc/nothing/log");
  CHECK(outcome.error_number == ENOENT);
  CHECK(outcome.syscall == Syscall::kMkdir);
}

TEST_CASE("open: a name that is too long is told as such") {
  const Scratch scratch;
  CHECK(Refusal(scratch.Path(std::string(256, 'n'))).error_number == ENAMETOOLONG);
}

TEST_CASE("open: an interrupted open is tried again") {
  const Scratch scratch;
  int calls = 0;
  const Replaced open_call(&Calls::open, [&](const char* path, int flags, mode_t mode) {
    return ++calls <= 3 ? FailWith(EINTR) : real::Open(path, flags, mode);
  });
  const Descriptor fd(OpenForAppend(scratch.Path("log").c_str(), {}).fd);
  CHECK(fd >= 0);
}

TEST_CASE("open for reading: reads, cannot write, closes in children, and tells the size") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "12345");
  REQUIRE(chmod(path.c_str(), 0400) == 0);
  const OpenOutcome opened = OpenForReading(path.c_str());
  const Descriptor fd(opened.fd);
  CHECK(opened.outcome.error_number == 0);
  CHECK(opened.outcome.end == 5);
  char text[5];
  CHECK(pread(fd, text, 5, 0) == 5);
  CHECK(std::string(text, 5) == "12345");
  CHECK(write(fd, "x", 1) == -1);
  CHECK((fcntl(fd, F_GETFL) & (O_ACCMODE | O_NONBLOCK)) == O_RDONLY);
  CHECK((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("open for reading: makes nothing, neither file nor folder") {
  const Scratch scratch;
  for (const char* name : {"log", "folder/log"}) {
    const OpenOutcome opened = OpenForReading(scratch.Path(name).c_str());
    CHECK(opened.fd == -1);
    CHECK(opened.outcome.error_number == ENOENT);
    CHECK(opened.outcome.syscall == Syscall::kOpen);
    CHECK(access(scratch.Path(name).c_str(), F_OK) == -1);
  }
  CHECK(access(scratch.Path("folder").c_str(), F_OK) == -1);
}

TEST_CASE("open for reading: what is no regular file is refused at once, as what it is") {
  const Scratch scratch;
  REQUIRE(mkfifo(scratch.Path("fifo").c_str(), 0600) == 0);
  REQUIRE(mkdir(scratch.Path("folder").c_str(), 0700) == 0);
  const auto refusal = [](const std::string& path) {
    const OpenOutcome opened = OpenForReading(path.c_str());
    const Descriptor fd(opened.fd);
    CHECK(opened.fd == -1);
    return opened.outcome;
  };
  CHECK(refusal(scratch.Path("fifo")).detail == S_IFIFO);
  CHECK(refusal(scratch.Path("folder")).detail == S_IFDIR);
  CHECK(refusal("/dev/zero").detail == S_IFCHR);
  CHECK(refusal(scratch.Path("folder")).error_number != 0);
}

TEST_CASE("open for reading: a symbolic link is followed") {
  const Scratch scratch;
  (void)scratch.Put("log", "12345");
  REQUIRE(symlink("log", scratch.Path("link").c_str()) == 0);
  const OpenOutcome opened = OpenForReading(scratch.Path("link").c_str());
  const Descriptor fd(opened.fd);
  CHECK(opened.outcome.end == 5);
}

TEST_CASE("close: the descriptor is gone, whatever close(2) said") {
  const Scratch scratch;
  CHECK(Close(OpenOrStop(scratch.Path("log"))).error_number == 0);
  for (const int error_number : {EINTR, EIO, ENOSPC}) {
    const int fd = OpenOrStop(scratch.Path("log"));
    int calls = 0;
    const Replaced close_call(&Calls::close, [&](int of) {
      calls++;
      (void)real::Close(of);
      return FailWith(error_number);
    });
    const Outcome outcome = Close(fd);
    CHECK(calls == 1);
    CHECK(outcome.error_number == (error_number == EINTR ? 0 : error_number));
    CHECK(outcome.syscall == (error_number == EINTR ? Syscall::kNone : Syscall::kClose));
  }
}

}  // namespace
}  // namespace wholeline::test
