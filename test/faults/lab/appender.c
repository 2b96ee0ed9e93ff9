// appender.c: a foreign, plain appender of JSON Lines, in a tight loop.
//
// Idea: what everybody else's program does to a shared file; shares no code with the package.
// Use: appender FILE --writer NAME (--count N | --seconds S) [--size MIN..MAX]
//   [--style whole|halves|dies] [--open keep|each] [--acks FILE] [--seed S]
// whole: one write of line and LF. halves: in two writes, cut before the LF or anywhere.
// dies: now and then writes a part of a line and ends with code 3. The lines' content is
// a function of writer, sequence and seed. SIGTERM ends it properly.
// Contract: on an error or a short write it does as fs.appendFileSync does: writes the rest
// if it can, else gives up the record, and goes on; never repairs. An ack goes out, in one
// write, only after the record landed in one piece; if another writer came between two
// halves the ack names the pieces by range instead. Prints its counts as JSON at the end.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab.h"
#include "sha1.h"

enum style { STYLE_WHOLE, STYLE_HALVES, STYLE_DIES };
enum { DIES_EVERY = 50, DIED = 3 };

static struct {
  const char *file, *writer;
  uint64_t count, seconds, seed;
  struct span size;
  enum style style;
  bool open_each;
  int acks;
} options = {.count = UINT64_MAX, .seconds = UINT64_MAX / 2000000u, .size = {100, 300}, .acks = -1};

static struct { uint64_t tried, acknowledged, split, short_writes, errors; } counts;

static volatile sig_atomic_t stopped;
static void on_stop(int signal) { stopped = signal; }

static void print_counts(void) {
  printf("{\"writer\":\"%s\",\"tried\":%" PRIu64 ",\"acknowledged\":%" PRIu64 ",\"split\":%" PRIu64
         ",\"short\":%" PRIu64 ",\"errors\":%" PRIu64 "}\n",
         options.writer, counts.tried, counts.acknowledged, counts.split, counts.short_writes,
         counts.errors);
  fflush(stdout);
}

// The record and its LF into `line`, the same for the same sequence; returns the length with LF.
static size_t make_line(char* line, uint64_t sequence) {
  uint64_t random = options.seed ^ (sequence * 0xd1342543de82ef95u);
  size_t want = random_in(&random, options.size);
  size_t at = (size_t)sprintf(line, "{\"writer\":\"%s\",\"sequence\":%" PRIu64 ",\"pad\":\"",
                              options.writer, sequence);
  uint64_t bits = 0;
  for (int left = 0; at + 2 < want; left--, bits >>= 5) {
    if (left == 0) bits = random_next(&random), left = 12;
    line[at++] = "abcdefghijklmnopqrstuvwxyz{},: 0"[bits & 31];
  }
  memcpy(line + at, "\"}\n", 3);
  return at + 3;
}

struct piece {
  off_t start, end;
};

// Like fs.appendFileSync: again and again until all is written or a call fails.
static bool write_like_node(int fd, const char* bytes, size_t length, struct piece* piece) {
  bool whole = true;
  for (size_t done = 0; done < length;) {
    ssize_t written = write(fd, bytes + done, length - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      counts.errors++;
      return false;
    }
    done += (size_t)written;
    if (done < length) {
      counts.short_writes++;
      whole = false;
    }
  }
  // Exact: the kernel moved this description's position to the end of what it appended.
  piece->end = lseek(fd, 0, SEEK_CUR);
  piece->start = piece->end - (off_t)length;
  return whole;
}

static void acknowledge(uint64_t sequence, const char* line, size_t length) {
  char hex[41], text[256];
  counts.acknowledged++;
  if (options.acks < 0) return;
  sha1_hex(line, length - 1, hex);
  int size = snprintf(text, sizeof text, "{\"id\":\"%s:%" PRIu64 "\",\"sha1\":\"%s\"}\n",
                      options.writer, sequence, hex);
  write_all(options.acks, text, (size_t)size);
}

static void acknowledge_pieces(uint64_t sequence, const char* line, const struct piece pieces[2]) {
  char first[41], second[41], text[512];
  size_t cut = (size_t)(pieces[0].end - pieces[0].start);
  counts.acknowledged++;
  counts.split++;
  if (options.acks < 0) return;
  sha1_hex(line, cut, first);
  sha1_hex(line + cut, (size_t)(pieces[1].end - pieces[1].start), second);
  int size = snprintf(text, sizeof text,
                      "{\"id\":\"%s:%" PRIu64
                      "\",\"pieces\":[{\"start\":%jd,\"end\":%jd,\"sha1\":\"%s\"},"
                      "{\"start\":%jd,\"end\":%jd,\"sha1\":\"%s\"}]}\n",
                      options.writer, sequence, (intmax_t)pieces[0].start, (intmax_t)pieces[0].end,
                      first, (intmax_t)pieces[1].start, (intmax_t)pieces[1].end, second);
  write_all(options.acks, text, (size_t)size);
}

static void append_whole(int fd, uint64_t sequence, const char* line, size_t length) {
  struct piece piece;
  if (write_like_node(fd, line, length, &piece)) acknowledge(sequence, line, length);
}

static void append_halves(int fd, uint64_t sequence, const char* line, size_t length,
                          uint64_t* random) {
  struct piece pieces[2];
  size_t cut =
      random_next(random) % 2 ? length - 1 : random_in(random, (struct span){1, length - 1});
  bool first = write_like_node(fd, line, cut, &pieces[0]);
  // A short rest now and then lets another writer in between.
  if (random_next(random) % 4 == 0) sleep_us(random_in(random, (struct span){1, 100}));
  bool second = write_like_node(fd, line + cut, length - cut, &pieces[1]);
  if (!first || !second) return;
  // Cut before the LF the record itself is in one piece whoever comes between.
  if (cut == length - 1 || pieces[0].end == pieces[1].start)
    acknowledge(sequence, line, length);
  else
    acknowledge_pieces(sequence, line, pieces);
}

static void maybe_die(int fd, const char* line, size_t length, uint64_t* random) {
  struct piece piece;
  if (random_next(random) % DIES_EVERY != 0) return;
  write_like_node(fd, line, random_in(random, (struct span){1, length - 1}), &piece);
  print_counts();
  _exit(DIED);
}

static int open_file(void) {
  int fd = open(options.file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) counts.errors++;
  return fd;
}

static void append_all(char* line) {
  uint64_t random = options.seed, deadline = now_us() + options.seconds * 1000000u;
  int fd = options.open_each ? -1 : open_file();
  if (fd < 0 && !options.open_each) die("cannot open %s", options.file);
  for (uint64_t sequence = 0; sequence < options.count && !stopped && now_us() < deadline;
       sequence++) {
    uint64_t errors = counts.errors;
    size_t length = make_line(line, sequence);
    if (options.open_each) fd = open_file();
    counts.tried++;
    if (fd >= 0) {
      if (options.style == STYLE_DIES) maybe_die(fd, line, length, &random);
      if (options.style == STYLE_HALVES)
        append_halves(fd, sequence, line, length, &random);
      else
        append_whole(fd, sequence, line, length);
      if (options.open_each) close(fd);
    }
    if (counts.errors > errors) sleep_us(200);  // a full disk is no reason to burn a processor
  }
}

static void parse_options(int count, char** arguments) {
  static const struct option names[] = {
      {"writer", 1, 0, 'w'}, {"count", 1, 0, 'n'}, {"seconds", 1, 0, 's'},
      {"size", 1, 0, 'z'},   {"style", 1, 0, 'y'}, {"open", 1, 0, 'o'},
      {"acks", 1, 0, 'a'},   {"seed", 1, 0, 'r'},  {0, 0, 0, 0}};
  static const char *const styles[] = {"whole", "halves", "dies", NULL}, *const opens[] = {
                                                                             "keep", "each", NULL};
  for (int c; (c = getopt_long(count, arguments, "", names, NULL)) != -1;) {
    switch (c) {
      case 'w':
        options.writer = optarg;
        break;
      case 'n':
        options.count = parse_number("count", optarg);
        break;
      case 's':
        options.seconds = parse_number("seconds", optarg);
        break;
      case 'z':
        options.size = parse_span("size", optarg);
        break;
      case 'y':
        options.style = (enum style)parse_choice("style", optarg, styles);
        break;
      case 'o':
        options.open_each = parse_choice("open", optarg, opens) == 1;
        break;
      case 'a':
        options.acks = open(optarg, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
        if (options.acks < 0) die("cannot open %s", optarg);
        break;
      case 'r':
        options.seed = parse_number("seed", optarg);
        break;
      default:
        exit(2);
    }
  }
  if (optind + 1 != count || options.writer == NULL || strlen(options.writer) > 64) {
    die("usage: appender FILE --writer NAME (--count N | --seconds S) [options]");
  }
  options.file = arguments[optind];
}

int main(int count, char** arguments) {
  parse_options(count, arguments);
  signal(SIGXFSZ, SIG_IGN);  // as in Node: a file size limit is an errno, not a death
  signal(SIGTERM, on_stop);
  char* line = malloc(options.size.max + 256);
  if (line == NULL) die("no memory for a record");
  append_all(line);
  print_counts();
  return 0;
}
