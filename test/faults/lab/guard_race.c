// guard_race.c: the control experiment: does a rollback lose what another appender wrote?
//
// Idea: foreign appenders run in a tight loop while one process appends fragments and takes
// each back. Use: guard_race FILE --mode bare|lease|erase [--rollbacks N] [--open keep|each]
//   [--appenders N] [--pause-us A..B between rollbacks] [--rest-us A..B between foreign appends]
// bare: fstat says size == e, then ftruncate. lease: the same under a write lease (F_SETSIG
// SIGURG, F_SETLEASE, F_GETLEASE, size, ftruncate, release); not granted: the fragment stays.
// erase: the fragment is compared and overwritten with spaces. FILE is made anew.
// Contract: prints counts as JSON; `lost` are foreign records whose write succeeded and whose
// bytes are not in the file at the end. bare must lose some and the two others none: where
// bare loses none, the race is not met and the others have shown nothing.
#define _GNU_SOURCE
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "foreign.h"
#include "lab.h"

static const char fragment[] = "[\"a fragment of our own, torn";
enum { FRAGMENT_SIZE = sizeof fragment - 1, MODE_BARE = 0, MODE_LEASE, MODE_ERASE };
static const char *const modes[] = {"bare", "lease", "erase", NULL}, *const opens[] = {
                                                                         "keep", "each", NULL};

static struct {
  struct foreign_options foreign;
  int mode;
  uint64_t rollbacks;
  struct span pause_us;
} options = {.foreign = {.appenders = 1}, .mode = -1, .rollbacks = 20000};

static struct { uint64_t truncated, erased, denied, moved, lost_lease; } counts;

static void truncate_if_end(int fd, off_t start, off_t end) {
  struct stat stat;
  if (fstat(fd, &stat) < 0) die("fstat");
  if (stat.st_size != end)
    counts.moved++;
  else if (ftruncate(fd, start) < 0)
    die("ftruncate");
  else
    counts.truncated++;
}

static void roll_back_under_lease(int fd, off_t start, off_t end) {
  // Before every F_SETLEASE: releasing resets it, and the default, SIGIO, would kill us.
  if (fcntl(fd, F_SETSIG, SIGURG) < 0) die("F_SETSIG");
  if (fcntl(fd, F_SETLEASE, F_WRLCK) < 0) {
    counts.denied++;
    return;
  }
  if (fcntl(fd, F_GETLEASE) != F_WRLCK)
    counts.lost_lease++;
  else
    truncate_if_end(fd, start, end);
  fcntl(fd, F_SETLEASE, F_UNLCK);
}

static void erase(int fd, off_t start) {
  char path[64], found[FRAGMENT_SIZE], spaces[FRAGMENT_SIZE];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  int second = open_or_die(path, O_RDWR);  // without O_APPEND, for this moment only
  if (pread(second, found, FRAGMENT_SIZE, start) != FRAGMENT_SIZE ||
      memcmp(found, fragment, FRAGMENT_SIZE) != 0) {
    die("the fragment is not where it was written");
  }
  memset(spaces, ' ', sizeof spaces);
  if (pwrite(second, spaces, FRAGMENT_SIZE, start) != FRAGMENT_SIZE) die("pwrite");
  close(second);
  counts.erased++;
}

static void append_and_roll_back(int fd) {
  if (write(fd, fragment, FRAGMENT_SIZE) != FRAGMENT_SIZE)
    die("append failed (is the file system full?)");
  off_t end = lseek(fd, 0, SEEK_CUR), start = end - FRAGMENT_SIZE;
  if (options.mode == MODE_BARE)
    truncate_if_end(fd, start, end);
  else if (options.mode == MODE_LEASE)
    roll_back_under_lease(fd, start, end);
  else
    erase(fd, start);
}

static uint64_t roll_back_often(void) {
  int fd = open_or_die(options.foreign.file, O_RDWR | O_APPEND);
  uint64_t started = now_us(), random = 1;
  for (uint64_t i = 0; i < options.rollbacks; i++) {
    append_and_roll_back(fd);
    if (options.pause_us.max > 0) pass_time(random_in(&random, options.pause_us));
  }
  close(fd);
  return now_us() - started;
}

static void parse_options(int count, char** arguments) {
  static const struct option names[] = {{"mode", 1, 0, 'm'},
                                        {"rollbacks", 1, 0, 'n'},
                                        {"open", 1, 0, 'o'},
                                        {"appenders", 1, 0, 'a'},
                                        {"pause-us", 1, 0, 'p'},
                                        {"rest-us", 1, 0, 'r'},
                                        {0, 0, 0, 0}};
  for (int c; (c = getopt_long(count, arguments, "", names, NULL)) != -1;) {
    switch (c) {
      case 'm':
        options.mode = parse_choice("mode", optarg, modes);
        break;
      case 'n':
        options.rollbacks = parse_number("rollbacks", optarg);
        break;
      case 'o':
        options.foreign.open_each = parse_choice("open", optarg, opens) == 1;
        break;
      case 'a':
        options.foreign.appenders = parse_number("appenders", optarg);
        break;
      case 'p':
        options.pause_us = parse_span("pause-us", optarg);
        break;
      case 'r':
        options.foreign.rest_us = parse_span("rest-us", optarg);
        break;
      default:
        exit(2);
    }
  }
  if (optind + 1 != count || options.mode < 0)
    die("usage: guard_race FILE --mode bare|lease|erase [options]");
  options.foreign.file = arguments[optind];
}

int main(int count, char** arguments) {
  parse_options(count, arguments);
  close(open_or_die(options.foreign.file, O_WRONLY | O_CREAT | O_TRUNC));
  foreign_start(&options.foreign);
  uint64_t us = roll_back_often(), written = foreign_stop(), lost = foreign_count_lost();
  printf("{\"mode\":\"%s\",\"open\":\"%s\",\"rollbacks\":%" PRIu64 ",\"truncated\":%" PRIu64
         ",\"erased\":%" PRIu64 ",\"denied\":%" PRIu64 ",\"moved\":%" PRIu64
         ",\"leaseLost\":%" PRIu64 ",\"foreign\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"ms\":%" PRIu64
         "}\n",
         modes[options.mode], opens[options.foreign.open_each], options.rollbacks, counts.truncated,
         counts.erased, counts.denied, counts.moved, counts.lost_lease, written, lost, us / 1000);
  return 0;
}
