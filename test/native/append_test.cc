// append_test.cc: one write in append mode, and its exact range (W1, W2, W7).
#include "core/append.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <thread>
#include <vector>

#include "support/calls.h"
#include "support/scratch.h"
#include "support/size_limit.h"

namespace wholeline::test {
namespace {

Outcome Write(int fd, std::string_view text) { return WriteOnce(fd, Bytes(text), text.size()); }

void CheckWrote(const Outcome& outcome, int64_t start, int64_t end) {
  CHECK(outcome.error_number == 0);
  CHECK(outcome.start == start);
  CHECK(outcome.end == end);
}

TEST_CASE("append: a write's range is where its bytes stand") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "before\n");
  const Descriptor fd(OpenOrStop(path));
  CheckWrote(Write(fd, "{\"a\":1}\n"), 7, 15);
  CheckWrote(Write(fd, "x"), 15, 16);
  CHECK(TextOf(path) == "before\n{\"a\":1}\nx");
}

TEST_CASE("append: another appender's records in between are neither overwritten nor counted") {
  const Scratch scratch;
  const std::string path = scratch.Path("log");
  const Descriptor fd(OpenOrStop(path));
  CheckWrote(Write(fd, "mine 1\n"), 0, 7);
  AppendAsOther(path, "theirs\n");
  CheckWrote(Write(fd, "mine 2\n"), 14, 21);
  CHECK(TextOf(path) == "mine 1\ntheirs\nmine 2\n");
}

TEST_CASE("append: the position that others move on the file does not matter, nor its shrinking") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "0123456789");
  const Descriptor fd(OpenOrStop(path));
  CheckWrote(Write(fd, "ab"), 10, 12);
  REQUIRE(truncate(path.c_str(), 3) == 0);
  CheckWrote(Write(fd, "cd"), 3, 5);
  CHECK(TextOf(path) == "012cd");
}

TEST_CASE("append: a look finds nothing against a place that is expected, or behind a line feed") {
  const Scratch scratch;
  const std::string path = scratch.Path("log");
  const Descriptor fd(OpenOrStop(path));
  const std::string longer(2 * kLookMostBytes, 'x');
  int64_t end = 0;
  for (const std::string& text : {std::string("mine\n"), longer + "\n", std::string("\n")}) {
    for (const bool is_alone : {true, false}) {
      const std::string theirs = is_alone ? "" : "theirs\n";
      if (!is_alone) AppendAsOther(path, theirs);
      const Outcome outcome = WriteOnceAndLook(fd, Bytes(text), text.size(), end);
      const auto start = end + static_cast<int64_t>(theirs.size());
      CheckWrote(outcome, start, start + static_cast<int64_t>(text.size()));
      CHECK(outcome.detail == 1);
      end = outcome.end;
    }
  }
}

TEST_CASE(
    "append: a look tells of a place behind an unfinished line, and of one before the expected") {
  const Scratch scratch;
  const std::string path = scratch.Path("log");
  const Descriptor fd(OpenOrStop(path));
  const auto write_and_look = [&](std::string_view text, int64_t expected) {
    return WriteOnceAndLook(fd, Bytes(text), text.size(), expected);
  };
  AppendAsOther(path, "torn");
  const Outcome spliced = write_and_look("mine\n", 0);
  CheckWrote(spliced, 4, 9);
  CHECK(spliced.detail == 0);
  REQUIRE(truncate(path.c_str(), 3) == 0);
  const Outcome before = write_and_look("mine\n", 9);
  CheckWrote(before, 3, 8);
  CHECK(before.detail == 0);
}

TEST_CASE("append: a look tells where its own bytes are gone, or nothing can be read") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "theirs\n");
  const Descriptor fd(OpenOrStop(path));
  {
    const Replaced unreadable(&Calls::pread,
                              [](int, void*, size_t, off_t) { return FailWith(EIO); });
    CHECK(WriteOnceAndLook(fd, Bytes("mine\n"), 5, 0).detail == 0);
  }
  const Replaced emptied(&Calls::pread, [&](int from, void* to, size_t length, off_t offset) {
    REQUIRE(truncate(path.c_str(), offset + 2) == 0);
    return real::Pread(from, to, length, offset);
  });
  CHECK(WriteOnceAndLook(fd, Bytes("mine\n"), 5, 0).detail == 0);
}

TEST_CASE("append: a short write is not looked at") {
  const Scratch scratch;
  const std::string path = scratch.Path("log");
  const Descriptor fd(OpenOrStop(path));
  const SizeLimit limit(3);
  const Outcome outcome = WriteOnceAndLook(fd, Bytes("mine\n"), 5, 0);
  CheckWrote(outcome, 0, 3);
  CHECK(outcome.detail == 0);
}

// What one thread wrote, and where it was told that it stands.
struct Written {
  Outcome outcome;
  std::string text;
};

void AppendMany(const std::string& path, int writer, int records, std::vector<Written>* written) {
  const Descriptor fd(OpenForAppend(path.c_str(), {}).fd);
  for (int i = 0; i < records; i++) {
    std::string text = std::to_string(writer) + ":" + std::to_string(i);
    text.append(static_cast<size_t>((i * 37 + writer * 11) % 400), 'x').push_back('\n');
    const Outcome outcome = Write(fd, text);
    written->push_back({outcome, std::move(text)});
  }
}

TEST_CASE("append: threads with a description each get ranges that hold exactly their bytes") {
  constexpr int kWriters = 4;
  constexpr int kRecords = 4000;
  const Scratch scratch;
  const std::string path = scratch.Path("log");
  std::vector<Written> written[kWriters];
  std::vector<std::thread> threads;
  for (int writer = 0; writer < kWriters; writer++) {
    threads.emplace_back(AppendMany, path, writer, kRecords, &written[writer]);
  }
  for (std::thread& thread : threads) thread.join();

  const std::string text = TextOf(path);
  size_t bytes = 0;
  int wrong = 0;
  for (const std::vector<Written>& by_one : written) {
    for (const auto& [outcome, record] : by_one) {
      bytes += record.size();
      const bool placed =
          outcome.error_number == 0 && outcome.end - outcome.start == int64_t(record.size()) &&
          text.compare(static_cast<size_t>(outcome.start), record.size(), record) == 0;
      if (!placed) wrong++;
    }
  }
  CHECK(wrong == 0);
  CHECK(bytes == text.size());  // so the ranges cover the file, and none lies over another
}

TEST_CASE("append: a write cut short at any byte says so by its range, and the next one says why") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "first line\n");
  const std::string record = "{\"text\":\"a record of some length\"}\n";
  const Descriptor fd(OpenOrStop(path));
  for (size_t cut = 1; cut < record.size(); cut++) {
    CAPTURE(cut);
    Outcome torn, refused;
    {
      const SizeLimit limit(11 + cut);
      torn = Write(fd, record);
      refused = Write(fd, record);
    }
    CheckWrote(torn, 11, static_cast<int64_t>(11 + cut));
    CHECK(refused.error_number == EFBIG);
    CHECK(refused.syscall == Syscall::kWrite);
    CHECK(refused.start == 0);
    CHECK(refused.end == 0);
    CHECK(TextOf(path) == "first line\n" + record.substr(0, cut));
    REQUIRE(truncate(path.c_str(), 11) == 0);
  }
  CheckWrote(Write(fd, record), 11, static_cast<int64_t>(11 + record.size()));
}

TEST_CASE("append: a write that finds no room at all is an error, not a short write") {
  const Scratch scratch;
  const Descriptor fd(open("/dev/full", O_WRONLY | O_CLOEXEC));
  const Outcome outcome = Write(fd, "x\n");
  CHECK(outcome.error_number == ENOSPC);
  CHECK(outcome.syscall == Syscall::kWrite);
}

TEST_CASE("append: a short write is not continued, for another's record may follow it") {
  const Scratch scratch;
  const std::string path = scratch.Path("log");
  const Descriptor fd(OpenOrStop(path));
  int calls = 0;
  const Replaced write_call(&Calls::write, [&](int to, const void* bytes, size_t length) {
    calls++;
    return real::Write(to, bytes, length / 2);
  });
  CheckWrote(Write(fd, "12345678"), 0, 4);
  CHECK(calls == 1);
}

TEST_CASE("append: an interrupted write that wrote nothing is tried again") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Path("log")));
  int calls = 0;
  const Replaced write_call(&Calls::write, [&](int to, const void* bytes, size_t length) {
    return ++calls <= 3 ? FailWith(EINTR) : real::Write(to, bytes, length);
  });
  CheckWrote(Write(fd, "abc\n"), 0, 4);
  CHECK(calls == 4);
}

TEST_CASE("append: where the place of written bytes is unknown, the outcome says lseek and -1") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Path("log")));
  const Replaced lseek_call(&Calls::lseek, [](int, off_t, int) { return FailWith(ESPIPE); });
  const Outcome outcome = Write(fd, "abc\n");
  CHECK(outcome.error_number == ESPIPE);
  CHECK(outcome.syscall == Syscall::kLseek);
  CHECK(outcome.start == -1);
  CHECK(outcome.end - outcome.start == 4);
}

TEST_CASE("append: the most that one write takes is kWriteMostBytes") {
  // Address space only: /dev/null reads none of it. The call goes to the kernel
  // directly, because a sanitizer would look at every byte.
  constexpr size_t kLength = kWriteMostBytes + 4096;
  void* bytes =
      mmap(nullptr, kLength, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  REQUIRE(bytes != MAP_FAILED);
  const Descriptor fd(open("/dev/null", O_WRONLY | O_CLOEXEC));
  const Replaced write_call(&Calls::write, [](int to, const void* from, size_t length) {
    return real::WriteByNumber(to, from, length);
  });
  const Outcome outcome = WriteOnce(fd, static_cast<const uint8_t*>(bytes), kLength);
  munmap(bytes, kLength);
  CHECK(outcome.end - outcome.start == kWriteMostBytes);
}

// The reason for never appending by pwrite(2), and for the second descriptor in
// erase.cc: pwrite(2), BUGS.
TEST_CASE("append: pwrite on an O_APPEND descriptor appends, and the position does not tell") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "0123456789");
  const Descriptor fd(OpenOrStop(path));
  REQUIRE(pwrite(fd, "AB", 2, 0) == 2);
  CHECK(TextOf(path) == "0123456789AB");
  CHECK(lseek(fd, 0, SEEK_CUR) == 0);
}

TEST_CASE("append and sync: what was written whole is synced once") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Path("log")));
  int syncs = 0;
  const Replaced sync_call(&Calls::fdatasync, [&](int of) {
    syncs++;
    return real::Fdatasync(of);
  });
  CheckWrote(WriteOnceAndSync(fd, Bytes("abc\n"), 4), 0, 4);
  CHECK(syncs == 1);
}

TEST_CASE("append and sync: what was written in part or not at all is not synced") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Path("log")));
  int syncs = 0;
  const Replaced sync_call(&Calls::fdatasync, [&](int) { return ++syncs; });
  Outcome torn, refused;
  {
    const SizeLimit limit(3);
    torn = WriteOnceAndSync(fd, Bytes("abc\n"), 4);
    refused = WriteOnceAndSync(fd, Bytes("abc\n"), 4);
  }
  CheckWrote(torn, 0, 3);
  CHECK(refused.error_number == EFBIG);
  CHECK(syncs == 0);
}

TEST_CASE("append and sync: a failed sync keeps the range of what was written") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "1\n");
  const Descriptor fd(OpenOrStop(path));
  const Replaced sync_call(&Calls::fdatasync, [](int) { return FailWith(EIO); });
  const Outcome outcome = WriteOnceAndSync(fd, Bytes("abc\n"), 4);
  CHECK(outcome.error_number == EIO);
  CHECK(outcome.syscall == Syscall::kSync);
  CHECK(outcome.start == 2);
  CHECK(outcome.end == 6);
}

}  // namespace
}  // namespace wholeline::test
