// preload_gate.h: which calls of this process the plan is asked about.
//
// Idea: only descriptors and paths that lie under $FAULT_PATH count; everything else
// goes through as if the library were not there. The plan comes from $FAULT_PLAN, or
// from the page in $FAULT_PLAN_FILE, which stays mapped: a driver in another process
// changes the plan and the very next call follows it (preload.mjs writes such pages).
// Contract: sleeping, stopping and killing before a call are done here; errors, short
// counts and lies are for the wrapper. Keeps errno. Thread-safe; not for signal handlers.
#ifndef PRELOAD_GATE_H
#define PRELOAD_GATE_H

#include "fault_plan.h"

struct fault gate_descriptor(int fd, enum fault_call call);

// A path as openat() takes it. Relative paths and /proc/self/fd/N are resolved.
struct fault gate_path(int folder_fd, const char* path, enum fault_call call);

// After a call that the plan ends with a kill.
void gate_after(const struct fault* fault);

#endif
