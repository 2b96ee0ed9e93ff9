// append_processes.cc: several processes, each with a descriptor of its own, append to one file
// with write(2) and lseek(2) for each record. With `looking`, each has threads that wait, as
// Node.js has, and reads back what stands before a record that did not land behind its last one:
// who does not look cannot know that the record is a line of its own.
//
//   append_processes plain|looking FILE MILLISECONDS TURNS LINES-OF-FIRST LINES-OF-SECOND …
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "common.h"
#include "turns.h"

namespace {

struct Shared {
  int64_t start_ns[64];
  int64_t end_ns[64];
  int64_t records[64];
};

// Wakes as many as wait in read(2) of it: who looks again and again takes time from whose turn it
// is.
class Signal {
 public:
  Signal() {
    if (pipe(ends_) != 0) bench::Die("pipe");
  }
  void Send(int times) {
    for (int i = 0; i < times; i++) bench::WriteAll(ends_[1], "!");
  }
  void Await(int times) {
    char told;
    for (int i = 0; i < times; i++) {
      if (read(ends_[0], &told, 1) != 1) bench::Die("read");
    }
  }

 private:
  int ends_[2];
};

// Two to go on: one that is quicker than the others does not find what is meant for them.
struct Signals {
  Signal open;
  Signal record;
  Signal done;
};

constexpr int kThreads = 4;
constexpr size_t kLookBytes = 65;

void LookBefore(int fd, off_t start) {
  char there[kLookBytes];
  if (start > 0 && pread(fd, there, sizeof there, start - 1) < 1) bench::Die("pread");
}

int OpenTurnFile(const char* path, int turn, bool looking) {
  const std::string file = bench::TurnFile(path, turn);
  if (!looking) return bench::OpenForAppending(file.c_str());
  const int fd = open(file.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) bench::Die("open");
  return fd;
}

void Append(const char* path, const bench::Turns& turns, const char* of, bool looking, int self,
            Signals* signals, Shared* shared) {
  bench::Lines lines(of);
  for (int i = 0; looking && i < kThreads; i++) std::thread([] { pause(); }).detach();
  for (int turn = 0;; turn++) {
    signals->open.Await(1);
    lines.Rewind();
    const int fd = OpenTurnFile(path, turn, looking);
    signals->done.Send(1);
    signals->record.Await(1);
    off_t last_end = 0;
    int64_t records = 0;
    const bench::Stopwatch watch(turns.nanoseconds());
    do {
      const std::string_view line = lines.Next();
      bench::WriteAll(fd, line);
      const off_t end = lseek(fd, 0, SEEK_CUR);
      if (end < 0) bench::Die("lseek");
      const off_t start = end - static_cast<off_t>(line.size());
      if (looking && start != last_end) LookBefore(fd, start);
      last_end = end;
      records++;
    } while (watch.Running(records));
    shared->start_ns[self] = watch.start_ns();
    shared->end_ns[self] = bench::NowNs();
    shared->records[self] = records;
    bench::Close(fd);
    signals->done.Send(1);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int processes = argc - 5;
  if (processes < 1 || processes > 64) {
    bench::Die("usage: append_processes plain|looking FILE MILLISECONDS TURNS LINES…");
  }
  const bool looking = std::string_view(argv[1]) == "looking";
  void* memory =
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) bench::Die("mmap");
  auto* shared = static_cast<Shared*>(memory);
  Signals signals;
  bench::Turns turns(argv[3], argv[4]);
  // None of them ends before this one, but by a failure.
  signal(SIGCHLD, [](int) { _exit(2); });
  for (int i = 0; i < processes; i++) {
    const pid_t child = fork();
    if (child < 0) bench::Die("fork");
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      Append(argv[2], turns, argv[5 + i], looking, i, &signals, shared);
    }
  }
  while (turns.Next()) {
    signals.open.Send(processes);
    signals.done.Await(processes);
    signals.record.Send(processes);
    signals.done.Await(processes);
    int64_t start = INT64_MAX;
    int64_t end = 0;
    int64_t records = 0;
    std::vector<int64_t> counts;
    for (int i = 0; i < processes; i++) {
      start = std::min(start, shared->start_ns[i]);
      end = std::max(end, shared->end_ns[i]);
      records += shared->records[i];
      counts.push_back(shared->records[i]);
    }
    turns.Add(records, end - start);
    turns.TellWritten(counts);
  }
  turns.Report();
  _exit(0);
}
