// open_lease_test.cc: opening a file whose lease another process holds, which
// is what a rollback under way looks like from outside.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "core/open.h"
#include "support/calls.h"
#include "support/child.h"
#include "support/scratch.h"

namespace wholeline::test {
namespace {

constexpr int kNoLease = 1;

int64_t NowNs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// Holds a write lease on path until somebody else opens the file, and for
// 60 ms more, as a holder does that is not quick. Tells when it holds the lease
// and when it let go.
int HoldLeaseUntilBroken(const std::string& path, const Link& parent) {
  sigset_t urgent;
  sigemptyset(&urgent);
  sigaddset(&urgent, SIGURG);
  sigprocmask(SIG_BLOCK, &urgent, nullptr);
  const int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fcntl(fd, F_SETSIG, SIGURG) != 0 || fcntl(fd, F_SETLEASE, F_WRLCK) != 0) return kNoLease;
  parent.Tell();
  const timespec most = {.tv_sec = 10, .tv_nsec = 0};
  const bool broken = sigtimedwait(&urgent, nullptr, &most) == SIGURG;
  usleep(60'000);
  parent.Tell(NowNs());
  fcntl(fd, F_SETLEASE, F_UNLCK);
  return broken ? 0 : 2;
}

TEST_CASE("open: waits for the holder of a lease, and then has the file") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "1\n");
  Child holder([&](const Link& parent) { return HoldLeaseUntilBroken(path, parent); });
  REQUIRE(holder.Hear() == 0);
  const OpenOutcome opened = OpenForAppend(path.c_str(), {});
  const int64_t opened_ns = NowNs();
  const Descriptor fd(opened.fd);
  CHECK(opened.outcome.error_number == 0);
  CHECK(opened.outcome.end == 2);
  CHECK(opened_ns > holder.Hear());
  CHECK(holder.Wait() == 0);
}

TEST_CASE("open: a lease that never ends is given up after a minute, with EAGAIN") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "1\n");
  int64_t waited_ns = 0;
  const Replaced open_call(&Calls::open, [](const char*, int, mode_t) { return FailWith(EAGAIN); });
  const Replaced sleep_call(&Calls::nanosleep, [&](const timespec* pause) {
    waited_ns += int64_t{pause->tv_sec} * 1'000'000'000 + pause->tv_nsec;
    return 0;
  });
  const OpenOutcome opened = OpenForAppend(path.c_str(), {});
  CHECK(opened.fd == -1);
  CHECK(opened.outcome.error_number == EAGAIN);
  CHECK(opened.outcome.syscall == Syscall::kOpen);
  // Longer than the kernel lets anybody hold one (fs.lease-break-time, 45 s).
  CHECK(waited_ns == 60'000'000'000);
}

}  // namespace
}  // namespace wholeline::test
