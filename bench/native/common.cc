// common.cc: see common.h.
#include "common.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <sstream>

namespace bench {

void Die(const char* what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(2);
}

int64_t NowNs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

Lines::Lines(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  text_ = text.str();
  for (size_t start = 0; start < text_.size();) {
    const size_t end = text_.find('\n', start) + 1;
    lines_.emplace_back(text_.data() + start, end - start);
    start = end;
  }
  if (lines_.empty()) Die("no records");
}

int OpenForAppending(const char* path) {
  const int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) Die("open");
  return fd;
}

void WriteAll(int fd, std::string_view bytes) {
  if (write(fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) Die("write");
}

void SyncData(int fd) {
  if (fdatasync(fd) != 0) Die("fdatasync");
}

void Close(int fd) {
  if (close(fd) != 0) Die("close");
}

}  // namespace bench
