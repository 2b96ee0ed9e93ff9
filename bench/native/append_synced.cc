// append_synced.cc: groups of so many records, each group followed by fdatasync(2): the least that
// durable appending can cost with one record in flight, or with many that share a sync. With
// `handed-over`, another thread does it, and each group goes there and back, as it must where the
// thread that records may not be blocked. With `written-over` they go, one group after another,
// over space that the file has already, again and again: what a sync takes that has no new length
// of a file to put on the disk. Nothing can be appended like that, but a database keeps its log so.
//
//   append_synced FILE LINES MILLISECONDS TURNS GROUP [handed-over | written-over]
#include <fcntl.h>
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

// Space on the disk that is written over from its start to its end, and from its start again.
class Space {
 public:
  explicit Space(const char* path) : fd_(open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (fd_ < 0) bench::Die("open failed");
    bench::WriteAll(fd_, std::string(kBytes, ' '));
    bench::SyncData(fd_);
  }

  void WriteOver(const std::string& batch) {
    if (at_ + batch.size() > kBytes) at_ = 0;
    const ssize_t written = pwrite(fd_, batch.data(), batch.size(), static_cast<off_t>(at_));
    if (written != static_cast<ssize_t>(batch.size())) bench::Die("pwrite failed");
    bench::SyncData(fd_);
    at_ += batch.size();
  }

 private:
  // As much as SQLite lets its log grow to before it begins anew.
  static constexpr size_t kBytes = 4 * 1024 * 1024;

  const int fd_;
  size_t at_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6 && argc != 7) {
    bench::Die(
        "usage: append_synced FILE LINES MILLISECONDS TURNS GROUP [handed-over | written-over]");
  }
  bench::Lines lines(argv[2]);
  const int group = atoi(argv[5]);
  const std::string way = argc == 7 ? argv[6] : "";
  Space* space = way == "written-over" ? new Space(argv[1]) : nullptr;
  const int fd = space == nullptr ? bench::OpenForAppending(argv[1]) : -1;
  Worker* worker = way == "handed-over" ? new Worker(fd) : nullptr;
  if (argc == 7 && space == nullptr && worker == nullptr) bench::Die("no such way");
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
      } else if (space != nullptr) {
        space->WriteOver(batch);
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
