// lab.c: see lab.h.
#define _GNU_SOURCE
#include "lab.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void die(const char* format, ...) {
  int error = errno;
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "%s: ", program_invocation_short_name);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  if (error != 0) fprintf(stderr, ": %s", strerror(error));
  fputc('\n', stderr);
  exit(2);
}

// splitmix64: every seed is good, also 0 and neighbouring ones.
uint64_t random_next(uint64_t* state) {
  uint64_t z = (*state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

uint64_t random_in(uint64_t* state, struct span span) {
  uint64_t width = span.max - span.min + 1;
  return width == 0 ? random_next(state) : span.min + random_next(state) % width;
}

static const char* scan_number(const char* text, uint64_t* number) {
  char* end;
  errno = 0;
  *number = strtoull(text, &end, 10);
  bool good = errno == 0 && end != text && text[0] >= '0' && text[0] <= '9';
  errno = 0;
  return good ? end : NULL;
}

uint64_t parse_number(const char* option, const char* text) {
  uint64_t number = 0;
  const char* end = scan_number(text, &number);
  if (end == NULL || *end != '\0') die("--%s wants a number, not '%s'", option, text);
  return number;
}

struct span parse_span(const char* option, const char* text) {
  struct span span = {0, 0};
  const char* end = scan_number(text, &span.min);
  span.max = span.min;
  if (end != NULL && strncmp(end, "..", 2) == 0) end = scan_number(end + 2, &span.max);
  if (end == NULL || *end != '\0' || span.max < span.min) {
    die("--%s wants MIN..MAX or one number, not '%s'", option, text);
  }
  return span;
}

int parse_choice(const char* option, const char* text, const char* const* names) {
  for (int i = 0; names[i] != NULL; i++) {
    if (strcmp(names[i], text) == 0) return i;
  }
  errno = 0;
  die("--%s cannot be '%s'", option, text);
}

uint64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

void sleep_us(uint64_t us) {
  struct timespec rest = {(time_t)(us / 1000000u), (long)(us % 1000000u) * 1000};
  nanosleep(&rest, NULL);
}

void write_all(int fd, const void* bytes, size_t length) {
  const char* at = bytes;
  while (length > 0) {
    ssize_t written = write(fd, at, length);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) die("cannot write to a file that must not fail");
    at += written;
    length -= (size_t)written;
  }
}
