// foreign.c: see foreign.h.
#define _GNU_SOURCE
#include "foreign.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

// A record has a fixed length, so that it can be found again by its mark.
static const char template[] = "{\"foreign\":\"00\",\"at\":\"000000000000\"}\n";
static const char mark[] = "{\"foreign\":\"";
enum {
  MAX_APPENDERS = 16,
  RECORD_SIZE = sizeof template - 1,
  APPENDER_AT = sizeof mark - 1,
  APPENDER_DIGITS = 2,
  SEQUENCE_AT = RECORD_SIZE - 15,
  SEQUENCE_DIGITS = 12
};

static struct foreign_options options;

static struct shared {
  atomic_bool stop;
  _Atomic uint64_t written[MAX_APPENDERS];
} * shared;

void pass_time(uint64_t us) {
  for (uint64_t until = now_us() + us; now_us() < until;) continue;
}

int open_or_die(const char* file, int flags) {
  int fd = open(file, flags | O_CLOEXEC, 0644);
  if (fd < 0) die("cannot open %s", file);
  return fd;
}

static void put_digits(char* at, int count, uint64_t value) {
  for (; count > 0; value /= 10) at[--count] = (char)('0' + value % 10);
}

static bool get_digits(const char* at, int count, uint64_t* value) {
  *value = 0;
  for (int i = 0; i < count; i++) {
    if (at[i] < '0' || at[i] > '9') return false;
    *value = *value * 10 + (uint64_t)(at[i] - '0');
  }
  return true;
}

static _Noreturn void append_forever(uint64_t appender) {
  char record[sizeof template];
  uint64_t random = appender;
  memcpy(record, template, sizeof record);
  put_digits(record + APPENDER_AT, APPENDER_DIGITS, appender);
  int fd = options.open_each ? -1 : open_or_die(options.file, O_WRONLY | O_APPEND);
  for (uint64_t sequence = 0; !shared->stop; sequence++) {
    put_digits(record + SEQUENCE_AT, SEQUENCE_DIGITS, sequence);
    if (options.open_each) fd = open_or_die(options.file, O_WRONLY | O_APPEND);
    if (write(fd, record, RECORD_SIZE) != RECORD_SIZE)
      die("foreign append failed (is the file system full?)");
    shared->written[appender] = sequence + 1;
    if (options.open_each) close(fd);
    if (options.rest_us.max > 0) pass_time(random_in(&random, options.rest_us));
  }
  _exit(0);
}

// Rollbacks before the first foreign append would meet no race.
static void wait_for_first(uint64_t appender) {
  for (int tries = 0; shared->written[appender] == 0; tries++) {
    if (tries > 100000) die("a foreign appender does not append");
    sleep_us(50);
  }
}

void foreign_start(const struct foreign_options* wanted) {
  options = *wanted;
  if (options.appenders < 1 || options.appenders > MAX_APPENDERS)
    die("1 to %d appenders", MAX_APPENDERS);
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) die("no shared memory");
  for (uint64_t i = 0; i < options.appenders; i++) {
    pid_t child = fork();
    if (child < 0) die("fork");
    if (child > 0) continue;
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // however the parent ends, no appender outlives it
    append_forever(i);
  }
  for (uint64_t i = 0; i < options.appenders; i++) wait_for_first(i);
}

uint64_t foreign_stop(void) {
  int status, failed = 0;
  uint64_t written = 0;
  shared->stop = true;
  while (wait(&status) > 0) failed |= status;
  if (failed != 0) die("a foreign appender failed");
  for (uint64_t i = 0; i < options.appenders; i++) written += shared->written[i];
  return written;
}

// Whether a whole foreign record stands at `at`, and which.
static bool read_record(const char* at, uint64_t* appender, uint64_t* sequence) {
  char expected[sizeof template];
  if (!get_digits(at + APPENDER_AT, APPENDER_DIGITS, appender)) return false;
  if (!get_digits(at + SEQUENCE_AT, SEQUENCE_DIGITS, sequence)) return false;
  if (*appender >= options.appenders || *sequence >= shared->written[*appender]) return false;
  memcpy(expected, template, sizeof expected);
  put_digits(expected + APPENDER_AT, APPENDER_DIGITS, *appender);
  put_digits(expected + SEQUENCE_AT, SEQUENCE_DIGITS, *sequence);
  return memcmp(at, expected, RECORD_SIZE) == 0;
}

static char* read_file(size_t* size) {
  struct stat stat;
  int fd = open_or_die(options.file, O_RDONLY);
  if (fstat(fd, &stat) < 0) die("fstat");
  *size = (size_t)stat.st_size;
  char* bytes = malloc(*size + 1);
  if (bytes == NULL) die("no memory");
  for (size_t at = 0; at < *size;) {
    ssize_t done = read(fd, bytes + at, *size - at);
    if (done <= 0) die("cannot read %s", options.file);
    at += (size_t)done;
  }
  close(fd);
  return bytes;
}

uint64_t foreign_count_lost(void) {
  uint64_t written = 0, found = 0, appender, sequence;
  unsigned char* seen[MAX_APPENDERS];
  for (uint64_t i = 0; i < options.appenders; i++) {
    written += shared->written[i];
    seen[i] = calloc(shared->written[i] + 1, 1);
    if (seen[i] == NULL) die("no memory");
  }
  size_t size;
  char *bytes = read_file(&size), *end = bytes + size;
  for (char* at = bytes; (at = memmem(at, (size_t)(end - at), mark, sizeof mark - 1)) != NULL;
       at++) {
    if (end - at < RECORD_SIZE) break;
    if (!read_record(at, &appender, &sequence)) continue;
    found += !seen[appender][sequence];
    seen[appender][sequence] = 1;
  }
  for (uint64_t i = 0; i < options.appenders; i++) free(seen[i]);
  free(bytes);
  return written - found;
}
