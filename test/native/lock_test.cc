// lock_test.cc: who may hold a lock beside whom, and when it ends.
#include "core/lock.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "support/calls.h"
#include "support/child.h"
#include "support/scratch.h"

namespace wholeline::test {
namespace {

using enum LockMode;

int Try(int fd, LockMode mode) {
  const Outcome outcome = TryLock(fd, mode);
  if (outcome.error_number != 0) CHECK(outcome.syscall == Syscall::kFcntl);
  return outcome.error_number;
}

// Another process that holds the lock until it is killed or told to go.
struct OtherProcess {
  OtherProcess(const std::string& path, LockMode mode)
      : child([&path, mode](const Link& parent) {
          const int fd = OpenForAppend(path.c_str(), {}).fd;
          parent.Tell(TryLock(fd, mode).error_number);
          (void)parent.Hear();
          return 0;
        }),
        error_number(child.Hear()) {}

  Child child;
  const int64_t error_number;
};

TEST_CASE("lock: shared locks stand beside each other, also of one process") {
  const Scratch scratch;
  const Descriptor one(OpenOrStop(scratch.Path("log")));
  const Descriptor other(OpenOrStop(scratch.Path("log")));
  CHECK(Try(one, kShared) == 0);
  CHECK(Try(other, kShared) == 0);
}

TEST_CASE("lock: an exclusive one excludes another description of the same process") {
  const Scratch scratch;
  const Descriptor one(OpenOrStop(scratch.Path("log")));
  const Descriptor other(OpenOrStop(scratch.Path("log")));
  CHECK(Try(one, kExclusive) == 0);
  CHECK(Try(other, kShared) == EAGAIN);
  CHECK(Try(other, kExclusive) == EAGAIN);
  CHECK(Try(one, kNone) == 0);
  CHECK(Try(other, kExclusive) == 0);
}

TEST_CASE("lock: a shared one keeps an exclusive one away") {
  const Scratch scratch;
  const Descriptor one(OpenOrStop(scratch.Path("log")));
  const Descriptor other(OpenOrStop(scratch.Path("log")));
  CHECK(Try(one, kShared) == 0);
  CHECK(Try(other, kExclusive) == EAGAIN);
}

TEST_CASE("lock: is changed in place, and a refused change leaves it as it was") {
  const Scratch scratch;
  const Descriptor one(OpenOrStop(scratch.Path("log")));
  const Descriptor other(OpenOrStop(scratch.Path("log")));
  CHECK(Try(one, kShared) == 0);
  CHECK(Try(other, kShared) == 0);
  CHECK(Try(one, kExclusive) == EAGAIN);
  CHECK(Try(other, kExclusive) == EAGAIN);  // so the first still has its shared lock
  CHECK(Try(other, kNone) == 0);
  CHECK(Try(one, kExclusive) == 0);
  CHECK(Try(other, kShared) == EAGAIN);
  CHECK(Try(one, kShared) == 0);
  CHECK(Try(other, kShared) == 0);
}

TEST_CASE("lock: excludes another process, in both directions") {
  const Scratch scratch;
  const std::string path = scratch.Path("log");
  const Descriptor fd(OpenOrStop(path));
  {
    const OtherProcess other(path, kExclusive);
    CHECK(other.error_number == 0);
    CHECK(Try(fd, kShared) == EAGAIN);
    CHECK(Try(fd, kExclusive) == EAGAIN);
  }
  CHECK(Try(fd, kExclusive) == 0);
  const OtherProcess refused(path, kShared);
  CHECK(refused.error_number == EAGAIN);
}

TEST_CASE("lock: ends with kill -9 of its holder") {
  const Scratch scratch;
  const std::string path = scratch.Path("log");
  const Descriptor fd(OpenOrStop(path));
  OtherProcess other(path, kExclusive);
  REQUIRE(Try(fd, kShared) == EAGAIN);
  other.child.KillNine();
  CHECK(Try(fd, kShared) == 0);
}

TEST_CASE("lock: ends with its own description, and with no other one") {
  const Scratch scratch;
  const std::string path = scratch.Path("log");
  const Descriptor other(OpenOrStop(path));
  {
    const Descriptor one(OpenOrStop(path));
    REQUIRE(Try(one, kExclusive) == 0);
    // Closing any descriptor of the file would end a classic POSIX lock.
    { const Descriptor third(OpenOrStop(path)); }
    CHECK(Try(other, kShared) == EAGAIN);
  }
  CHECK(Try(other, kShared) == 0);
}

TEST_CASE("lock: covers bytes that are appended later") {
  const Scratch scratch;
  const std::string path = scratch.Path("log");
  const Descriptor one(OpenOrStop(path));
  REQUIRE(Try(one, kExclusive) == 0);
  AppendAsOther(path, "advisory: who does not ask is not held up\n");
  const Descriptor other(OpenOrStop(path));
  struct flock beyond = {};
  beyond.l_type = F_WRLCK;
  beyond.l_whence = SEEK_SET;
  beyond.l_start = 1'000'000;
  CHECK(fcntl(other, F_OFD_SETLK, &beyond) != 0);
}

TEST_CASE("lock: an interrupted call is tried again, and EACCES is called EAGAIN") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Path("log")));
  int calls = 0;
  {
    const Replaced fcntl_call(&Calls::fcntl, [&](int of, int command, void* argument) {
      return ++calls <= 2 ? FailWith(EINTR) : real::Fcntl(of, command, argument);
    });
    CHECK(Try(fd, kExclusive) == 0);
  }
  const Replaced fcntl_call(&Calls::fcntl, [](int, int, void*) { return FailWith(EACCES); });
  CHECK(Try(fd, kExclusive) == EAGAIN);
}

TEST_CASE("lock: what has none says so") {
  CHECK(Try(-1, kShared) == EBADF);
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Path("log")));
  const Replaced fcntl_call(&Calls::fcntl, [](int, int, void*) { return FailWith(ENOLCK); });
  CHECK(Try(fd, kShared) == ENOLCK);
}

}  // namespace
}  // namespace wholeline::test
