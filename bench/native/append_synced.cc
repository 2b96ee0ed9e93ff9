// append_synced.cc: groups of so many records, each group followed by fdatasync(2): the least that
// durable appending can cost with one record in flight, or with many that share a sync.
//
//   append_synced FILE LINES MILLISECONDS GROUP
#include <cstdlib>

#include "common.h"

int main(int argc, char** argv) {
  if (argc != 5) bench::Die("usage: append_synced FILE LINES MILLISECONDS GROUP");
  bench::Lines lines(argv[2]);
  const int group = atoi(argv[4]);
  const int fd = bench::OpenForAppending(argv[1]);
  std::string batch;
  int64_t records = 0;
  const bench::Stopwatch watch(argv[3]);
  do {
    batch.clear();
    for (int i = 0; i < group; i++) batch += lines.Next();
    bench::WriteAll(fd, batch);
    bench::SyncData(fd);
    records += group;
  } while (watch.RunningExactly());
  bench::Report(records, bench::NowNs() - watch.start_ns());
}
