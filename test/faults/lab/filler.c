// filler.c: fills a file system and frees it again, at random times.
//
// Idea: appenders beside it meet a really full disk, with real short writes, at random
// bytes. Use: filler DIR [--seed S] [--period-ms A..B] (--until-signal | --seconds S), or
// filler DIR --once [--leave BYTES]: fills once, gives BYTES back, leaves the ballast there.
// The ballast is one file, `.ballast` in DIR; it is reserved in ever smaller pieces, the last
// ones by writing, and freed by cutting off a random part or all of it.
// Contract: ends at SIGTERM, SIGINT or after S seconds, removes its ballast then, and prints
// how often it filled and freed as JSON. Touches nothing else in DIR.
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
#include <unistd.h>

#include "lab.h"

static struct {
  const char* folder;
  uint64_t seed, seconds, leave;
  struct span period_ms;
  bool once;
} options = {.seconds = UINT64_MAX / 2000000u, .period_ms = {5, 50}};

static volatile sig_atomic_t stopped;
static void on_stop(int signal) { stopped = signal; }

static bool is_full(int error) { return error == ENOSPC || error == EDQUOT || error == EFBIG; }

static off_t size_of(int fd) {
  struct stat stat;
  if (fstat(fd, &stat) < 0) die("fstat");
  return stat.st_size;
}

// Reserves space in pieces of at most `piece`; false if the file system cannot do so.
static bool reserve(int fd, off_t piece) {
  off_t end = size_of(fd);
  while (piece >= 4096 && !stopped) {
    if (fallocate(fd, 0, end, piece) == 0)
      end += piece;
    else if (is_full(errno))
      piece /= 2;
    else if (errno != EINTR)
      return false;
  }
  return true;
}

// The last bytes by plain writes, down to single ones: what an appender would meet.
static void write_rest(int fd) {
  static const char zeros[65536];
  off_t end = size_of(fd);
  for (size_t piece = sizeof zeros; piece > 0 && !stopped;) {
    ssize_t written = pwrite(fd, zeros, piece, end);
    if (written > 0)
      end += written;
    else if (written < 0 && !is_full(errno) && errno != EINTR)
      die("cannot write ballast");
    else
      piece /= 2;
  }
}

static void fill(int fd) {
  reserve(fd, (off_t)64 << 20);
  write_rest(fd);
}

static void give_back(int fd, uint64_t bytes) {
  off_t size = size_of(fd);
  off_t rest = bytes < (uint64_t)size ? size - (off_t)bytes : 0;
  if (ftruncate(fd, rest) < 0 && !is_full(errno)) die("cannot free ballast");
}

static void rest(uint64_t* random) {
  uint64_t until = now_us() + random_in(random, options.period_ms) * 1000;
  for (uint64_t now; !stopped && (now = now_us()) < until;)
    sleep_us(until - now);  // a signal cuts it short
}

static void fill_and_free(int fd) {
  uint64_t random = options.seed, fills = 0, frees = 0,
           deadline = now_us() + options.seconds * 1000000u;
  while (!stopped && now_us() < deadline) {
    fill(fd);
    fills++;
    rest(&random);
    // Mostly a little, so that the next short write is near; every fourth time all of it.
    uint64_t room =
        random_next(&random) % 4 == 0 ? UINT64_MAX : random_in(&random, (struct span){1, 65536});
    give_back(fd, room);
    frees++;
    rest(&random);
  }
  printf("{\"fills\":%" PRIu64 ",\"frees\":%" PRIu64 "}\n", fills, frees);
}

static void parse_options(int count, char** arguments) {
  static const struct option names[] = {{"seed", 1, 0, 'r'},
                                        {"period-ms", 1, 0, 'p'},
                                        {"until-signal", 0, 0, 'u'},
                                        {"seconds", 1, 0, 's'},
                                        {"once", 0, 0, 'o'},
                                        {"leave", 1, 0, 'l'},
                                        {0, 0, 0, 0}};
  for (int c; (c = getopt_long(count, arguments, "", names, NULL)) != -1;) {
    switch (c) {
      case 'r':
        options.seed = parse_number("seed", optarg);
        break;
      case 'p':
        options.period_ms = parse_span("period-ms", optarg);
        break;
      case 'u':
        break;  // the default, spelt out
      case 's':
        options.seconds = parse_number("seconds", optarg);
        break;
      case 'o':
        options.once = true;
        break;
      case 'l':
        options.leave = parse_number("leave", optarg);
        break;
      default:
        exit(2);
    }
  }
  if (optind + 1 != count) die("usage: filler DIR [options]");
  options.folder = arguments[optind];
}

int main(int count, char** arguments) {
  parse_options(count, arguments);
  struct sigaction action = {.sa_handler = on_stop};  // no SA_RESTART: a rest must end at once
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  signal(SIGXFSZ, SIG_IGN);
  char path[4096];
  if (snprintf(path, sizeof path, "%s/.ballast", options.folder) >= (int)sizeof path)
    die("path too long");
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) die("cannot open %s", path);
  if (options.once) {
    fill(fd);
    give_back(fd, options.leave);
    return 0;
  }
  fill_and_free(fd);
  if (unlink(path) < 0) die("cannot remove %s", path);
  int folder = open(options.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  close(fd);
  return syncfs(folder) == 0 ? 0 : 1;  // btrfs gives space back only with a commit
}
