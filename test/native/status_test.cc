// status_test.cc: what a file is, how long, and whether a path leads to it.
#include "core/status.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>

#include "support/scratch.h"

namespace wholeline::test {
namespace {

TEST_CASE("status: agrees with stat(2) in type, size, identity and names") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "12345");
  REQUIRE(link(path.c_str(), scratch.Path("second name").c_str()) == 0);
  const Descriptor fd(OpenOrStop(path));
  struct stat wanted;
  REQUIRE(fstat(fd, &wanted) == 0);
  for (const FileStatus& status : {StatusOf(fd), StatusOfPath(path.c_str())}) {
    CHECK(status.error_number == 0);
    CHECK(status.mode == wanted.st_mode);
    CHECK(status.size == 5);
    CHECK(status.inode == wanted.st_ino);
    CHECK(status.device == wanted.st_dev);
    CHECK(status.links == 2);
  }
}

TEST_CASE("status: a path is followed through links") {
  const Scratch scratch;
  (void)scratch.Put("log", "12345");
  REQUIRE(symlink("log", scratch.Path("link").c_str()) == 0);
  CHECK(StatusOfPath(scratch.Path("link").c_str()).size == 5);
  CHECK(S_ISDIR(StatusOfPath(scratch.folder().c_str()).mode));
}

TEST_CASE("status: what is not there or not open is an error") {
  const Scratch scratch;
  CHECK(StatusOfPath(scratch.Path("log").c_str()).error_number == ENOENT);
  CHECK(StatusOf(-1).error_number == EBADF);
  CHECK(Size(-1).error_number == EBADF);
  CHECK(Size(-1).syscall == Syscall::kStat);
}

TEST_CASE("size: grows and shrinks with the file, and leaves the position alone") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "12345");
  const Descriptor fd(OpenOrStop(path));
  REQUIRE(lseek(fd, 3, SEEK_SET) == 3);
  CHECK(Size(fd).end == 5);
  AppendAsOther(path, "678");
  CHECK(Size(fd).end == 8);
  REQUIRE(truncate(path.c_str(), 1) == 0);
  CHECK(Size(fd).end == 1);
  CHECK(lseek(fd, 0, SEEK_CUR) == 3);
}

TEST_CASE("size: beyond 4 GiB") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "");
  const Descriptor fd(OpenOrStop(path));
  const int64_t size = (int64_t{5} << 30) + 7;
  REQUIRE(truncate(path.c_str(), size) == 0);
  CHECK(Size(fd).end == size);
}

TEST_CASE("times: a file is born once and written to later") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "12345");
  const Descriptor fd(OpenOrStop(path));
  const Outcome before = Times(fd);
  CHECK(before.error_number == 0);
  const timespec later[2] = {{2'000'000'000, 0}, {2'000'000'000, 7'000}};
  REQUIRE(futimens(fd, later) == 0);
  const Outcome after = Times(fd);
  CHECK(after.start == before.start);
  CHECK(after.end == 2'000'000'000'000'007);
  CHECK(Times(-1).error_number == EBADF);
}

TEST_CASE("leads to: yes for the file itself, by any of its names") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "12345");
  const Descriptor fd(OpenOrStop(path));
  REQUIRE(symlink("log", scratch.Path("link").c_str()) == 0);
  for (const std::string& name : {path, scratch.Path("link")}) {
    const Outcome outcome = LeadsTo(fd, name.c_str());
    CHECK(outcome.error_number == 0);
    CHECK(outcome.detail == 1);
    CHECK(outcome.end == 5);
  }
}

TEST_CASE("leads to: no once the file is renamed, replaced or unlinked") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "12345");
  const Descriptor fd(OpenOrStop(path));
  REQUIRE(rename(path.c_str(), scratch.Path("log.1").c_str()) == 0);
  CHECK(LeadsTo(fd, path.c_str()).detail == 0);
  (void)scratch.Put("log", "of somebody else");
  const Outcome replaced = LeadsTo(fd, path.c_str());
  CHECK(replaced.error_number == 0);
  CHECK(replaced.detail == 0);
  CHECK(replaced.end == 5);  // of the open file, not of the other
  REQUIRE(unlink(scratch.Path("log.1").c_str()) == 0);
  CHECK(LeadsTo(fd, scratch.Path("log.1").c_str()).detail == 0);
  CHECK(StatusOf(fd).links == 0);
}

TEST_CASE("leads to: no where a parent has become a file; an error where nobody can tell") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Path("a/log")));
  const std::string under_a_file = scratch.Put("file", "") + "/log";
  const Outcome outcome = LeadsTo(fd, under_a_file.c_str());
  CHECK(outcome.error_number == 0);
  CHECK(outcome.detail == 0);
  CHECK(LeadsTo(fd, scratch.Path(std::string(300, 'n')).c_str()).error_number == ENAMETOOLONG);
  CHECK(LeadsTo(-1, scratch.folder().c_str()).error_number == EBADF);
}

// What Identify says of the file.
std::string IdentityOf(int fd) {
  std::string text(64, '?');
  const Outcome outcome = Identify(fd, Bytes(text), text.size());
  CHECK(outcome.error_number == 0);
  return text.substr(0, static_cast<size_t>(outcome.end));
}

TEST_CASE("identify: the same for every open of a file by any name, as long as it lives") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "12345");
  REQUIRE(link(path.c_str(), scratch.Path("second name").c_str()) == 0);
  const Descriptor one(OpenOrStop(path));
  const Descriptor other(OpenOrStop(scratch.Path("second name")));
  const std::string identity = IdentityOf(one);
  CHECK(IdentityOf(other) == identity);
  AppendAsOther(path, "678");
  REQUIRE(rename(path.c_str(), scratch.Path("log.1").c_str()) == 0);
  CHECK(IdentityOf(one) == identity);
  struct stat status;
  REQUIRE(fstat(one, &status) == 0);
  CHECK(identity.ends_with(":" + std::to_string(status.st_ino)));
}

TEST_CASE("identify: another for another file in the same place") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "12345");
  const Descriptor before(OpenOrStop(path));
  REQUIRE(rename(path.c_str(), scratch.Path("log.1").c_str()) == 0);
  const Descriptor after(OpenOrStop(scratch.Put("log", "12345")));
  CHECK(IdentityOf(before) != IdentityOf(after));
}

TEST_CASE("identify: where it does not fit, or nothing is open, is an error") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Put("log", "")));
  const auto needed = static_cast<size_t>(IdentityOf(fd).size());
  std::string text(64, '?');
  CHECK(Identify(fd, Bytes(text), needed).error_number == 0);
  CHECK(Identify(fd, Bytes(text), needed - 1).error_number == ERANGE);
  CHECK(Identify(fd, Bytes(text), 0).error_number == ERANGE);
  CHECK(Identify(-1, Bytes(text), text.size()).error_number == EBADF);
}

}  // namespace
}  // namespace wholeline::test
