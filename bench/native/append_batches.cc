// append_batches.cc: records copied into a buffer of 64 KiB that is written when it is full: the
// least that buffered appending can cost. With `handed-over`, another thread writes the full buffer
// while the next is filled, and the two wake each other, as they must where the thread that records
// may not be blocked. Larger buffers wake less often and leave the caches.
//
//   append_batches FILE LINES MILLISECONDS TURNS [handed-over KIB]
#include <unistd.h>

#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

#include "common.h"
#include "turns.h"

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
  explicit Writer(size_t most) : batch_(most), thread_([this] { Run(); }) { thread_.detach(); }

  // Waits for the batch before, and gives it back empty in exchange for this one.
  void HandOver(int fd, Batch* batch) {
    std::unique_lock<std::mutex> held(mutex_);
    changed_.wait(held, [this] { return fd_ < 0; });
    std::swap(*batch, batch_);
    batch->Clear();
    fd_ = fd;
    changed_.notify_all();
  }

  void Finish() {
    std::unique_lock<std::mutex> held(mutex_);
    changed_.wait(held, [this] { return fd_ < 0; });
  }

 private:
  void Run() {
    std::unique_lock<std::mutex> held(mutex_);
    for (;;) {
      changed_.wait(held, [this] { return fd_ >= 0; });
      held.unlock();
      bench::WriteAll(fd_, batch_.bytes());
      held.lock();
      fd_ = -1;
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  int fd_ = -1;  // where the batch goes; -1: nowhere, it is written
  Batch batch_;
  std::thread thread_;  // The last one: it uses the others.
};

// Gives records for one turn, until all of them are in the file; says how many.
int64_t Record(int fd, bench::Lines* lines, Batch* batch, size_t most, Writer* writer,
               const bench::Stopwatch& watch) {
  int64_t records = 0;
  const auto flush = [&] {
    if (batch->empty()) return;
    if (writer != nullptr) {
      writer->HandOver(fd, batch);
    } else {
      bench::WriteAll(fd, batch->bytes());
      batch->Clear();
    }
  };
  do {
    const std::string_view line = lines->Next();
    if (!batch->HasRoomFor(line.size())) flush();
    // Where nobody else has to keep it, a long record needs no copy.
    if (writer == nullptr && line.size() > most) {
      bench::WriteAll(fd, line);
    } else {
      batch->Add(line);
    }
    records++;
  } while (watch.Running(records));
  flush();
  if (writer != nullptr) writer->Finish();
  return records;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5 && argc != 7) {
    bench::Die("usage: append_batches FILE LINES MILLISECONDS TURNS [handed-over KIB]");
  }
  bench::Lines lines(argv[2]);
  const size_t most = (argc == 7 ? atoi(argv[6]) : 64) * size_t{1024};
  Writer* const writer = argc == 7 ? new Writer(most) : nullptr;
  Batch batch(most);
  bench::Turns turns(argv[3], argv[4]);
  while (turns.Next()) {
    lines.Rewind();
    const int fd = bench::OpenForAppending(bench::TurnFile(argv[1], turns.turn()).c_str());
    const bench::Stopwatch watch(turns.nanoseconds());
    const int64_t records = Record(fd, &lines, &batch, most, writer, watch);
    turns.Add(records, watch.elapsed_ns());
    bench::Close(fd);
    turns.TellWritten({records});
  }
  turns.Report();
  _exit(0);
}
