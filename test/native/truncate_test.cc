// truncate_test.cc: our fragment is cut off only under proof that we are alone (W2).
#include "core/truncate.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "core/lock.h"
#include "support/calls.h"
#include "support/child.h"
#include "support/scratch.h"

namespace wholeline::test {
namespace {

void CheckTruncation(const Outcome& outcome, Truncation what) {
  CHECK(outcome.error_number == 0);
  CHECK(outcome.detail == static_cast<int64_t>(what));
}

void CheckNoLease(const Outcome& outcome, int error_number) {
  CHECK(outcome.error_number == error_number);
  CHECK(outcome.syscall == Syscall::kFcntl);
}

// Nobody holds a lease if a non-blocking open does not meet one.
bool IsLeaseFree(const std::string& path) {
  const Descriptor fd(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  return fd >= 0;
}

TEST_CASE("truncate: alone with the file, the lease is granted and the fragment cut") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "whole\ntorn");
  const Descriptor fd(OpenOrStop(path));
  const Outcome outcome = TruncateUnderLease(fd, 10, 6);
  CheckTruncation(outcome, Truncation::kDone);
  CHECK(outcome.end == 6);
  CHECK(TextOf(path) == "whole\n");
  CHECK(IsLeaseFree(path));
}

TEST_CASE("truncate: again and again on the same descriptor") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "0123456789");
  const Descriptor fd(OpenOrStop(path));
  for (int64_t end = 10; end > 0; end--) {
    CheckTruncation(TruncateUnderLease(fd, end, end - 1), Truncation::kDone);
  }
  CHECK(TextOf(path).empty());
}

TEST_CASE("truncate: a file that grew is somebody else's too: nothing is cut") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "whole\ntorn");
  const Descriptor fd(OpenOrStop(path));
  AppendAsOther(path, "theirs\n");
  CheckTruncation(TruncateUnderLease(fd, 10, 6), Truncation::kGrown);
  CHECK(TextOf(path) == "whole\ntorntheirs\n");
  CHECK(IsLeaseFree(path));
}

TEST_CASE("truncate: a file that shrank is not cut either, nor filled up") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "whole\n");
  const Descriptor fd(OpenOrStop(path));
  CheckTruncation(TruncateUnderLease(fd, 10, 8), Truncation::kGrown);
  CHECK(TextOf(path) == "whole\n");
}

TEST_CASE("truncate: a file that was emptied and filled to the same length is not ours to cut") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "whole\ntorn");
  const Descriptor fd(OpenOrStop(path));
  const auto* others = reinterpret_cast<const uint8_t*>("tore");
  CheckTruncation(TruncateUnderLease(fd, 10, 6, others), Truncation::kNotOurs);
  CheckTruncation(TruncateUnderLock(fd, 10, 6, others), Truncation::kNotOurs);
  CHECK(TextOf(path) == "whole\ntorn");
  CHECK(IsLeaseFree(path));
  const auto* ours = reinterpret_cast<const uint8_t*>("torn");
  CheckTruncation(TruncateUnderLease(fd, 10, 6, ours), Truncation::kDone);
  CHECK(TextOf(path) == "whole\n");
}

TEST_CASE("truncate: every byte of a long fragment is compared") {
  const Scratch scratch;
  std::string fragment(40000, 'x');
  const std::string path = scratch.Put("log", fragment);
  const Descriptor fd(OpenOrStop(path));
  const auto* bytes = reinterpret_cast<const uint8_t*>(fragment.data());
  for (const size_t at : {size_t{0}, size_t{16383}, size_t{16384}, size_t{39999}}) {
    fragment[at] = 'y';
    CheckTruncation(TruncateUnderLease(fd, 40000, 0, bytes), Truncation::kNotOurs);
    fragment[at] = 'x';
  }
  CheckTruncation(TruncateUnderLease(fd, 40000, 0, bytes), Truncation::kDone);
}

TEST_CASE("truncate: a reader of this process denies the lease") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "whole\ntorn");
  const Descriptor fd(OpenOrStop(path));
  {
    const Descriptor reader(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    CheckNoLease(TruncateUnderLease(fd, 10, 6), EAGAIN);
    CHECK(TextOf(path) == "whole\ntorn");
  }
  CheckTruncation(TruncateUnderLease(fd, 10, 6), Truncation::kDone);
}

TEST_CASE("truncate: a reader in another process denies the lease until it goes") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "whole\ntorn");
  Child reader([&](const Link& parent) {
    const Descriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    parent.Tell();
    (void)parent.Hear();
    return 0;
  });
  REQUIRE(reader.Hear() == 0);
  const Descriptor fd(OpenOrStop(path));
  CheckNoLease(TruncateUnderLease(fd, 10, 6), EAGAIN);
  CHECK(TextOf(path) == "whole\ntorn");
  reader.KillNine();
  CheckTruncation(TruncateUnderLease(fd, 10, 6), Truncation::kDone);
}

TEST_CASE("truncate: a descriptor that a child process inherited is no second open") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "whole\ntorn");
  const Descriptor fd(OpenOrStop(path));
  Child heir([&](const Link& parent) {
    (void)parent.Hear();
    return 0;
  });
  CheckTruncation(TruncateUnderLease(fd, 10, 6), Truncation::kDone);
}

TEST_CASE("truncate: who does not own the file gets no lease") {
  if (geteuid() != 0)
    return Skip("a lease for who is not the owner", "needs root to change the user");
  const Scratch scratch;
  const std::string path = scratch.Put("log", "whole\ntorn");
  // In a child: the change of user cannot be taken back everywhere.
  Child stranger([&](const Link&) {
    const int fd = OpenForAppend(path.c_str(), {}).fd;
    if (fd < 0 || seteuid(65534) != 0) return 255;
    const Outcome outcome = TruncateUnderLease(fd, 10, 6);
    return outcome.syscall == Syscall::kFcntl ? outcome.error_number : 254;
  });
  CHECK(stranger.Wait() == EACCES);
  CHECK(TextOf(path) == "whole\ntorn");
}

TEST_CASE("truncate: what is no file has no lease") {
  const Scratch scratch;
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  const Descriptor out(ends[0]);
  const Descriptor in(ends[1]);
  CheckNoLease(TruncateUnderLease(in, 0, 0), EINVAL);
  CheckNoLease(TruncateUnderLease(-1, 0, 0), EBADF);
}

TEST_CASE("truncate: where ftruncate is refused, the lease is let go all the same") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "whole\ntorn");
  const Descriptor fd(OpenOrStop(path));
  const Replaced cut_call(&Calls::ftruncate, [](int, off_t) { return FailWith(ENOSPC); });
  for (const bool under_lease : {true, false}) {
    const Outcome outcome =
        under_lease ? TruncateUnderLease(fd, 10, 6) : TruncateUnderLock(fd, 10, 6);
    CHECK(outcome.error_number == ENOSPC);
    CHECK(outcome.syscall == Syscall::kTruncate);
  }
  CHECK(IsLeaseFree(path));
}

TEST_CASE("truncate: an interrupted ftruncate is tried again") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "whole\ntorn");
  const Descriptor fd(OpenOrStop(path));
  int calls = 0;
  const Replaced cut_call(&Calls::ftruncate, [&](int of, off_t end) {
    return ++calls <= 2 ? FailWith(EINTR) : real::Ftruncate(of, end);
  });
  CheckTruncation(TruncateUnderLease(fd, 10, 6), Truncation::kDone);
  CHECK(TextOf(path) == "whole\n");
}

TEST_CASE("truncate: under the exclusive lock, readers do not matter and growth does") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "whole\ntorn");
  const Descriptor fd(OpenOrStop(path));
  REQUIRE(TryLock(fd, LockMode::kExclusive).error_number == 0);
  const Descriptor reader(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  CheckTruncation(TruncateUnderLock(fd, 9, 6), Truncation::kGrown);
  CHECK(TextOf(path) == "whole\ntorn");
  CheckTruncation(TruncateUnderLock(fd, 10, 6), Truncation::kDone);
  CHECK(TextOf(path) == "whole\n");
}

}  // namespace
}  // namespace wholeline::test
