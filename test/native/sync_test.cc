// sync_test.cc: one fdatasync, never a second one after a failure (W6).
#include "core/sync.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "support/calls.h"
#include "support/scratch.h"

namespace wholeline::test {
namespace {

TEST_CASE("sync: a file that can be synced is") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Put("log", "1\n")));
  CHECK(SyncData(fd).error_number == 0);
}

TEST_CASE("sync: what cannot be synced says so") {
  const Scratch scratch;
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  const Descriptor out(ends[0]);
  const Descriptor in(ends[1]);
  const Outcome outcome = SyncData(in);
  CHECK(outcome.error_number == EINVAL);
  CHECK(outcome.syscall == Syscall::kSync);
  CHECK(SyncData(-1).error_number == EBADF);
}

TEST_CASE("sync: a failure is final, not even an interrupted one is tried again") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Put("log", "1\n")));
  for (const int error_number : {EIO, ENOSPC, EDQUOT, EINTR}) {
    int calls = 0;
    const Replaced sync_call(&Calls::fdatasync,
                             [&](int) { return ++calls == 1 ? FailWith(error_number) : 0; });
    const Outcome outcome = SyncData(fd);
    CHECK(outcome.error_number == error_number);
    CHECK(outcome.syscall == Syscall::kSync);
    CHECK(calls == 1);
  }
}

}  // namespace
}  // namespace wholeline::test
