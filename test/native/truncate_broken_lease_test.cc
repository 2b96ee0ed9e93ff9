// truncate_broken_lease_test.cc: somebody opens the file while we hold the lease.
//
// The holder is a child process, which stops between two system calls of
// TruncateUnderLease until the kernel has begun to break its lease. The opener
// is another, whose plain open(2) blocks until the lease is let go.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "core/truncate.h"
#include "support/calls.h"
#include "support/child.h"
#include "support/scratch.h"

namespace wholeline::test {
namespace {

constexpr int kNeverBroken = 90;

// Waits until the lease on fd is being broken; false: it never was.
bool AwaitBreak(int fd) {
  for (int waits = 0; waits < 10'000; waits++) {
    if (real::Fcntl(fd, F_GETLEASE, nullptr) != F_WRLCK) return true;
    usleep(1000);
  }
  return false;
}

// What the holder does once it holds the lease: asks for the opener and waits
// for the break.
auto StopFor(const Link& parent) {
  return [&parent](int fd) {
    parent.Tell();
    if (!AwaitBreak(fd)) _exit(kNeverBroken);
  };
}

// Opens path as `cat` would, when told to; ends with 0 once it is open.
int OpenPlainly(const std::string& path, const Link& parent) {
  if (parent.Hear() < 0) return 1;
  return open(path.c_str(), O_RDONLY | O_CLOEXEC) >= 0 ? 0 : 2;
}

struct Broken {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "whole\ntorn");
  Child opener{[this](const Link& parent) { return OpenPlainly(path, parent); }};

  // Runs holder to its end, with the opener let loose when it asks for one.
  int Run(const std::function<int(int fd, const Link& parent)>& body) {
    Child holder([&](const Link& parent) {
      signal(SIGURG, SIG_DFL);
      signal(SIGIO, SIG_DFL);
      return body(OpenForAppend(path.c_str(), {}).fd, parent);
    });
    if (holder.Hear() == 0) opener.Tell();
    return holder.Wait();
  }
};

TEST_CASE("broken lease: the holder is not killed, cuts what it may, and the opener goes on") {
  Broken broken;
  const int status = broken.Run([](int fd, const Link& parent) {
    const Replaced cut_call(&Calls::ftruncate, [&](int of, off_t end) {
      StopFor(parent)(of);
      return real::Ftruncate(of, end);
    });
    const Outcome outcome = TruncateUnderLease(fd, 10, 6);
    return outcome.error_number == 0 && outcome.end == 6 ? 0 : 1;
  });
  CHECK(status == 0);
  CHECK(broken.opener.Wait() == 0);
  CHECK(TextOf(broken.path) == "whole\n");
}

TEST_CASE("broken lease: one that is being broken before the cut is lost: nothing is cut") {
  Broken broken;
  const int status = broken.Run([](int fd, const Link& parent) {
    const Replaced fcntl_call(&Calls::fcntl, [&](int of, int command, void* argument) {
      if (command == F_GETLEASE) StopFor(parent)(of);
      return real::Fcntl(of, command, argument);
    });
    const Outcome outcome = TruncateUnderLease(fd, 10, 6);
    const bool lost = outcome.detail == static_cast<int64_t>(Truncation::kLeaseLost);
    return outcome.error_number == 0 && lost ? 0 : 1;
  });
  CHECK(status == 0);
  CHECK(broken.opener.Wait() == 0);
  CHECK(TextOf(broken.path) == "whole\ntorn");
}

TEST_CASE("broken lease: the signal is set anew for every lease, for releasing one resets it") {
  Broken broken;
  const int status = broken.Run([](int fd, const Link& parent) {
    if (TruncateUnderLease(fd, 10, 8).error_number != 0) return 1;
    const Replaced cut_call(&Calls::ftruncate, [&](int of, off_t end) {
      StopFor(parent)(of);
      return real::Ftruncate(of, end);
    });
    return TruncateUnderLease(fd, 8, 6).error_number;
  });
  CHECK(status == 0);
  CHECK(broken.opener.Wait() == 0);
}

// The control: without F_SETSIG the same break kills, so the tests above would
// notice.
TEST_CASE("broken lease: the kernel's default for the holder is death by SIGIO") {
  Broken broken;
  const int status = broken.Run([](int fd, const Link& parent) {
    const Replaced fcntl_call(&Calls::fcntl, [](int of, int command, void* argument) {
      return command == F_SETSIG ? 0 : real::Fcntl(of, command, argument);
    });
    const Replaced cut_call(&Calls::ftruncate, [&](int of, off_t end) {
      StopFor(parent)(of);
      return real::Ftruncate(of, end);
    });
    return TruncateUnderLease(fd, 10, 6).error_number;
  });
  CHECK(status == -SIGIO);
  CHECK(broken.opener.Wait() == 0);
}

}  // namespace
}  // namespace wholeline::test
