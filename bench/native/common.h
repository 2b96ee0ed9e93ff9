// common.h: what the bare programs share: the records they write, the clock, and the calls.
//
// The records are the lines of a file, written one after another and again from the start, so that
// the caller can check the result byte for byte. Nothing here is called between two records but the
// clock, now and then.
#ifndef BENCH_NATIVE_COMMON_H_
#define BENCH_NATIVE_COMMON_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

// Prints what failed, with errno, and ends the program.
[[noreturn]] void Die(const char* what);

int64_t NowNs();

// The lines of a file, LF included, and which one is next.
class Lines {
 public:
  explicit Lines(const char* path);
  std::string_view Next() {
    const std::string_view line = lines_[next_];
    next_ = next_ + 1 == lines_.size() ? 0 : next_ + 1;
    return line;
  }
  // The first one is next.
  void Rewind() { next_ = 0; }

 private:
  std::string text_;
  std::vector<std::string_view> lines_;
  size_t next_ = 0;
};

// Ends a measurement after so much time, or after so many records; asks the clock only every 64
// records.
class Stopwatch {
 public:
  explicit Stopwatch(int64_t nanoseconds)
      : start_ns_(NowNs()), deadline_ns_(start_ns_ + nanoseconds) {}
  bool Running(int64_t records) const { return (records & 63) != 0 || NowNs() < deadline_ns_; }
  // For operations that take long by themselves.
  bool RunningExactly() const { return NowNs() < deadline_ns_; }
  int64_t start_ns() const { return start_ns_; }
  int64_t elapsed_ns() const { return NowNs() - start_ns_; }

 private:
  int64_t start_ns_;
  int64_t deadline_ns_;
};

int OpenForAppending(const char* path);
void WriteAll(int fd, std::string_view bytes);
void SyncData(int fd);
void Close(int fd);

}  // namespace bench

#endif  // BENCH_NATIVE_COMMON_H_
