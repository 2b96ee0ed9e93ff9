// scratch.cc: mkdtemp(3), and small files read and written whole.
#include "support/scratch.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iterator>

namespace wholeline::test {

namespace fs = std::filesystem;

namespace {

int CountOpenDescriptors() {
  const fs::directory_iterator open("/proc/self/fd");
  return static_cast<int>(std::distance(open, fs::directory_iterator()));
}

}  // namespace

Scratch::Scratch() {
  const char* base = getenv("TMPDIR");
  folder_ = std::string(base == nullptr ? "/tmp" : base) + "/wholeline-XXXXXX";
  REQUIRE(mkdtemp(folder_.data()) != nullptr);
  open_before_ = CountOpenDescriptors();
}

Scratch::~Scratch() {
  CHECK_MESSAGE(CountOpenDescriptors() == open_before_, "descriptors were left open");
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string Scratch::Path(std::string_view name) const { return folder_ + "/" + std::string(name); }

std::string Scratch::Put(std::string_view name, std::string_view text) const {
  const std::string path = Path(name);
  const Descriptor fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  REQUIRE(write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  return path;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) close(fd_);
}

int OpenOrStop(const std::string& path, const OpenOptions& options) {
  const OpenOutcome opened = OpenForAppend(path.c_str(), options);
  REQUIRE(opened.outcome.error_number == 0);
  return opened.fd;
}

void AppendAsOther(const std::string& path, std::string_view text) {
  const Descriptor fd(open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  REQUIRE(write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

std::string TextOf(const std::string& path) {
  const Descriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  REQUIRE(fd >= 0);
  std::string text;
  char block[65536];
  ssize_t got;
  while ((got = read(fd, block, sizeof block)) > 0) text.append(block, static_cast<size_t>(got));
  REQUIRE(got == 0);
  return text;
}

void Skip(std::string_view what, std::string_view why) {
  fprintf(stderr, "*** SKIPPED: %.*s: %.*s ***\n", static_cast<int>(what.size()), what.data(),
          static_cast<int>(why.size()), why.data());
}

}  // namespace wholeline::test
