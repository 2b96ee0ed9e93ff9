// turns.h: the turns in which a program records, and its answer. All candidates are there at once,
// and one after another they record for a short time (bench/lib/turns.mjs); meanwhile the others
// wait in read(2).
#ifndef BENCH_NATIVE_TURNS_H_
#define BENCH_NATIVE_TURNS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "common.h"

namespace bench {

// The file of a turn, looked at and gone before the next.
std::string TurnFile(const char* path, int turn);

class Turns {
 public:
  Turns(const char* milliseconds, const char* turns);

  // Says that it is ready and waits for its turn; false: that was the last one.
  bool Next();
  // The number of this turn.
  int turn() const { return turn_; }
  // How long each turn takes.
  int64_t nanoseconds() const { return nanoseconds_; }
  // What was recorded in this turn. The first one comes before those that count.
  void Add(int64_t records, int64_t elapsed_ns);
  // The file of this turn is whole: how many records each writer has left in it.
  void TellWritten(const std::vector<int64_t>& counts) const;

  // {"count":…,"metrics":{"nsPerRecord":[…]}}
  void Report() const;

 private:
  const int64_t nanoseconds_;
  const int turns_;
  int turn_ = -1;
  int64_t records_ = 0;
  std::vector<double> ns_per_record_;
};

}  // namespace bench

#endif  // BENCH_NATIVE_TURNS_H_
