// append_each.cc: write(2) and lseek(2) for each record: the least that an append with its range
// can cost. With THREADS, that many others wait meanwhile: a process that has some pays more for
// each call with a descriptor (the kernel counts its users), and Node.js always has.
//
//   append_each FILE LINES MILLISECONDS [THREADS]
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

#include "common.h"

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) bench::Die("usage: append_each FILE LINES MILLISECONDS [THREADS]");
  for (int left = argc == 5 ? atoi(argv[4]) : 0; left > 0; left--) {
    std::thread([] { pause(); }).detach();
  }
  bench::Lines lines(argv[2]);
  const int fd = bench::OpenForAppending(argv[1]);
  off_t end = 0;
  int64_t records = 0;
  const bench::Stopwatch watch(argv[3]);
  do {
    bench::WriteAll(fd, lines.Next());
    const off_t now = lseek(fd, 0, SEEK_CUR);
    if (now <= end) bench::Die("lseek");
    end = now;
    records++;
  } while (watch.Running(records));
  bench::Report(records, bench::NowNs() - watch.start_ns());
  fflush(stdout);
  _exit(0);
}
