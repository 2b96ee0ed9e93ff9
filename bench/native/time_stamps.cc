// time_stamps.cc: writes the time to standard output again and again, so that whoever reads there
// can tell how late it gets to it. The time is that of the writing, so it does not show how late
// this program itself is woken; but where it could not write for so long that others were due, it
// is for each of them the time at which it was.
//
//   time_stamps MICROSECONDS
//
// One time each so many microseconds, as a signed number of 8 bytes: nanoseconds of
// CLOCK_MONOTONIC, which is the same in all processes. Ends when nobody reads any more (SIGPIPE).
#include <unistd.h>

#include <cstdlib>
#include <ctime>

#include "common.h"

namespace {

constexpr int64_t kNsPerSecond = 1000000000;

// Until an absolute time (clock_nanosleep(2)): being late once does not move what follows.
void SleepUntil(int64_t ns) {
  const timespec until = {.tv_sec = ns / kNsPerSecond, .tv_nsec = ns % kNsPerSecond};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) != 0) continue;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) bench::Die("usage: time_stamps MICROSECONDS");
  const int64_t pause_ns = atoll(argv[1]) * 1000;
  if (pause_ns <= 0) bench::Die("time_stamps: a positive number of microseconds expected");
  for (int64_t next = bench::NowNs();; next += pause_ns) {
    SleepUntil(next);
    const int64_t now = bench::NowNs();
    const int64_t sent = now - next > pause_ns ? next : now;
    if (write(STDOUT_FILENO, &sent, sizeof sent) != sizeof sent) bench::Die("write");
  }
}
