// fault_plan.h: which call fails, when and how: one grammar for FUSE and LD_PRELOAD.
//
// A plan is rules parted by ';' or line ends; a rule is words parted by ':', ','
// or spaces, in any order after the call: `write nth=3 errno=ENOSPC` and
// `write:3:ENOSPC` are the same. When: `nth=3` or `3` (once), `from=3` or `3+`
// (from then on for good), nothing: each time. How: `errno=EIO` or `EIO`,
// `short=17`, `lie` (report success, do nothing), `sleep_ms=50` (alone or before
// another), `kill` (SIGKILL; after the call if `short=` is given too), `stop`
// (SIGSTOP, then go on). `#` starts a comment. An empty plan heals.
// Contract: counting starts again at 1 whenever a plan is set. Thread-safe.
#ifndef FAULT_PLAN_H
#define FAULT_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault_call {
  CALL_WRITE,
  CALL_WRITEV,
  CALL_PWRITE,
  CALL_READ,
  CALL_PREAD,
  CALL_OPEN,
  CALL_CLOSE,
  CALL_TRUNCATE,
  CALL_FSYNC,
  CALL_FDATASYNC,
  CALL_LSEEK,
  CALL_STAT,
  CALL_STATFS,
  CALL_FCNTL,
  CALL_SETLEASE,
  CALL_UNLEASE,
  CALL_GETLEASE,
  CALL_SETSIG,
  CALL_SETLK,
  CALL_RENAME,
  CALL_UNLINK,
  CALL_COUNT
};

struct fault {          // what to do to this call; all zero but short_bytes: nothing
  int error;            // fail with it
  int64_t short_bytes;  // do no more than this; -1: no limit
  bool lie;
  bool kill;
  bool stop;
  uint32_t sleep_ms;
};

struct fault_gate;  // the plan in force and the counts

// For a user that has only these calls, a set of FAULT_CALL() bits: a rule for another
// one could never fire, so it is a mistake. `signals`: whether kill and stop make sense.
#define FAULT_CALL(call) (UINT32_C(1) << (call))
struct fault_gate* fault_gate_new(uint32_t calls, bool signals);  // NULL: no memory

// Replaces the plan. On a mistake the old plan stays and `mistake` says what is wrong.
bool fault_gate_set(struct fault_gate* gate, const char* text, size_t length, char* mistake,
                    size_t mistake_size);

// Counts the call and says what is to become of it.
struct fault fault_gate_pass(struct fault_gate* gate, enum fault_call call);

// Counts since the start as JSON, `{"fired":1,"write":3,...}`; returns its length.
// `fired` is the number of calls that a rule met: 0 says that a test tested nothing.
size_t fault_gate_counts(struct fault_gate* gate, char* text, size_t size);

#endif
