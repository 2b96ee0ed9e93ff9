// append_batches.cc: records copied into a buffer of 64 KiB that is written when it is full: the
// least that buffered appending can cost. With `handed-over`, another thread writes the full buffer
// while the next is filled, and the two wake each other, as they must where the thread that records
// may not be blocked. Larger buffers wake less often and leave the caches.
//
//   append_batches FILE LINES MILLISECONDS [handed-over KIB]
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

#include "common.h"

namespace {

// Whole records; one that is longer than the buffer gets a larger one, and has it to itself.
class Batch {
 public:
  explicit Batch(size_t most)
      : most_(most), capacity_(most), room_(std::make_unique_for_overwrite<char[]>(most)) {}

  bool HasRoomFor(size_t bytes) const { return used_ == 0 || used_ + bytes <= most_; }
  bool empty() const { return used_ == 0; }
  std::string_view bytes() const { return {room_.get(), used_}; }
  void Clear() { used_ = 0; }

  void Add(std::string_view line) {
    if (line.size() > capacity_) {
      room_ = std::make_unique_for_overwrite<char[]>(line.size());
      capacity_ = line.size();
    }
    memcpy(room_.get() + used_, line.data(), line.size());
    used_ += line.size();
  }

 private:
  size_t most_;
  size_t capacity_;
  std::unique_ptr<char[]> room_;
  size_t used_ = 0;
};

// Writes one batch at a time on a thread of its own.
class Writer {
 public:
  Writer(int fd, size_t most) : fd_(fd), batch_(most), thread_([this] { Run(); }) {
    thread_.detach();
  }

  // Waits for the batch before, and gives it back empty in exchange for this one.
  void HandOver(Batch* batch) {
    std::unique_lock<std::mutex> held(mutex_);
    changed_.wait(held, [this] { return !busy_; });
    std::swap(*batch, batch_);
    batch->Clear();
    busy_ = true;
    changed_.notify_all();
  }

  void Finish() {
    std::unique_lock<std::mutex> held(mutex_);
    changed_.wait(held, [this] { return !busy_; });
  }

 private:
  void Run() {
    std::unique_lock<std::mutex> held(mutex_);
    for (;;) {
      changed_.wait(held, [this] { return busy_; });
      held.unlock();
      bench::WriteAll(fd_, batch_.bytes());
      held.lock();
      busy_ = false;
      changed_.notify_all();
    }
  }

  const int fd_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool busy_ = false;
  Batch batch_;
  std::thread thread_;  // The last one: it uses the others.
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 6) {
    bench::Die("usage: append_batches FILE LINES MILLISECONDS [handed-over KIB]");
  }
  bench::Lines lines(argv[2]);
  const int fd = bench::OpenForAppending(argv[1]);
  const size_t most = (argc == 6 ? atoi(argv[5]) : 64) * size_t{1024};
  Writer* const writer = argc == 6 ? new Writer(fd, most) : nullptr;
  Batch batch(most);
  int64_t records = 0;
  const auto flush = [&] {
    if (batch.empty()) return;
    if (writer != nullptr) {
      writer->HandOver(&batch);
    } else {
      bench::WriteAll(fd, batch.bytes());
      batch.Clear();
    }
  };
  const bench::Stopwatch watch(argv[3]);
  do {
    const std::string_view line = lines.Next();
    if (!batch.HasRoomFor(line.size())) flush();
    // Where nobody else has to keep it, a long record needs no copy.
    if (writer == nullptr && line.size() > most) {
      bench::WriteAll(fd, line);
    } else {
      batch.Add(line);
    }
    records++;
  } while (watch.Running(records));
  flush();
  if (writer != nullptr) writer->Finish();
  bench::Report(records, bench::NowNs() - watch.start_ns());
  fflush(stdout);
  _exit(0);
}
