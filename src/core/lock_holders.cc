// lock_holders.cc: a walk over /proc/PID/fd and /proc/PID/fdinfo.
#include "core/lock_holders.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "core/status.h"

namespace wholeline {

namespace {

struct Search {
  int own_fd;
  long own_process;
  FileStatus file;
};

bool IsNumber(const char* text) noexcept { return text[0] >= '0' && text[0] <= '9'; }

// Reads a small file of /proc into text, NUL-terminated. False: not readable.
bool ReadSmall(const char* path, char* text, size_t capacity) noexcept {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const ssize_t got = read(fd, text, capacity - 1);
  close(fd);
  text[got > 0 ? got : 0] = '\0';
  return got > 0;
}

bool DescriptorHoldsLock(const Search& search, const char* process,
                         const char* descriptor) noexcept {
  if (strtol(process, nullptr, 10) == search.own_process && atoi(descriptor) == search.own_fd) {
    return false;
  }
  char path[96];
  snprintf(path, sizeof path, "/proc/%.20s/fd/%.20s", process, descriptor);
  const FileStatus status = StatusOfPath(path);
  if (status.error_number != 0 || status.inode != search.file.inode ||
      status.device != search.file.device) {
    return false;
  }
  char info[4096];
  snprintf(path, sizeof path, "/proc/%.20s/fdinfo/%.20s", process, descriptor);
  return ReadSmall(path, info, sizeof info) && strstr(info, "lock:") != nullptr;
}

bool ProcessHoldsLock(const Search& search, const char* process) noexcept {
  char path[48];
  snprintf(path, sizeof path, "/proc/%.20s/fd", process);
  DIR* descriptors = opendir(path);
  if (descriptors == nullptr) return false;
  bool holds = false;
  while (const dirent* entry = readdir(descriptors)) {
    if (!IsNumber(entry->d_name) || !DescriptorHoldsLock(search, process, entry->d_name)) continue;
    holds = true;
    break;
  }
  closedir(descriptors);
  return holds;
}

// One line for the process; 0 where it does not fit.
size_t Describe(const char* process, char* line, size_t capacity) noexcept {
  char path[48];
  char command[256];
  snprintf(path, sizeof path, "/proc/%.20s/cmdline", process);
  if (!ReadSmall(path, command, sizeof command)) command[0] = '\0';
  for (char* at = command; *at != '\0'; at++) {
    if (*at == '\n') *at = ' ';
  }
  const int length = snprintf(line, capacity, "%s %s\n", process, command);
  return length > 0 && static_cast<size_t>(length) < capacity ? static_cast<size_t>(length) : 0;
}

}  // namespace

Outcome FindLockHolders(int fd, uint8_t* text, size_t capacity) noexcept {
  const Search search = {.own_fd = fd, .own_process = getpid(), .file = StatusOf(fd)};
  if (search.file.error_number != 0) return Failed(Syscall::kStat, search.file.error_number);
  DIR* processes = opendir("/proc");
  if (processes == nullptr) return Done();
  size_t used = 0;
  while (const dirent* entry = readdir(processes)) {
    if (!IsNumber(entry->d_name) || !ProcessHoldsLock(search, entry->d_name)) continue;
    used += Describe(entry->d_name, reinterpret_cast<char*>(text) + used, capacity - used);
  }
  closedir(processes);
  return Done(0, static_cast<int64_t>(used));
}

}  // namespace wholeline
