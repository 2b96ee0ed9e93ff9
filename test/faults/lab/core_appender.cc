// core_appender.cc: the package's own core, without Node, in a tight loop, to be killed at any
// moment.
//
// Idea: kill -9 of Node takes 60 ms a try, of this 2 ms. It appends by WriteOnce and takes short
// writes back by the lease or by erasing, as the policy in lib/ does; an ack goes out after each
// append that stood alone on its line. Use: core_appender FILE --writer NAME --acks FILE [--size
// MIN..MAX]
//   [--seed S] [--count N] [--open-only]
// If the file does not end in an LF when it is opened, the first append starts with one (the seal).
// Contract: does not repair: a Recorder's open does that, in the driver. Ends only by a signal or
// its count.
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "core/append.h"
#include "core/erase.h"
#include "core/open.h"
#include "core/read.h"
#include "core/truncate.h"

extern "C" {
#include "sha1.h"
#define _Noreturn [[noreturn]]
#include "lab.h"
}

namespace {

using wholeline::Outcome;

struct {
  const char* file = nullptr;
  const char* writer = nullptr;
  int acks = -1;
  span size = {100, 300};
  uint64_t seed = 1;
  uint64_t count = UINT64_MAX;
} options;

// Head and tail as makeRecord of support/records.mjs, so that a reader knows a whole one by its
// size.
size_t MakeLine(char* line, uint64_t sequence, size_t want, uint64_t* random) {
  const int head = sprintf(line, "{\"writer\":\"%s\",\"sequence\":%" PRIu64 ",\"pad\":\"",
                           options.writer, sequence);
  size_t at = static_cast<size_t>(head);
  while (at + 2 < want) line[at++] = static_cast<char>('a' + random_next(random) % 26);
  memcpy(line + at, "\"}\n", 3);
  return at + 3;
}

void Acknowledge(uint64_t sequence, const char* line, size_t length, int64_t start) {
  char hex[41], text[256];
  sha1_hex(line, length - 1, hex);
  const int size = snprintf(
      text, sizeof text,
      "{\"id\":\"%s:%" PRIu64 "\",\"start\":%" PRId64 ",\"end\":%" PRId64 ",\"sha1\":\"%s\"}\n",
      options.writer, sequence, start, start + static_cast<int64_t>(length), hex);
  write_all(options.acks, text, static_cast<size_t>(size));
}

// The byte before the append is an LF, or nothing but what we know ended a line.
bool StandsAlone(int fd, int64_t start, int64_t expected) {
  uint8_t before = '\n';
  if (start == 0 || start == expected) return true;
  const Outcome read = wholeline::ReadAt(fd, &before, 1, start - 1);
  return read.error_number == 0 && before == '\n';
}

void TakeBack(int fd, const uint8_t* bytes, int64_t start, int64_t end) {
  const Outcome cut = wholeline::TruncateUnderLease(fd, end, start);
  if (cut.error_number == 0 && cut.detail == 0) return;
  (void)wholeline::EraseOwnBytes(fd, options.file, bytes, static_cast<size_t>(end - start), start);
}

void AppendAll(int fd, int64_t size) {
  char* line = static_cast<char*>(malloc(options.size.max + 256));
  uint64_t random = options.seed;
  uint8_t last = '\n';
  if (size > 0) (void)wholeline::ReadAt(fd, &last, 1, size - 1);
  int64_t expected = size;
  bool seal = last != '\n';
  for (uint64_t sequence = 0; sequence < options.count; sequence++) {
    line[0] = '\n';
    const size_t length = MakeLine(line + 1, sequence, random_in(&random, options.size), &random);
    const auto* bytes = reinterpret_cast<const uint8_t*>(seal ? line : line + 1);
    const size_t all = length + (seal ? 1 : 0);
    const Outcome written = wholeline::WriteOnce(fd, bytes, all);
    if (written.error_number != 0) {
      sleep_us(200);
      continue;
    }
    const bool whole = written.end - written.start == static_cast<int64_t>(all);
    if (!whole) {
      TakeBack(fd, bytes, written.start, written.end);
      seal = true;
      continue;
    }
    if (seal || StandsAlone(fd, written.start, expected))
      Acknowledge(sequence, line + 1, length, written.end - static_cast<int64_t>(length));
    expected = written.end;
    seal = false;
  }
  free(line);
}

void ParseOptions(int count, char** arguments) {
  static const option names[] = {{"writer", 1, nullptr, 'w'}, {"acks", 1, nullptr, 'a'},
                                 {"size", 1, nullptr, 'z'},   {"seed", 1, nullptr, 'r'},
                                 {"count", 1, nullptr, 'n'},  {nullptr, 0, nullptr, 0}};
  for (int c; (c = getopt_long(count, arguments, "", names, nullptr)) != -1;) {
    if (c == 'w')
      options.writer = optarg;
    else if (c == 'a')
      options.acks = open(optarg, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    else if (c == 'z')
      options.size = parse_span("size", optarg);
    else if (c == 'r')
      options.seed = parse_number("seed", optarg);
    else if (c == 'n')
      options.count = parse_number("count", optarg);
    else
      exit(2);
  }
  if (optind + 1 != count || options.writer == nullptr || options.acks < 0)
    die("usage: core_appender FILE --writer NAME --acks FILE [options]");
  options.file = arguments[optind];
}

}  // namespace

int main(int count, char** arguments) {
  ParseOptions(count, arguments);
  signal(SIGXFSZ, SIG_IGN);
  const wholeline::OpenOutcome opened =
      wholeline::OpenForAppend(options.file, wholeline::OpenOptions{});
  if (opened.fd < 0) die("cannot open %s", options.file);
  AppendAll(opened.fd, opened.outcome.end);
  return 0;
}
