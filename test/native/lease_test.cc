// lease_test.cc: what is done under a lease beside cutting: asking for one, and writing again in
// place.
#include "core/lease.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "core/status.h"
#include "core/truncate.h"
#include "support/calls.h"
#include "support/scratch.h"

namespace wholeline::test {
namespace {

TEST_CASE("lease: asking for one says whether it would be granted, and keeps none") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "text\n");
  const Descriptor fd(OpenOrStop(path));
  CHECK(ProbeLease(fd).error_number == 0);
  const Descriptor reader(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  REQUIRE(reader >= 0);
  CHECK(ProbeLease(fd).error_number == EAGAIN);
}

TEST_CASE("writers: a file that only readers have open has none, and no lease is kept") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "text\n");
  const Descriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const Descriptor reader(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  CHECK(ProbeWriters(fd).error_number == 0);
  CHECK(fcntl(fd, F_GETLEASE) == F_UNLCK);
}

TEST_CASE("writers: an open for appending is one, until it is closed") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "text\n");
  const Descriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  {
    const Descriptor writer(OpenOrStop(path));
    CHECK(ProbeWriters(fd).error_number == EAGAIN);
  }
  CHECK(ProbeWriters(fd).error_number == 0);
  CHECK(ProbeWriters(-1).error_number == EBADF);
}

TEST_CASE("rewrite: the bytes that end the file are written again in their place") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "kept\nagain\n");
  const Descriptor fd(OpenOrStop(path));
  const Outcome outcome = RewriteUnderLease(fd, 5, Bytes("again\n"), 6);
  CHECK(outcome.error_number == 0);
  CHECK(outcome.start == 5);
  CHECK(outcome.end == 11);
  CHECK(TextOf(path) == "kept\nagain\n");
}

TEST_CASE("rewrite: a file that grew, or that others have open, is left as it is") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "kept\nagain\n");
  const Descriptor fd(OpenOrStop(path));
  AppendAsOther(path, "theirs\n");
  CHECK(RewriteUnderLease(fd, 5, Bytes("again\n"), 6).detail ==
        static_cast<int64_t>(Truncation::kGrown));
  const Descriptor reader(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  CHECK(RewriteUnderLease(fd, 11, Bytes("theirs\n"), 7).error_number == EAGAIN);
  CHECK(TextOf(path) == "kept\nagain\ntheirs\n");
}

TEST_CASE("rewrite: other bytes of the same length are left as they are") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "kept\nother\n");
  const Descriptor fd(OpenOrStop(path));
  CHECK(RewriteUnderLease(fd, 5, Bytes("again\n"), 6).detail ==
        static_cast<int64_t>(Truncation::kNotOurs));
  CHECK(TextOf(path) == "kept\nother\n");
}

TEST_CASE("truncate: one that reports success and cuts nothing is noticed") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "whole\ntorn");
  const Descriptor fd(OpenOrStop(path));
  const Replaced ftruncate_call(&Calls::ftruncate, [](int, off_t) { return 0; });
  const Outcome outcome = TruncateUnderLease(fd, 10, 6);
  CHECK(outcome.error_number == 0);
  CHECK(outcome.detail == static_cast<int64_t>(Truncation::kNotCut));
}

TEST_CASE("mode: permission bits are set whatever the umask, and told with the size") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Put("log", "text\n")));
  CHECK(SetMode(fd, 0640).error_number == 0);
  const Outcome size = Size(fd);
  CHECK(size.end == 5);
  CHECK(size.detail == 0640);
}

}  // namespace
}  // namespace wholeline::test
