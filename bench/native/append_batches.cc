// append_batches.cc: records copied into a buffer of 64 KiB that is written when it is full: the
// least that buffered appending can cost.
//
//   append_batches FILE LINES MILLISECONDS
#include <cstring>

#include "common.h"

int main(int argc, char** argv) {
  if (argc != 4) bench::Die("usage: append_batches FILE LINES MILLISECONDS");
  bench::Lines lines(argv[2]);
  const int fd = bench::OpenForAppending(argv[1]);
  static char buffer[64 * 1024];
  size_t used = 0;
  int64_t records = 0;
  const auto flush = [&] {
    if (used > 0) bench::WriteAll(fd, {buffer, used});
    used = 0;
  };
  const bench::Stopwatch watch(argv[3]);
  do {
    const std::string_view line = lines.Next();
    if (line.size() > sizeof buffer - used) flush();
    if (line.size() > sizeof buffer) {
      bench::WriteAll(fd, line);
    } else {
      memcpy(buffer + used, line.data(), line.size());
      used += line.size();
    }
    records++;
  } while (watch.Running(records));
  flush();
  bench::Report(records, bench::NowNs() - watch.start_ns());
}
