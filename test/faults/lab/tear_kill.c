// tear_kill.c: starts a command again and again and kills it -9 at a random moment.
//
// Idea: a writer may die at any instruction; do it often enough to hit the torn appends. Use:
// tear_kill [--runs N] [--seed S] (--delay-us A..B | --after-acks A..B --acks FILE)
//   [--file DATA [--after-growth-us A..B]] [--run-from N] -- COMMAND [ARGUMENT...]
// `{run}` in an argument becomes the run's number, so that each run can be a writer of its
// own. With --after-acks the kill comes once so many lines more are in the ack log. With
// --file it is counted how often DATA ends in a torn line (no LF) after a kill. With
// --after-growth-us the kill comes, in every other run, so long after DATA has grown, whoever wrote
// to it, or ten seconds after the start: on a slow or busy machine a command may not get to its
// first write within the delay.
// Contract: each run is a process group of its own and is gone as a whole before the next
// starts. Prints counts as JSON; code 1 if a run ended by itself other than with 0 or 3.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab.h"

enum { DIED_AS_TOLD = 3, MAX_ARGUMENTS = 64, GROWTH_WAIT_US = 10000000 };

static struct {
  uint64_t runs, seed, run_from;
  struct span delay_us, after_acks, after_growth_us;
  bool by_acks, by_growth;
  const char *acks, *file;
  char** command;
} options = {.runs = 100, .delay_us = {500, 20000}};

static struct { uint64_t killed, ended, died, failed, torn; } counts;

// The command with `{run}` filled in; the memory is the child's, which becomes the command.
static char** arguments_of_run(uint64_t run) {
  static char* result[MAX_ARGUMENTS + 1];
  int i = 0;
  for (; options.command[i] != NULL && i < MAX_ARGUMENTS; i++) {
    char* hole = strstr(options.command[i], "{run}");
    result[i] = options.command[i];
    if (hole == NULL) continue;
    int before = (int)(hole - options.command[i]);
    if (asprintf(&result[i], "%.*s%" PRIu64 "%s", before, options.command[i], run, hole + 5) < 0)
      die("no memory");
  }
  result[i] = NULL;
  return result;
}

static pid_t start(uint64_t run) {
  pid_t child = fork();
  if (child < 0) die("fork");
  if (child > 0) {
    setpgid(child, child);  // in both: whoever comes first, the group is there before the kill
    return child;
  }
  setpgid(0, 0);
  int null = open("/dev/null", O_WRONLY);
  dup2(null, 1);  // the runs' own reports would drown ours
  char** arguments = arguments_of_run(run);
  execvp(arguments[0], arguments);
  die("cannot run %s", arguments[0]);
}

static bool has_ended(pid_t child) {
  siginfo_t info = {0};
  // WNOWAIT: it stays a zombie, so its number and its group's cannot go to someone else.
  return waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == child;
}

static void wait_time(pid_t child, uint64_t us) {
  uint64_t until = now_us() + us;
  for (uint64_t now; (now = now_us()) < until && !has_ended(child);) {
    sleep_us(until - now < 2000 ? until - now : 2000);
  }
}

static off_t size_of_file(void) {
  struct stat status;
  return stat(options.file, &status) == 0 ? status.st_size : 0;
}

static void wait_growth(pid_t child, off_t from) {
  uint64_t until = now_us() + GROWTH_WAIT_US;
  while (size_of_file() <= from && !has_ended(child) && now_us() < until) sleep_us(20);
}

static void wait_acks(pid_t child, int fd, uint64_t wanted) {
  char bytes[65536];
  while (wanted > 0 && !has_ended(child)) {
    ssize_t got = read(fd, bytes, sizeof bytes);
    for (ssize_t i = 0; i < got && wanted > 0; i++) wanted -= bytes[i] == '\n';
    if (got <= 0) sleep_us(20);
  }
}

static int open_acks_at_end(void) {
  int fd = open(options.acks, O_RDONLY | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0 || lseek(fd, 0, SEEK_END) < 0) die("cannot open %s", options.acks);
  return fd;
}

static bool ends_torn(void) {
  int fd = open(options.file, O_RDONLY | O_CLOEXEC);
  char last = '\n';
  if (fd < 0) return false;
  if (lseek(fd, -1, SEEK_END) >= 0 && read(fd, &last, 1) != 1) die("cannot read %s", options.file);
  close(fd);
  return last != '\n';
}

static void count_end(int status) {
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
    counts.killed++;
    if (options.file != NULL && ends_torn()) counts.torn++;
  } else if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    counts.ended++;
  } else if (WIFEXITED(status) && WEXITSTATUS(status) == DIED_AS_TOLD) {
    counts.died++;
  } else {
    counts.failed++;
    fprintf(stderr, "tear_kill: a run ended with status %#x\n", (unsigned)status);
  }
}

static void run_once(uint64_t run, uint64_t* random) {
  int acks = options.by_acks ? open_acks_at_end() : -1, status;
  off_t size = options.by_growth ? size_of_file() : 0;
  pid_t child = start(run);
  if (options.by_acks) {
    wait_acks(child, acks, random_in(random, options.after_acks));
  } else if (options.by_growth && run % 2 == 1) {
    wait_growth(child, size);
    wait_time(child, random_in(random, options.after_growth_us));
  } else {
    wait_time(child, random_in(random, options.delay_us));
  }
  kill(-child, SIGKILL);
  if (waitpid(child, &status, 0) != child) die("waitpid");
  if (acks >= 0) close(acks);
  count_end(status);
}

static void parse_options(int count, char** arguments) {
  static const struct option names[] = {
      {"runs", 1, 0, 'n'}, {"seed", 1, 0, 'r'}, {"delay-us", 1, 0, 'd'}, {"after-acks", 1, 0, 'k'},
      {"acks", 1, 0, 'a'}, {"file", 1, 0, 'f'}, {"run-from", 1, 0, 'm'},
      {"after-growth-us", 1, 0, 'g'}, {0, 0, 0, 0}};
  for (int c; (c = getopt_long(count, arguments, "+", names, NULL)) != -1;) {
    switch (c) {
      case 'n':
        options.runs = parse_number("runs", optarg);
        break;
      case 'r':
        options.seed = parse_number("seed", optarg);
        break;
      case 'd':
        options.delay_us = parse_span("delay-us", optarg);
        break;
      case 'k':
        options.after_acks = parse_span("after-acks", optarg), options.by_acks = true;
        break;
      case 'a':
        options.acks = optarg;
        break;
      case 'f':
        options.file = optarg;
        break;
      case 'g':
        options.after_growth_us = parse_span("after-growth-us", optarg), options.by_growth = true;
        break;
      case 'm':
        options.run_from = parse_number("run-from", optarg);
        break;
      default:
        exit(2);
    }
  }
  if (optind >= count) die("usage: tear_kill [options] -- COMMAND [ARGUMENT...]");
  if (options.by_acks && options.acks == NULL) die("--after-acks wants --acks FILE");
  if (options.by_growth && options.file == NULL) die("--after-growth-us wants --file DATA");
  options.command = arguments + optind;
}

int main(int count, char** arguments) {
  parse_options(count, arguments);
  uint64_t random = options.seed, started = now_us();
  for (uint64_t i = 0; i < options.runs; i++) run_once(options.run_from + i, &random);
  printf("{\"runs\":%" PRIu64 ",\"killed\":%" PRIu64 ",\"ended\":%" PRIu64 ",\"died\":%" PRIu64
         ",\"failed\":%" PRIu64 ",\"torn\":%" PRIu64 ",\"ms\":%" PRIu64 "}\n",
         options.runs, counts.killed, counts.ended, counts.died, counts.failed, counts.torn,
         (now_us() - started) / 1000);
  return counts.failed == 0 ? 0 : 1;
}
