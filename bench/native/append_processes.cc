// append_processes.cc: several processes, each with a descriptor of its own, append to one file
// with write(2) and lseek(2) for each record. With `looking`, each has threads that wait, as
// Node.js has, and reads back what stands before a record that did not land behind its last one:
// who does not look cannot know that the record is a line of its own.
//
//   append_processes plain|looking FILE MILLISECONDS LINES-OF-FIRST LINES-OF-SECOND …
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cinttypes>
#include <cstdio>
#include <string_view>
#include <thread>

#include "common.h"

namespace {

struct Shared {
  std::atomic<int> ready;
  std::atomic<bool> go;
  int64_t start_ns[64];
  int64_t end_ns[64];
  int64_t records[64];
};

constexpr int kThreads = 4;
constexpr size_t kLookBytes = 65;

void LookBefore(int fd, off_t start) {
  char there[kLookBytes];
  if (start > 0 && pread(fd, there, sizeof there, start - 1) < 1) bench::Die("pread");
}

void Append(const char* path, const char* milliseconds, const char* of, bool looking, int self,
            Shared* shared) {
  bench::Lines lines(of);
  const int fd = looking ? open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600)
                         : bench::OpenForAppending(path);
  if (fd < 0) bench::Die("open");
  for (int i = 0; looking && i < kThreads; i++) std::thread([] { pause(); }).detach();
  off_t last_end = 0;
  shared->ready++;
  while (!shared->go) usleep(100);
  int64_t records = 0;
  const bench::Stopwatch watch(milliseconds);
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
}

}  // namespace

int main(int argc, char** argv) {
  const int processes = argc - 4;
  if (processes < 1 || processes > 64) {
    bench::Die("usage: append_processes plain|looking FILE MILLISECONDS LINES…");
  }
  const bool looking = std::string_view(argv[1]) == "looking";
  void* memory =
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) bench::Die("mmap");
  auto* shared = static_cast<Shared*>(memory);
  for (int i = 0; i < processes; i++) {
    const pid_t child = fork();
    if (child < 0) bench::Die("fork");
    if (child == 0) {
      Append(argv[2], argv[3], argv[4 + i], looking, i, shared);
      _exit(0);
    }
  }
  while (shared->ready < processes) usleep(100);
  shared->go = true;
  int status = 0;
  for (int i = 0; i < processes; i++) {
    if (wait(&status) < 0 || status != 0) bench::Die("a process failed");
  }
  int64_t start = INT64_MAX;
  int64_t end = 0;
  int64_t records = 0;
  for (int i = 0; i < processes; i++) {
    start = shared->start_ns[i] < start ? shared->start_ns[i] : start;
    end = shared->end_ns[i] > end ? shared->end_ns[i] : end;
    records += shared->records[i];
  }
  printf("{\"count\":%" PRId64 ",\"counts\":[", records);
  for (int i = 0; i < processes; i++) printf("%s%" PRId64, i == 0 ? "" : ",", shared->records[i]);
  printf("],\"metrics\":{\"nsPerRecord\":%.3f}}\n",
         static_cast<double>(end - start) / static_cast<double>(records));
}
