// rename_test.cc: one file takes the place of another.
#include "core/rename.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cerrno>
#include <climits>

#include "support/scratch.h"

namespace wholeline::test {
namespace {

Outcome RenameTo(const std::string& from, const std::string& to) {
  return Rename(from.c_str(), reinterpret_cast<const uint8_t*>(to.data()), to.size());
}

TEST_CASE("rename: takes the place of what was there") {
  const Scratch scratch;
  const std::string from = scratch.Put("cursor.tmp", "new");
  const std::string to = scratch.Put("cursor", "old");
  CHECK(RenameTo(from, to).error_number == 0);
  CHECK(TextOf(to) == "new");
  CHECK(access(from.c_str(), F_OK) != 0);
}

TEST_CASE("rename: a failure names its call and changes nothing") {
  const Scratch scratch;
  const std::string from = scratch.Put("cursor.tmp", "new");
  const Outcome outcome = RenameTo(from, scratch.Path("missing/cursor"));
  CHECK(outcome.error_number == ENOENT);
  CHECK(outcome.syscall == Syscall::kRename);
  CHECK(TextOf(from) == "new");
}

TEST_CASE("rename: what is no name is refused") {
  const Scratch scratch;
  const std::string from = scratch.Put("cursor.tmp", "new");
  CHECK(RenameTo(from, "").error_number == EINVAL);
  CHECK(RenameTo(from, scratch.Path(std::string("a\0b", 3))).error_number == EINVAL);
  CHECK(RenameTo(from, std::string(PATH_MAX, 'n')).error_number == ENAMETOOLONG);
  CHECK(TextOf(from) == "new");
}

}  // namespace
}  // namespace wholeline::test
