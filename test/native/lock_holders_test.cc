// lock_holders_test.cc: the processes that hold a lock, by number and command.
#include "core/lock_holders.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "core/lock.h"
#include "support/calls.h"
#include "support/child.h"
#include "support/scratch.h"

namespace wholeline::test {
namespace {

std::string Holders(int fd, size_t capacity = 4096) {
  std::string text(capacity, '?');
  const Outcome outcome = FindLockHolders(fd, Bytes(text), capacity);
  CHECK(outcome.error_number == 0);
  REQUIRE(outcome.end <= static_cast<int64_t>(capacity));
  text.resize(static_cast<size_t>(outcome.end));
  return text;
}

std::string OwnLine() {
  const std::string command = TextOf("/proc/self/cmdline");
  return std::to_string(getpid()) + " " + command.c_str() + "\n";
}

// Becomes `sleep` with the lock in its hands.
int SleepWithLock(const std::string& path, const Link& parent) {
  const int fd = open(path.c_str(), O_RDWR);  // survives the exec
  if (TryLock(fd, LockMode::kExclusive).error_number != 0) return 1;
  parent.Tell();
  execlp("sleep", "sleep", "60", nullptr);
  return 2;
}

TEST_CASE("lock holders: another process is named by its number and command") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "");
  const Child holder([&](const Link& parent) { return SleepWithLock(path, parent); });
  REQUIRE(holder.Hear() == 0);
  const Descriptor fd(OpenOrStop(path));
  const std::string wanted = std::to_string(holder.pid()) + " sleep\n";
  std::string found;
  for (int tries = 0; tries < 500 && found != wanted; tries++) {  // until it is past its exec
    found = Holders(fd);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  CHECK(found == wanted);
}

TEST_CASE("lock holders: who has the file open without a lock is not named") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "");
  const Child reader([&](const Link& parent) {
    const Descriptor open_file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    parent.Tell();
    return static_cast<int>(parent.Hear());
  });
  REQUIRE(reader.Hear() == 0);
  const Descriptor fd(OpenOrStop(path));
  CHECK(Holders(fd).empty());
}

TEST_CASE("lock holders: the asking descriptor itself is not named, another of its process is") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "");
  const Descriptor fd(OpenOrStop(path));
  REQUIRE(TryLock(fd, LockMode::kShared).error_number == 0);
  CHECK(Holders(fd).empty());
  const Descriptor other(OpenOrStop(path));
  REQUIRE(TryLock(other, LockMode::kShared).error_number == 0);
  CHECK(Holders(fd) == OwnLine());
}

TEST_CASE("lock holders: a process that holds it through several descriptors is named once") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "");
  const Descriptor fd(OpenOrStop(path));
  const Descriptor one(OpenOrStop(path));
  const Descriptor two(OpenOrStop(path));
  REQUIRE(TryLock(one, LockMode::kShared).error_number == 0);
  REQUIRE(TryLock(two, LockMode::kShared).error_number == 0);
  CHECK(Holders(fd) == OwnLine());
}

TEST_CASE("lock holders: a lock on another file of the process is not taken for this one") {
  const Scratch scratch;
  const Descriptor other(OpenOrStop(scratch.Path("other")));
  REQUIRE(TryLock(other, LockMode::kExclusive).error_number == 0);
  const Descriptor fd(OpenOrStop(scratch.Path("log")));
  CHECK(Holders(fd).empty());
}

TEST_CASE("lock holders: a line that does not fit is left out whole") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "");
  const Descriptor fd(OpenOrStop(path));
  const Descriptor other(OpenOrStop(path));
  REQUIRE(TryLock(other, LockMode::kShared).error_number == 0);
  const size_t length = OwnLine().size();
  CHECK(Holders(fd, length + 1) == OwnLine());
  for (size_t capacity = 0; capacity < length; capacity++) CHECK(Holders(fd, capacity).empty());
}

TEST_CASE("lock holders: without /proc there is nobody to name, and no error") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Path("log")));
  const Replaced opendir_call(&Calls::opendir, [](const char*) -> DIR* {
    errno = ENOENT;
    return nullptr;
  });
  CHECK(Holders(fd).empty());
}

TEST_CASE("lock holders: a descriptor that is not open is an error") {
  uint8_t text[16];
  const Outcome outcome = FindLockHolders(-1, text, sizeof text);
  CHECK(outcome.error_number == EBADF);
  CHECK(outcome.syscall == Syscall::kStat);
}

}  // namespace
}  // namespace wholeline::test
