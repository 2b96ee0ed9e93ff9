// append_synced.cc: groups of so many records, each group followed by fdatasync(2): the least that
// durable appending can cost with one record in flight, or with many that share a sync. With
// `handed-over`, another thread does it, and each group goes there and back, as it must where the
// thread that records may not be blocked.
//
//   append_synced FILE LINES MILLISECONDS TURNS GROUP [handed-over]
#include <unistd.h>

#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "common.h"
#include "turns.h"

namespace {

// Does one piece of work at a time on a thread of its own.
class Worker {
 public:
  Worker(int fd) : fd_(fd), thread_([this] { Run(); }) { thread_.detach(); }

  void Append(const std::string& batch) {
    std::unique_lock<std::mutex> held(mutex_);
    batch_ = &batch;
    changed_.notify_all();
    changed_.wait(held, [this] { return batch_ == nullptr; });
  }

 private:
  void Run() {
    for (;;) {
      std::unique_lock<std::mutex> held(mutex_);
      changed_.wait(held, [this] { return batch_ != nullptr; });
      const std::string& batch = *batch_;
      held.unlock();
      bench::WriteAll(fd_, batch);
      bench::SyncData(fd_);
      held.lock();
      batch_ = nullptr;
      changed_.notify_all();
    }
  }

  const int fd_;
  std::mutex mutex_;
  std::condition_variable changed_;
  const std::string* batch_ = nullptr;
  std::thread thread_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6 && argc != 7) {
    bench::Die("usage: append_synced FILE LINES MILLISECONDS TURNS GROUP [handed-over]");
  }
  bench::Lines lines(argv[2]);
  const int group = atoi(argv[5]);
  const int fd = bench::OpenForAppending(argv[1]);
  Worker* worker = argc == 7 ? new Worker(fd) : nullptr;
  std::string batch;
  bench::Turns turns(argv[3], argv[4]);
  while (turns.Next()) {
    int64_t records = 0;
    const bench::Stopwatch watch(turns.nanoseconds());
    do {
      batch.clear();
      for (int i = 0; i < group; i++) batch += lines.Next();
      if (worker != nullptr) {
        worker->Append(batch);
      } else {
        bench::WriteAll(fd, batch);
        bench::SyncData(fd);
      }
      records += group;
    } while (watch.RunningExactly());
    turns.Add(records, watch.elapsed_ns());
  }
  turns.Report();
  _exit(0);
}
