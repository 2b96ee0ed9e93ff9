// directories_test.cc: parents made from the top down, and synced upwards (W5).
#include "core/directories.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <filesystem>
#include <vector>

#include "support/calls.h"
#include "support/scratch.h"

namespace wholeline::test {
namespace {

namespace fs = std::filesystem;

Outcome MakeParents(const std::string& path) { return MakeParentDirectories(path.c_str()); }

void CheckMade(const Outcome& outcome, int64_t made) {
  CHECK(outcome.error_number == 0);
  CHECK(outcome.detail == made);
}

TEST_CASE("directories: only the missing parents are made, and counted") {
  const Scratch scratch;
  CheckMade(MakeParents(scratch.Path("log")), 0);
  CheckMade(MakeParents(scratch.Path("a/b/log")), 2);
  CHECK(fs::is_directory(scratch.Path("a/b")));
  CHECK_FALSE(fs::exists(scratch.Path("a/b/log")));
  CheckMade(MakeParents(scratch.Path("a/b/log")), 0);
  CheckMade(MakeParents(scratch.Path("a/b/c/d/e/log")), 3);
}

TEST_CASE("directories: doubled slashes, dots and a slash at the end count as nothing") {
  const Scratch scratch;
  CheckMade(MakeParents(scratch.Path("a//b/./log")), 2);
  CheckMade(MakeParents(scratch.Path("a/b/../c/log")), 1);
  CheckMade(MakeParents(scratch.Path("d/log/")), 1);
  CHECK_FALSE(fs::exists(scratch.Path("d/log")));
}

TEST_CASE("directories: names without a parent above them need nothing") {
  for (const char* path : {"log", ".", "/", "/log", "./log", "../log"}) {
    CAPTURE(path);
    CheckMade(MakeParents(path), 0);
  }
}

TEST_CASE("directories: their mode is left to the umask") {
  const Scratch scratch;
  const mode_t before = umask(02);
  const Outcome outcome = MakeParents(scratch.Path("a/log"));
  umask(before);
  CheckMade(outcome, 1);
  CHECK(fs::status(scratch.Path("a")).permissions() == fs::perms(0775));
}

TEST_CASE("directories: a link to a directory is as good as one") {
  const Scratch scratch;
  fs::create_directory(scratch.Path("real"));
  fs::create_directory_symlink("real", scratch.Path("link"));
  CheckMade(MakeParents(scratch.Path("link/a/log")), 1);
  CHECK(fs::is_directory(scratch.Path("real/a")));
}

TEST_CASE("directories: a file on the way gives ENOTDIR, a path too long ENAMETOOLONG") {
  const Scratch scratch;
  (void)scratch.Put("file", "");
  const Outcome on_the_way = MakeParents(scratch.Path("file/a/log"));
  CHECK(on_the_way.error_number == ENOTDIR);
  CHECK(on_the_way.syscall == Syscall::kMkdir);
  const std::string long_path = scratch.Path(std::string(PATH_MAX, 'n'));
  CHECK(MakeParents(long_path).error_number == ENAMETOOLONG);
}

// Syncs the parents of path and tells which directories fsync(2) was asked for.
std::vector<std::string> Synced(const std::string& path, int64_t levels, int answer = 0) {
  std::vector<std::string> synced;
  const Replaced fsync_call(&Calls::fsync, [&](int fd) {
    synced.push_back(fs::read_symlink("/proc/self/fd/" + std::to_string(fd)));
    return answer == 0 ? 0 : FailWith(answer);
  });
  const Outcome outcome = SyncParentDirectories(-1, path.c_str(), levels);
  CHECK(outcome.error_number == (answer == EINVAL ? 0 : answer));
  if (outcome.error_number != 0) CHECK(outcome.syscall == Syscall::kFsync);
  return synced;
}

using Folders = std::vector<std::string>;

TEST_CASE("directories: the one that holds the file is synced, and as many above as asked") {
  const Scratch scratch;
  CheckMade(MakeParents(scratch.Path("a/b/log")), 2);
  const std::string path = scratch.Put("a/b/log", "");
  const std::string folder = fs::canonical(scratch.folder());
  CHECK(Synced(path, 0) == Folders{folder + "/a/b"});
  CHECK(Synced(path, 2) == Folders{folder + "/a/b", folder + "/a", folder});
}

TEST_CASE("directories: it is the file that a link leads to whose directory is synced") {
  const Scratch scratch;
  CheckMade(MakeParents(scratch.Path("real/log")), 1);
  (void)scratch.Put("real/log", "");
  fs::create_symlink("real/log", scratch.Path("link"));
  const std::string folder = fs::canonical(scratch.folder());
  CHECK(Synced(scratch.Path("link"), 0) == Folders{folder + "/real"});
}

TEST_CASE("directories: nothing is above the root") {
  CHECK(Synced("/proc/version", 9) == Folders{"/proc", "/"});
}

TEST_CASE("directories: a failed sync stops and is told; one that is not supported is no failure") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "");
  CHECK(Synced(path, 1, EIO).size() == 1);
  CHECK(Synced(path, 1, EINVAL).size() == 2);
}

TEST_CASE("directories: a real sync of real directories works") {
  const Scratch scratch;
  CHECK(SyncParentDirectories(-1, scratch.Put("log", "").c_str(), 1).error_number == 0);
}

TEST_CASE("directories: of a file that was moved, the directory that names it now is synced") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "");
  const Descriptor fd(OpenOrStop(path));
  CheckMade(MakeParents(scratch.Path("other/log")), 1);
  fs::rename(path, scratch.Path("other/log"));
  std::vector<std::string> synced;
  const Replaced fsync_call(&Calls::fsync, [&](int directory) {
    synced.push_back(fs::read_symlink("/proc/self/fd/" + std::to_string(directory)));
    return 0;
  });
  CHECK(SyncParentDirectories(fd, path.c_str(), 0).error_number == 0);
  CHECK(synced == Folders{fs::canonical(scratch.folder()).string() + "/other"});
}

TEST_CASE("directories: a file that no directory names any more has none to sync") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "");
  const Descriptor fd(OpenOrStop(path));
  fs::remove(path);
  CHECK(SyncParentDirectories(fd, path.c_str(), 0).error_number == 0);
}

TEST_CASE("directories: a file that is not there has no directory to sync") {
  const Scratch scratch;
  const Outcome outcome = SyncParentDirectories(-1, scratch.Path("log").c_str(), 0);
  CHECK(outcome.error_number == ENOENT);
  CHECK(outcome.syscall == Syscall::kRealpath);
}

}  // namespace
}  // namespace wholeline::test
