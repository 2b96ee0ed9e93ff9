// preload_gate.c: see preload_gate.h.
#define _GNU_SOURCE
#include "preload_gate.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

// The shared page: the plan's text, ended by a zero byte, and in its last four bytes a
// number that the driver changes, with a write of its own, after the text is in place.
enum { PAGE_SIZE = 4096, TEXT_SIZE = PAGE_SIZE - 4 };

static struct fault_gate* gate;
static const char* target;
static size_t target_length;
static const char* page;
static uint32_t generation_seen;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t page_mutex = PTHREAD_MUTEX_INITIALIZER;
static __thread bool own_work;  // the gate's own calls come through the wrappers as well

static _Noreturn void refuse(const char* what, const char* detail) {
  dprintf(2, "preload: %s: %s\n", what, detail);
  _exit(97);
}

static void set_plan(const char* text) {
  char mistake[128];
  if (!fault_gate_set(gate, text, strlen(text), mistake, sizeof mistake))
    refuse("bad plan", mistake);
}

static uint32_t generation_now(void) {
  return atomic_load_explicit((const _Atomic uint32_t*)(const void*)(page + TEXT_SIZE),
                              memory_order_acquire);
}

static void map_page(const char* path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || lseek(fd, 0, SEEK_END) < PAGE_SIZE) refuse("no plan page of 4096 bytes", path);
  void* memory = mmap(NULL, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) refuse("cannot map", path);
  close(fd);
  page = memory;
  generation_seen = generation_now();
  set_plan(page);
}

static void read_environment(void) {
  target = getenv("FAULT_PATH");
  if (target == NULL || target[0] != '/') {
    target = NULL;  // no target: the library is only a passenger
    return;
  }
  target_length = strlen(target);
  gate = fault_gate_new(~(FAULT_CALL(CALL_RENAME) | FAULT_CALL(CALL_UNLINK)), true);
  if (gate == NULL) refuse("no memory", "plan");
  const char *plan = getenv("FAULT_PLAN"), *path = getenv("FAULT_PLAN_FILE");
  if (plan != NULL) set_plan(plan);
  if (path != NULL) map_page(path);
}

static void start(void) {
  own_work = true;
  read_environment();
  own_work = false;
}

static void follow_page(void) {
  if (page == NULL || generation_now() == generation_seen) return;
  pthread_mutex_lock(&page_mutex);
  uint32_t generation = generation_now();
  if (generation != generation_seen) {
    char text[TEXT_SIZE];
    memcpy(text, page, sizeof text);
    text[TEXT_SIZE - 1] = '\0';
    set_plan(text);
    generation_seen = generation;
  }
  pthread_mutex_unlock(&page_mutex);
}

static bool is_target(const char* path) { return strncmp(path, target, target_length) == 0; }

static bool is_target_descriptor(int fd) {
  char link[32], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return false;
  path[length] = '\0';
  return is_target(path);
}

static bool is_target_path(int folder_fd, const char* path) {
  char link[64], folder[PATH_MAX], whole[2 * PATH_MAX];
  int fd;
  if (path == NULL) return false;
  if (sscanf(path, "/proc/self/fd/%d", &fd) == 1) return is_target_descriptor(fd);
  if (path[0] == '/') return is_target(path);
  if (path[0] == '\0') return is_target_descriptor(folder_fd);
  if (folder_fd == AT_FDCWD)
    snprintf(link, sizeof link, "/proc/self/cwd");
  else
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder_fd);
  ssize_t length = readlink(link, folder, sizeof folder - 1);
  if (length <= 0) return false;
  folder[length] = '\0';
  snprintf(whole, sizeof whole, "%s/%s", folder, path);
  return is_target(whole);
}

static struct fault pass(enum fault_call call) {
  follow_page();
  struct fault fault = fault_gate_pass(gate, call);
  if (fault.sleep_ms > 0) {
    struct timespec rest = {fault.sleep_ms / 1000, (long)(fault.sleep_ms % 1000) * 1000000};
    nanosleep(&rest, NULL);
  }
  if (fault.stop) raise(SIGSTOP);
  if (fault.kill && fault.short_bytes < 0) kill(getpid(), SIGKILL);
  return fault;
}

static bool is_on(void) {
  if (own_work) return false;
  pthread_once(&once, start);
  return target != NULL;
}

struct fault gate_descriptor(int fd, enum fault_call call) {
  struct fault fault = {.short_bytes = -1};
  int error = errno;
  if (is_on() && is_target_descriptor(fd)) fault = pass(call);
  errno = error;
  return fault;
}

struct fault gate_path(int folder_fd, const char* path, enum fault_call call) {
  struct fault fault = {.short_bytes = -1};
  int error = errno;
  if (is_on() && is_target_path(folder_fd, path)) fault = pass(call);
  errno = error;
  return fault;
}

void gate_after(const struct fault* fault) {
  if (fault->kill) kill(getpid(), SIGKILL);
}

// Only a process that touched the target reports: a child that inherited the library
// but did something else must not write over the counts.
__attribute__((destructor)) static void report(void) {
  const char* path = getenv("FAULT_COUNT_FILE");
  char text[1024];
  if (path == NULL || gate == NULL) return;
  size_t length = fault_gate_counts(gate, text, sizeof text);
  if (strpbrk(text, "123456789") == NULL) return;
  own_work = true;
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0 || write(fd, text, length) != (ssize_t)length) dprintf(2, "preload: no counts\n");
  own_work = false;
}
