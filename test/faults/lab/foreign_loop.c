// foreign_loop.c: the appenders of guard_race as a program of their own, against whatever rolls
// back.
//
// Idea: they count what they wrote in shared memory, so a hundred million of their records can be
// looked for in seconds, without an ack log. Use: foreign_loop FILE [--open keep|each] [--appenders
// N] [--rest-us A..B]; prints {"ready":true} once each has appended, goes on until SIGTERM or the
// end of standard input. Contract: then prints how many records they wrote and how many of them are
// not in FILE.
#define _GNU_SOURCE
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "foreign.h"
#include "lab.h"

static const char* const opens[] = {"keep", "each", NULL};

static void on_stop(int signal) { (void)signal; }

int main(int count, char** arguments) {
  static const struct option names[] = {
      {"open", 1, 0, 'o'}, {"appenders", 1, 0, 'a'}, {"rest-us", 1, 0, 'r'}, {0, 0, 0, 0}};
  struct foreign_options options = {.appenders = 1};
  for (int c; (c = getopt_long(count, arguments, "", names, NULL)) != -1;) {
    if (c == 'o')
      options.open_each = parse_choice("open", optarg, opens) == 1;
    else if (c == 'a')
      options.appenders = parse_number("appenders", optarg);
    else if (c == 'r')
      options.rest_us = parse_span("rest-us", optarg);
    else
      exit(2);
  }
  if (optind + 1 != count) die("usage: foreign_loop FILE [options]");
  options.file = arguments[optind];
  close(open_or_die(options.file, O_WRONLY | O_CREAT));
  foreign_start(&options);
  // Only now: the appenders are not to inherit the handler. Without SA_RESTART it ends the read.
  struct sigaction stop = {.sa_handler = on_stop};
  sigaction(SIGTERM, &stop, NULL);
  puts("{\"ready\":true}");
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) continue;
  uint64_t written = foreign_stop();
  printf("{\"foreign\":%" PRIu64 ",\"lost\":%" PRIu64 "}\n", written, foreign_count_lost());
  return 0;
}
