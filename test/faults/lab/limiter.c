// limiter.c: sets the file size limit (RLIMIT_FSIZE) of another process, on request.
//
// Idea: a limit of its own cuts a process's writes at any byte, really and on every file
// system; Node cannot set one, prlimit(2) can from outside. Use: limiter PID IN OUT, with
// two FIFOs: each 8 bytes (a number, this machine's byte order) on IN are the new limit, all
// ones being none; one byte on OUT says that it is in force.
// Contract: ends when its parent ends, or when PID is gone.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lab.h"

int main(int count, char** arguments) {
  if (count != 4) die("usage: limiter PID IN OUT");
  pid_t pid = (pid_t)parse_number("pid", arguments[1]);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int in = open(arguments[2], O_RDWR | O_CLOEXEC), out = open(arguments[3], O_RDWR | O_CLOEXEC);
  if (in < 0 || out < 0) die("cannot open the FIFOs");
  // The hard limit stays what it was: without it the limit could not be raised again.
  struct rlimit old;
  if (prlimit(pid, RLIMIT_FSIZE, NULL, &old) < 0) die("prlimit");
  uint64_t limit;
  while (read(in, &limit, sizeof limit) == sizeof limit) {
    struct rlimit new = {limit == UINT64_MAX ? old.rlim_max : limit, old.rlim_max};
    if (prlimit(pid, RLIMIT_FSIZE, &new, NULL) < 0) return 1;
    if (write(out, "", 1) != 1) return 1;
  }
  return 0;
}
