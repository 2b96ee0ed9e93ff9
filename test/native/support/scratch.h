// scratch.h: a folder of its own for each test, and the files in it.
#ifndef WHOLELINE_TEST_NATIVE_SUPPORT_SCRATCH_H_
#define WHOLELINE_TEST_NATIVE_SUPPORT_SCRATCH_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "core/open.h"

namespace wholeline::test {

// A new folder below TMPDIR (or /tmp), removed at the end with all in it. At
// the end no more descriptors may be open than at the beginning: so every test
// that has a Scratch checks for descriptors left open, too.
class Scratch {
 public:
  Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();

  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] std::string Path(std::string_view name) const;
  // Creates the file with this text; gives back its path.
  [[nodiscard]] std::string Put(std::string_view name, std::string_view text) const;

 private:
  std::string folder_;
  int open_before_;
};

// A descriptor that is closed in the end.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();

  operator int() const { return fd_; }

 private:
  const int fd_;
};

// Opens path by OpenForAppend; the test ends if that fails.
[[nodiscard]] int OpenOrStop(const std::string& path, const OpenOptions& options = {});

// Adds text as any plain appender would: a description of its own, one write(2).
void AppendAsOther(const std::string& path, std::string_view text);

[[nodiscard]] std::string TextOf(const std::string& path);

[[nodiscard]] inline const uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

[[nodiscard]] inline uint8_t* Bytes(std::string& text) {
  return reinterpret_cast<uint8_t*>(text.data());
}

// A test that cannot run here says so where nobody overlooks it.
void Skip(std::string_view what, std::string_view why);

}  // namespace wholeline::test

#endif  // WHOLELINE_TEST_NATIVE_SUPPORT_SCRATCH_H_
