// turns.cc: see turns.h.
#include "turns.h"

#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>

namespace bench {

std::string TurnFile(const char* path, int turn) {
  return std::string(path) + "." + std::to_string(turn);
}

Turns::Turns(const char* milliseconds, const char* turns)
    : nanoseconds_(atoll(milliseconds) * 1000000 / atoi(turns)), turns_(atoi(turns)) {}

bool Turns::Next() {
  if (++turn_ > turns_) return false;
  WriteAll(STDOUT_FILENO, "ready\n");
  char told;
  if (read(STDIN_FILENO, &told, 1) != 1) Die("told to end before the last turn");
  return true;
}

void Turns::Add(int64_t records, int64_t elapsed_ns) {
  records_ += records;
  if (turn_ == 0) return;
  ns_per_record_.push_back(static_cast<double>(elapsed_ns) / static_cast<double>(records));
}

void Turns::TellWritten(const std::vector<int64_t>& counts) const {
  std::string said = "written";
  for (const int64_t count : counts) said += " " + std::to_string(count);
  WriteAll(STDOUT_FILENO, said + "\n");
}

void Turns::Report() const {
  printf("{\"count\":%" PRId64 ",\"metrics\":{\"nsPerRecord\":", records_);
  char before = '[';
  for (const double one : ns_per_record_) {
    printf("%c%.3f", before, one);
    before = ',';
  }
  printf("]}}\n");
  fflush(stdout);
}

}  // namespace bench
