// read_test.cc: bytes at an offset, without moving the position.
#include "core/read.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cerrno>

#include "support/calls.h"
#include "support/scratch.h"

namespace wholeline::test {
namespace {

// What ReadAt gives for length bytes at offset.
std::string Read(int fd, size_t length, int64_t offset) {
  std::string text(length, '?');
  const Outcome outcome = ReadAt(fd, Bytes(text), length, offset);
  CHECK(outcome.error_number == 0);
  CHECK(outcome.start == offset);
  text.resize(static_cast<size_t>(outcome.end - outcome.start));
  return text;
}

TEST_CASE("read: exactly the bytes at the offset, or as many as there are") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Put("log", "0123456789")));
  CHECK(Read(fd, 4, 3) == "3456");
  CHECK(Read(fd, 10, 0) == "0123456789");
  CHECK(Read(fd, 10, 7) == "789");
  CHECK(Read(fd, 1, 10).empty());
  CHECK(Read(fd, 1, 1'000'000).empty());
  CHECK(Read(fd, 0, 0).empty());
}

TEST_CASE("read: the position that tells ranges stays where it is") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Put("log", "0123456789")));
  REQUIRE(lseek(fd, 5, SEEK_SET) == 5);
  CHECK(Read(fd, 4, 3) == "3456");
  CHECK(lseek(fd, 0, SEEK_CUR) == 5);
}

TEST_CASE("read: short and interrupted reads go on") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Put("log", "0123456789")));
  int calls = 0;
  const Replaced pread_call(&Calls::pread, [&](int of, void* bytes, size_t, off_t offset) {
    return ++calls % 2 == 0 ? FailWith(EINTR) : real::Pread(of, bytes, 3, offset);
  });
  CHECK(Read(fd, 9, 1) == "123456789");
}

TEST_CASE("read: a failure after some bytes is a failure") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Put("log", "0123456789")));
  int calls = 0;
  const Replaced pread_call(&Calls::pread, [&](int of, void* bytes, size_t, off_t offset) {
    return ++calls == 2 ? FailWith(EIO) : real::Pread(of, bytes, 3, offset);
  });
  uint8_t bytes[10];
  const Outcome outcome = ReadAt(fd, bytes, sizeof bytes, 0);
  CHECK(outcome.error_number == EIO);
  CHECK(outcome.syscall == Syscall::kRead);
}

TEST_CASE("read: an offset before the file is an error") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Put("log", "0123456789")));
  uint8_t byte;
  CHECK(ReadAt(fd, &byte, 1, -1).error_number == EINVAL);
}

}  // namespace
}  // namespace wholeline::test
