// erase_test.cc: our own bytes become blanks, in place, and nobody else's do (W2).
#include "core/erase.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "support/child.h"
#include "support/scratch.h"

namespace wholeline::test {
namespace {

constexpr size_t kBlock = 16 * 1024;  // as in erase.cc

Outcome Erase(int fd, const std::string& path, std::string_view ours, int64_t start) {
  return EraseOwnBytes(fd, path.c_str(), Bytes(ours), ours.size(), start);
}

void CheckErasure(const Outcome& outcome, Erasure what) {
  CHECK(outcome.error_number == 0);
  CHECK(outcome.detail == static_cast<int64_t>(what));
}

// Text of which no two neighbouring blocks are alike.
std::string Pattern(size_t length) {
  std::string text(length, '\0');
  for (size_t i = 0; i < length; i++) text[i] = static_cast<char>('a' + (i * 7 + i / kBlock) % 26);
  return text;
}

TEST_CASE("erase: exactly the range becomes blanks") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "before\n{\"torn\":{\"after\":1}\n");
  const Descriptor fd(OpenOrStop(path));
  CheckErasure(Erase(fd, path, "{\"torn\":", 7), Erasure::kDone);
  CHECK(TextOf(path) == "before\n        {\"after\":1}\n");
}

TEST_CASE("erase: an LF at the end stays, for the next line may rely on it") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "glued {\"a\":1}\nnext\n");
  const Descriptor fd(OpenOrStop(path));
  CheckErasure(Erase(fd, path, "{\"a\":1}\n", 6), Erasure::kDone);
  CHECK(TextOf(path) == "glued        \nnext\n");
}

TEST_CASE("erase: of several lines only the last LF stays") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "1\n2\n3\nnext\n");
  const Descriptor fd(OpenOrStop(path));
  CheckErasure(Erase(fd, path, "1\n2\n3\n", 0), Erasure::kDone);
  CHECK(TextOf(path) == "     \nnext\n");
}

TEST_CASE("erase: works for lengths around the block size, and leaves what is beside") {
  for (const size_t length :
       {size_t{1}, kBlock - 1, kBlock, kBlock + 1, 2 * kBlock, 3 * kBlock + 5}) {
    for (const bool with_lf : {false, true}) {
      CAPTURE(length);
      CAPTURE(with_lf);
      const Scratch scratch;
      std::string ours = Pattern(length);
      std::string blank(length, ' ');
      if (with_lf) ours.back() = blank.back() = '\n';
      const std::string path = scratch.Put("log", "before\n" + ours + "after\n");
      const Descriptor fd(OpenOrStop(path));
      CheckErasure(Erase(fd, path, ours, 7), Erasure::kDone);
      CHECK(TextOf(path) == "before\n" + blank + "after\n");
    }
  }
}

TEST_CASE("erase: a range with one byte that is not ours is not touched at all") {
  const std::string ours = Pattern(kBlock + 100);
  for (const size_t at : {size_t{0}, size_t{50}, kBlock - 1, kBlock, kBlock + 99}) {
    CAPTURE(at);
    const Scratch scratch;
    std::string there = ours;
    there[at] = 'X';
    const std::string path = scratch.Put("log", there);
    const Descriptor fd(OpenOrStop(path));
    CheckErasure(Erase(fd, path, ours, 0), Erasure::kNotOurs);
    CHECK(TextOf(path) == there);
  }
}

TEST_CASE("erase: a file that ends inside the range does not hold our bytes") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "{\"to");
  const Descriptor fd(OpenOrStop(path));
  CheckErasure(Erase(fd, path, "{\"torn", 0), Erasure::kNotOurs);
  CheckErasure(Erase(fd, path, "{\"torn", 9), Erasure::kNotOurs);
  CHECK(TextOf(path) == "{\"to");
}

TEST_CASE("erase: a file that ends inside a later block of the range is not filled up") {
  const Scratch scratch;
  const std::string there(kBlock + 10, 'x');
  const std::string path = scratch.Put("log", there);
  const Descriptor fd(OpenOrStop(path));
  CheckErasure(Erase(fd, path, std::string(2 * kBlock, 'x'), 0), Erasure::kNotOurs);
  CHECK(TextOf(path) == there);
}

TEST_CASE("erase: what an earlier try left half blank is blanked to the end") {
  const std::string ours = "{\"a\":\"b\"}\n";
  for (size_t blanked = 1; blanked < ours.size(); blanked++) {
    CAPTURE(blanked);
    const Scratch scratch;
    std::string there = ours;
    there.replace(0, blanked, blanked, ' ');
    const std::string path = scratch.Put("log", there);
    const Descriptor fd(OpenOrStop(path));
    CheckErasure(Erase(fd, path, ours, 0), Erasure::kDone);
    CHECK(TextOf(path) == "         \n");
  }
}

TEST_CASE("erase: a blank in place of our last LF is not ours") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "{\"a\":1} ");
  const Descriptor fd(OpenOrStop(path));
  CheckErasure(Erase(fd, path, "{\"a\":1}\n", 0), Erasure::kNotOurs);
  CHECK(TextOf(path) == "{\"a\":1} ");
}

TEST_CASE("erase: works while another process has the file open for reading") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "1\n{\"torn");
  Child reader([&](const Link& parent) {
    const Descriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    parent.Tell();
    (void)parent.Hear();
    char text[16];
    return pread(fd, text, sizeof text, 0) == 8 && std::string_view(text, 8) == "1\n      " ? 0 : 1;
  });
  REQUIRE(reader.Hear() == 0);
  const Descriptor fd(OpenOrStop(path));
  CheckErasure(Erase(fd, path, "{\"torn", 2), Erasure::kDone);
  reader.Tell();
  CHECK(reader.Wait() == 0);
}

TEST_CASE("erase: what another appender adds meanwhile stays, and still stands in its place") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "{\"torn");
  const Descriptor fd(OpenOrStop(path));
  AppendAsOther(path, "{\"theirs\":1}\n");
  CheckErasure(Erase(fd, path, "{\"torn", 0), Erasure::kDone);
  CHECK(TextOf(path) == "      {\"theirs\":1}\n");
}

TEST_CASE("erase: the position that tells ranges stays, and so does O_APPEND") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "{\"torn");
  const Descriptor fd(OpenOrStop(path));
  REQUIRE(write(fd, "x", 1) == 1);
  CheckErasure(Erase(fd, path, "{\"torn", 0), Erasure::kDone);
  CHECK(lseek(fd, 0, SEEK_CUR) == 7);
  CHECK((fcntl(fd, F_GETFL) & O_APPEND) != 0);
}

}  // namespace
}  // namespace wholeline::test
