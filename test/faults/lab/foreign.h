// foreign.h: the appenders that guard_race works against, and what is left of their records.
//
// Idea: each runs in a process of its own in a tight loop and counts in shared memory the
// records whose write succeeded; afterwards those are looked for in the file, byte for byte.
// Contract: start them before opening any descriptor of one's own: an inherited one would
// share its position. Not thread-safe; one set of appenders in a process.
#ifndef LAB_FOREIGN_H
#define LAB_FOREIGN_H

#include "lab.h"

struct foreign_options {
  const char* file;
  uint64_t appenders;   // at most 16
  bool open_each;       // open for each append, or once
  struct span rest_us;  // between two appends
};

// Starts them, and returns once each has appended.
void foreign_start(const struct foreign_options* options);

// Stops them; fatal if one had failed. Returns how many records they wrote.
uint64_t foreign_stop(void);

// How many of those are not in the file.
uint64_t foreign_count_lost(void);

// Spins: a sleep would be much longer than the few microseconds that are wanted.
void pass_time(uint64_t us);

int open_or_die(const char* file, int flags);

#endif
