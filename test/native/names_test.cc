// names_test.cc: second names, names taken away, and the path behind links.
#include "core/names.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>

#include "core/status.h"
#include "support/scratch.h"

namespace wholeline::test {
namespace {

Outcome LinkTo(const std::string& from, const std::string& to) {
  return Link(from.c_str(), Bytes(to), to.size());
}

TEST_CASE("link: the file has both names") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "text\n");
  CHECK(LinkTo(path, scratch.Path("log.damaged")).error_number == 0);
  CHECK(TextOf(scratch.Path("log.damaged")) == "text\n");
  CHECK(StatusOfPath(path.c_str()).links == 2);
}

TEST_CASE("link: never takes the place of anything, not even of a dangling link") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "text\n");
  const std::string other = scratch.Put("other", "theirs\n");
  REQUIRE(symlink("nowhere", scratch.Path("dangling").c_str()) == 0);
  const Outcome outcome = LinkTo(path, other);
  CHECK(outcome.error_number == EEXIST);
  CHECK(outcome.syscall == Syscall::kLink);
  CHECK(TextOf(other) == "theirs\n");
  CHECK(LinkTo(path, scratch.Path("dangling")).error_number == EEXIST);
}

TEST_CASE("link: what is no name is refused") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "text\n");
  CHECK(LinkTo(path, "").error_number == EINVAL);
  CHECK(LinkTo(path, scratch.Path(std::string("a\0b", 3))).error_number == EINVAL);
  CHECK(LinkTo(path, std::string(PATH_MAX, 'n')).error_number == ENAMETOOLONG);
  CHECK(LinkTo(path, scratch.Path("missing/log")).error_number == ENOENT);
}

TEST_CASE("unlink: takes one name away, and leaves the other") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "text\n");
  REQUIRE(LinkTo(path, scratch.Path("second")).error_number == 0);
  CHECK(Unlink(path.c_str()).error_number == 0);
  CHECK(access(path.c_str(), F_OK) != 0);
  CHECK(TextOf(scratch.Path("second")) == "text\n");
  const Outcome again = Unlink(path.c_str());
  CHECK(again.error_number == ENOENT);
  CHECK(again.syscall == Syscall::kUnlink);
}

TEST_CASE("resolve links: the path of the file itself, through links to it and to its folder") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "text\n");
  REQUIRE(symlink("log", scratch.Path("link").c_str()) == 0);
  REQUIRE(symlink(scratch.folder().c_str(), scratch.Path("folder").c_str()) == 0);
  char wanted[PATH_MAX];
  REQUIRE(realpath(path.c_str(), wanted) != nullptr);
  for (const char* name : {"log", "link", "folder/link"}) {
    std::string text(PATH_MAX, '?');
    const Outcome outcome = ResolveLinks(scratch.Path(name).c_str(), Bytes(text), text.size());
    CHECK(outcome.error_number == 0);
    CHECK(text.substr(0, static_cast<size_t>(outcome.end)) == wanted);
  }
}

TEST_CASE("resolve links: where nothing is, or there is no room, is an error") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "");
  std::string text(PATH_MAX, '?');
  const Outcome missing = ResolveLinks(scratch.Path("missing").c_str(), Bytes(text), text.size());
  CHECK(missing.error_number == ENOENT);
  CHECK(missing.syscall == Syscall::kRealpath);
  CHECK(ResolveLinks(path.c_str(), Bytes(text), 3).error_number == ENAMETOOLONG);
}

TEST_CASE("owner: who has the file and how many names it has, as stat(2) says") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "text\n");
  REQUIRE(LinkTo(path, scratch.Path("second")).error_number == 0);
  const Descriptor fd(OpenOrStop(path));
  const Outcome outcome = Owner(fd);
  CHECK(outcome.error_number == 0);
  CHECK(outcome.start == geteuid());
  CHECK(outcome.detail == 2);
  CHECK(Owner(-1).error_number == EBADF);
}

TEST_CASE("owner: giving a file to whom it belongs already is always allowed") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Put("log", "")));
  const Outcome owner = Owner(fd);
  const auto user = static_cast<uint32_t>(owner.start);
  const auto group = static_cast<uint32_t>(owner.end);
  CHECK(SetOwner(fd, user, group).error_number == 0);
  CHECK(SetOwner(-1, user, group).error_number == EBADF);
}

TEST_CASE("owner: root gives a file away, others are refused") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Put("log", "")));
  const Outcome outcome = SetOwner(fd, 4242, 4343);
  if (geteuid() != 0) {
    CHECK(outcome.error_number == EPERM);
    CHECK(outcome.syscall == Syscall::kChown);
    return;
  }
  CHECK(outcome.error_number == 0);
  CHECK(Owner(fd).start == 4242);
  CHECK(Owner(fd).end == 4343);
}

}  // namespace
}  // namespace wholeline::test
