// file_system_test.cc: file systems by name, compared with the mount table.
#include "core/file_system.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <mntent.h>
#include <unistd.h>

#include <cerrno>
#include <map>

#include "support/scratch.h"

namespace wholeline::test {
namespace {

std::string NameOf(const std::string& folder) {
  const Descriptor fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  REQUIRE(fd >= 0);
  std::string name(32, '?');
  const Outcome outcome = NameFileSystem(fd, Bytes(name), name.size());
  CHECK(outcome.error_number == 0);
  name.resize(static_cast<size_t>(outcome.end));
  return name;
}

// Type by mount point, the last mount on each; only those that can be opened.
std::map<std::string, std::string> Mounts() {
  std::map<std::string, std::string> mounts;
  FILE* table = setmntent("/proc/self/mounts", "r");
  REQUIRE(table != nullptr);
  while (const mntent* mount = getmntent(table)) {
    if (access(mount->mnt_dir, R_OK) == 0) mounts[mount->mnt_dir] = mount->mnt_type;
  }
  endmntent(table);
  return mounts;
}

// Checks every mount of the type; a type that is not mounted is said.
void CheckNamed(const std::string& type, const std::string& name) {
  bool found = false;
  for (const auto& [folder, mounted] : Mounts()) {
    if (mounted != type) continue;
    CAPTURE(folder);
    CHECK(NameOf(folder) == name);
    found = true;
  }
  if (!found) Skip("the name of " + type, "none is mounted here");
}

TEST_CASE("file system: tmpfs and ext4 have their names") {
  CheckNamed("tmpfs", "tmpfs");
  CheckNamed("ext4", "ext4");
}

TEST_CASE("file system: a type without a name here is its number") {
  CHECK(NameOf("/proc") == "0x9fa0");
}

TEST_CASE("file system: a name that does not fit is cut, and writes no byte too many") {
  const Descriptor fd(open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (size_t capacity = 0; capacity <= 8; capacity++) {
    std::string name(8, '?');
    const Outcome outcome = NameFileSystem(fd, Bytes(name), capacity);
    const size_t length = capacity < 6 ? capacity : 6;
    CHECK(outcome.end == static_cast<int64_t>(length));
    CHECK(name == std::string("0x9fa0").substr(0, length) + std::string(8 - length, '?'));
  }
}

TEST_CASE("file system: a descriptor that is not open is an error") {
  uint8_t name[8];
  const Outcome outcome = NameFileSystem(-1, name, sizeof name);
  CHECK(outcome.error_number == EBADF);
  CHECK(outcome.syscall == Syscall::kFstatfs);
}

}  // namespace
}  // namespace wholeline::test
