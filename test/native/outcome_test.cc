// outcome_test.cc: every system call of the core has the name of its manual page.
#include "core/outcome.h"

#include <doctest/doctest.h>

#include <cerrno>
#include <set>

namespace wholeline::test {
namespace {

TEST_CASE("outcome: each system call has a name, and no two have the same") {
  std::set<std::string> names;
  const int count = static_cast<int>(Syscall::kCount);
  for (int i = 0; i < count; i++) names.insert(SyscallName(static_cast<Syscall>(i)));
  CHECK(names.size() == static_cast<size_t>(count));
  CHECK(std::string(SyscallName(Syscall::kNone)).empty());
  CHECK(std::string(SyscallName(Syscall::kWrite)) == "write");
  CHECK(std::string(SyscallName(Syscall::kTruncate)) == "ftruncate");
  CHECK(std::string(SyscallName(Syscall::kRead)) == "pread");
  CHECK(std::string(SyscallName(Syscall::kSync)) == "fdatasync");
}

TEST_CASE("outcome: a failure carries its errno and its system call, and no range") {
  const Outcome failed = Failed(Syscall::kWrite, ENOSPC);
  CHECK(failed.error_number == ENOSPC);
  CHECK(failed.syscall == Syscall::kWrite);
  CHECK(failed.start == 0);
  CHECK(failed.end == 0);
  CHECK(Done(3, 5).error_number == 0);
}

}  // namespace
}  // namespace wholeline::test
