// append_each.cc: write(2) and lseek(2) for each record: the least that an append with its range
// can cost. With THREADS, that many others wait meanwhile: a process that has some pays more for
// each call with a descriptor (the kernel counts its users), and Node.js always has.
//
//   append_each FILE LINES MILLISECONDS TURNS [THREADS]
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "common.h"
#include "turns.h"

int main(int argc, char** argv) {
  if (argc != 5 && argc != 6) {
    bench::Die("usage: append_each FILE LINES MILLISECONDS TURNS [THREADS]");
  }
  for (int left = argc == 6 ? atoi(argv[5]) : 0; left > 0; left--) {
    std::thread([] { pause(); }).detach();
  }
  bench::Lines lines(argv[2]);
  bench::Turns turns(argv[3], argv[4]);
  while (turns.Next()) {
    lines.Rewind();
    const int fd = bench::OpenForAppending(bench::TurnFile(argv[1], turns.turn()).c_str());
    off_t end = 0;
    int64_t records = 0;
    const bench::Stopwatch watch(turns.nanoseconds());
    do {
      bench::WriteAll(fd, lines.Next());
      const off_t now = lseek(fd, 0, SEEK_CUR);
      if (now <= end) bench::Die("lseek");
      end = now;
      records++;
    } while (watch.Running(records));
    turns.Add(records, watch.elapsed_ns());
    bench::Close(fd);
    turns.TellWritten({records});
  }
  turns.Report();
  _exit(0);
}
