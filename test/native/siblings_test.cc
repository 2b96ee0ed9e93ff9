// siblings_test.cc: the names beside a path that begin with its own.
#include "core/siblings.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <string>

#include "support/scratch.h"

namespace wholeline::test {
namespace {

std::set<std::string> SiblingsOf(const std::string& path, size_t capacity = 4096) {
  std::string text(capacity, '?');
  const Outcome outcome = ListSiblings(path.c_str(), Bytes(text), capacity);
  CHECK(outcome.error_number == 0);
  std::set<std::string> names;
  const auto whole = static_cast<size_t>(outcome.end);
  for (size_t from = 0; from < whole;) {
    const size_t slash = text.find('/', from);
    REQUIRE(slash < whole);
    names.insert(text.substr(from, slash - from));
    from = slash + 1;
  }
  return names;
}

TEST_CASE("siblings: longer names that begin alike, and no others") {
  const Scratch scratch;
  for (const char* name : {"log", "log.1", "log-20260131", "logs", "lo", "other.1"}) {
    (void)scratch.Put(name, "");
  }
  CHECK(SiblingsOf(scratch.Path("log")) == std::set<std::string>{"log.1", "log-20260131", "logs"});
  CHECK(SiblingsOf(scratch.Path("nothing")).empty());
}

TEST_CASE("siblings: the path itself need not be there, its directory must") {
  const Scratch scratch;
  (void)scratch.Put("log.1", "");
  CHECK(SiblingsOf(scratch.Path("log")) == std::set<std::string>{"log.1"});
  uint8_t byte;
  const Outcome outcome = ListSiblings(scratch.Path("missing/log").c_str(), &byte, 1);
  CHECK(outcome.error_number == ENOENT);
  CHECK(outcome.syscall == Syscall::kOpendir);
}

TEST_CASE("siblings: names that do not fit are an error, not left out") {
  const Scratch scratch;
  (void)scratch.Put("log.1", "");
  (void)scratch.Put("log.2", "");
  std::string text(11, '?');
  CHECK(ListSiblings(scratch.Path("log").c_str(), Bytes(text), 11).error_number == ERANGE);
  CHECK(SiblingsOf(scratch.Path("log"), 12).size() == 2);
}

}  // namespace
}  // namespace wholeline::test
