// copy_paused.cc: records copied into a buffer that is used again and again, 50 MB/s of them, with
// a pause of a millisecond after what was due: what the pause alone does to the time of a call, by
// the caches and by whoever else ran meanwhile.
//
//   copy_paused FILE LINES MILLISECONDS
//
// FILE is not written.
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "common.h"

namespace {

constexpr int64_t kBytesPerMs = 50000;

double At(std::vector<int64_t>* sorted, double share) {
  return static_cast<double>((*sorted)[static_cast<size_t>(share * (sorted->size() - 1))]);
}

// What two readings of the clock and nothing between them show: half of the readings show less.
double ClockCost() {
  std::vector<int64_t> spent(20000);
  for (int64_t& one : spent) {
    const int64_t before = bench::NowNs();
    one = bench::NowNs() - before;
  }
  std::sort(spent.begin(), spent.end());
  return At(&spent, 0.5);
}

void Print(const char* name, std::vector<int64_t>* spent, double share, double clock) {
  printf("%s\"%s\":%.1f", share == 0.5 ? "" : ",", name, std::max(0.0, At(spent, share) - clock));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) bench::Die("usage: copy_paused FILE LINES MILLISECONDS");
  bench::Lines lines(argv[2]);
  static char buffer[64 * 1024];
  const double clock = ClockCost();
  std::vector<int64_t> all;
  std::vector<int64_t> first;
  all.reserve(1 << 22);
  size_t used = 0;
  int64_t given = 0;
  const bench::Stopwatch watch(atoll(argv[3]) * 1000000);
  do {
    const int64_t due = (bench::NowNs() - watch.start_ns()) * kBytesPerMs / 1000000;
    for (bool is_first = true; given < due; is_first = false) {
      const std::string_view line = lines.Next();
      if (line.size() > sizeof buffer - used) used = 0;
      const int64_t before = bench::NowNs();
      memcpy(buffer + used, line.data(), line.size());
      const int64_t spent = bench::NowNs() - before;
      used += line.size();
      given += static_cast<int64_t>(line.size());
      all.push_back(spent);
      if (is_first) first.push_back(spent);
    }
    usleep(1000);
  } while (watch.RunningExactly());
  const int64_t records = static_cast<int64_t>(all.size());
  if (first.empty()) bench::Die("too short");
  std::sort(all.begin(), all.end());
  std::sort(first.begin(), first.end());
  printf("{\"count\":%" PRId64 ",\"metrics\":{", records);
  Print("insideP50", &all, 0.5, clock);
  Print("insideP99", &all, 0.99, clock);
  Print("insideP999", &all, 0.999, clock);
  Print("insideMax", &all, 1, clock);
  printf(",\"firstP50\":%.1f}}\n", std::max(0.0, At(&first, 0.5) - clock));
}
