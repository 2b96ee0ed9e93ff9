// append_each.cc: write(2) and lseek(2) for each record: the least that an append with its range
// can cost.
//
//   append_each FILE LINES MILLISECONDS
#include <unistd.h>

#include "common.h"

int main(int argc, char** argv) {
  if (argc != 4) bench::Die("usage: append_each FILE LINES MILLISECONDS");
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
}
