// siblings.cc: opendir(3) and readdir(3).
#include "core/siblings.h"

#include <dirent.h>

#include <cerrno>
#include <climits>
#include <cstring>

namespace wholeline {

namespace {

struct Text {
  uint8_t* bytes;
  size_t capacity;
  size_t length = 0;

  bool Add(const char* name) noexcept {
    const size_t more = strlen(name);
    if (capacity - length <= more) return false;
    memcpy(bytes + length, name, more);
    length += more;
    bytes[length++] = '/';
    return true;
  }
};

// Puts path's directory into directory, with the slash at its end, "./" where
// path has none. False: it is too long.
bool DirectoryOf(const char* path, const char* base, char* directory) noexcept {
  const auto length = static_cast<size_t>(base - path);
  if (length >= PATH_MAX) return false;
  if (length == 0) {
    memcpy(directory, "./", 3);
    return true;
  }
  memcpy(directory, path, length);
  directory[length] = '\0';
  return true;
}

Outcome Collect(DIR* entries, const char* base, Text& text) noexcept {
  const size_t prefix = strlen(base);
  for (;;) {
    errno = 0;
    const dirent* entry = readdir(entries);
    if (entry == nullptr) break;
    const char* name = entry->d_name;
    if (strncmp(name, base, prefix) != 0 || name[prefix] == '\0') continue;
    if (!text.Add(name)) return Failed(Syscall::kReaddir, ERANGE);
  }
  if (errno != 0) return Failed(Syscall::kReaddir, errno);
  return Done(0, static_cast<int64_t>(text.length));
}

}  // namespace

Outcome ListSiblings(const char* path, uint8_t* bytes, size_t length) noexcept {
  const char* slash = strrchr(path, '/');
  const char* base = slash == nullptr ? path : slash + 1;
  char directory[PATH_MAX];
  if (!DirectoryOf(path, base, directory)) return Failed(Syscall::kOpendir, ENAMETOOLONG);
  DIR* entries = opendir(directory);
  if (entries == nullptr) return Failed(Syscall::kOpendir, errno);
  Text text{.bytes = bytes, .capacity = length};
  const Outcome outcome = Collect(entries, base, text);
  closedir(entries);
  return outcome;
}

}  // namespace wholeline
