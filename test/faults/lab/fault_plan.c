// fault_plan.c: see fault_plan.h.
#define _GNU_SOURCE
#include "fault_plan.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_RULES = 64, CAN_SHORT = 1, CAN_LIE = 2 };

static const struct {
  const char* name;
  int can;
} calls[CALL_COUNT] = {
    [CALL_WRITE] = {"write", CAN_SHORT | CAN_LIE},
    [CALL_WRITEV] = {"writev", CAN_SHORT | CAN_LIE},
    [CALL_PWRITE] = {"pwrite", CAN_SHORT | CAN_LIE},
    [CALL_READ] = {"read", CAN_SHORT | CAN_LIE},
    [CALL_PREAD] = {"pread", CAN_SHORT | CAN_LIE},
    [CALL_OPEN] = {"open", 0},
    [CALL_CLOSE] = {"close", 0},
    [CALL_TRUNCATE] = {"truncate", CAN_LIE},
    [CALL_FSYNC] = {"fsync", CAN_LIE},
    [CALL_FDATASYNC] = {"fdatasync", CAN_LIE},
    [CALL_LSEEK] = {"lseek", CAN_LIE},
    [CALL_STAT] = {"stat", 0},
    [CALL_STATFS] = {"statfs", 0},
    [CALL_FCNTL] = {"fcntl", CAN_LIE},
    [CALL_SETLEASE] = {"setlease", CAN_LIE},
    [CALL_UNLEASE] = {"unlease", CAN_LIE},
    [CALL_GETLEASE] = {"getlease", CAN_LIE},
    [CALL_SETSIG] = {"setsig", CAN_LIE},
    [CALL_SETLK] = {"setlk", CAN_LIE},
    [CALL_RENAME] = {"rename", CAN_LIE},
    [CALL_UNLINK] = {"unlink", CAN_LIE},
};

// System calls known by another name than the plan's: the reader may write either.
static const struct {
  const char* name;
  enum fault_call call;
} aliases[] = {{"ftruncate", CALL_TRUNCATE},
               {"fstatfs", CALL_STATFS},
               {"statx", CALL_STAT},
               {"fstat", CALL_STAT}};

struct rule {
  enum fault_call call;
  uint64_t first, last;
  struct fault fault;
};

struct fault_gate {
  pthread_mutex_t mutex;
  uint32_t known;
  bool signals;
  struct rule rules[MAX_RULES];
  size_t rule_count;
  uint64_t since_plan[CALL_COUNT], total[CALL_COUNT], fired;
};

struct fault_gate* fault_gate_new(uint32_t known, bool signals) {
  struct fault_gate* gate = calloc(1, sizeof *gate);
  if (gate == NULL) return NULL;
  pthread_mutex_init(&gate->mutex, NULL);
  gate->known = known;
  gate->signals = signals;
  return gate;
}

static bool find_call(const char* name, enum fault_call* call) {
  for (int i = 0; i < CALL_COUNT; i++) {
    if (strcmp(calls[i].name, name) == 0) return *call = (enum fault_call)i, true;
  }
  for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
    if (strcmp(aliases[i].name, name) == 0) return *call = aliases[i].call, true;
  }
  return false;
}

static bool find_errno(const char* name, int* error) {
  for (int i = 1; i < 134; i++) {
    const char* known = strerrorname_np(i);
    if (known != NULL && strcmp(known, name) == 0) return *error = i, true;
  }
  return false;
}

static bool number(const char* text, uint64_t* value, const char** rest) {
  char* end;
  if (*text < '0' || *text > '9') return false;
  *value = strtoull(text, &end, 10);
  *rest = end;
  return true;
}

static bool whole_number(const char* text, uint64_t* value) {
  const char* rest;
  return number(text, value, &rest) && *rest == '\0';
}

static bool parse_when(const char* word, struct rule* rule) {
  uint64_t n;
  const char* rest;
  bool from = strncmp(word, "from=", 5) == 0;
  const char* digits = from ? word + 5 : strncmp(word, "nth=", 4) == 0 ? word + 4 : word;
  if (!number(digits, &n, &rest) || n == 0) return false;
  from = from || strcmp(rest, "+") == 0;
  if (*rest != '\0' && strcmp(rest, "+") != 0) return false;
  rule->first = n;
  rule->last = from ? UINT64_MAX : n;
  return true;
}

static bool parse_how(const char* word, struct rule* rule) {
  struct fault* fault = &rule->fault;
  uint64_t n;
  if (strncmp(word, "errno=", 6) == 0) return find_errno(word + 6, &fault->error);
  if (word[0] == 'E') return find_errno(word, &fault->error);
  if (strncmp(word, "short=", 6) == 0 && (calls[rule->call].can & CAN_SHORT)) {
    return whole_number(word + 6, &n) && (fault->short_bytes = (int64_t)n) >= 0;
  }
  if (strncmp(word, "sleep_ms=", 9) == 0) {
    return whole_number(word + 9, &n) && n <= UINT32_MAX && (fault->sleep_ms = (uint32_t)n, true);
  }
  if (strcmp(word, "lie") == 0 && (calls[rule->call].can & CAN_LIE)) return fault->lie = true;
  if (strcmp(word, "kill") == 0) return fault->kill = true;
  if (strcmp(word, "stop") == 0) return fault->stop = true;
  return false;
}

// One rule's words; `mistake` stays empty if all is well, also where there is no rule.
static bool parse_rule(const struct fault_gate* gate, char* text, struct rule* rule, char* mistake,
                       size_t size) {
  char *state, *word = strtok_r(text, ":, \t\r", &state);
  *rule = (struct rule){.first = 1, .last = UINT64_MAX, .fault = {.short_bytes = -1}};
  if (word == NULL || word[0] == '#') return false;
  if (!find_call(word, &rule->call) || !(gate->known & FAULT_CALL(rule->call))) {
    snprintf(mistake, size, "no such call: %s", word);
    return false;
  }
  bool effect = false;
  while ((word = strtok_r(NULL, ":, \t\r", &state)) != NULL) {
    if (parse_when(word, rule)) continue;
    if (!parse_how(word, rule) || (!gate->signals && (rule->fault.kill || rule->fault.stop))) {
      snprintf(mistake, size, "%s cannot have '%s'", calls[rule->call].name, word);
      return false;
    }
    effect = true;
  }
  if (!effect) snprintf(mistake, size, "%s: no effect given", calls[rule->call].name);
  return effect;
}

bool fault_gate_set(struct fault_gate* gate, const char* text, size_t length, char* mistake,
                    size_t mistake_size) {
  struct rule rules[MAX_RULES];
  size_t count = 0;
  char copy[4096], *state;
  mistake[0] = '\0';
  if (length >= sizeof copy) return snprintf(mistake, mistake_size, "plan too long"), false;
  memcpy(copy, text, length);
  copy[length] = '\0';
  for (char* line = strtok_r(copy, ";\n", &state); line != NULL;
       line = strtok_r(NULL, ";\n", &state)) {
    if (count == MAX_RULES) return snprintf(mistake, mistake_size, "too many rules"), false;
    if (parse_rule(gate, line, &rules[count], mistake, mistake_size)) count++;
    if (mistake[0] != '\0') return false;
  }
  pthread_mutex_lock(&gate->mutex);
  memcpy(gate->rules, rules, count * sizeof rules[0]);
  gate->rule_count = count;
  memset(gate->since_plan, 0, sizeof gate->since_plan);
  pthread_mutex_unlock(&gate->mutex);
  return true;
}

struct fault fault_gate_pass(struct fault_gate* gate, enum fault_call call) {
  struct fault fault = {.short_bytes = -1};
  pthread_mutex_lock(&gate->mutex);
  uint64_t n = ++gate->since_plan[call];
  gate->total[call]++;
  for (size_t i = 0; i < gate->rule_count; i++) {
    const struct rule* rule = &gate->rules[i];
    if (rule->call != call || n < rule->first || n > rule->last) continue;
    fault = rule->fault;
    gate->fired++;
    break;
  }
  pthread_mutex_unlock(&gate->mutex);
  return fault;
}

size_t fault_gate_counts(struct fault_gate* gate, char* text, size_t size) {
  size_t at = 0;
  pthread_mutex_lock(&gate->mutex);
  at += (size_t)snprintf(text, size, "{\"fired\":%llu", (unsigned long long)gate->fired);
  for (int i = 0; i < CALL_COUNT && at < size; i++) {
    if (!(gate->known & FAULT_CALL(i))) continue;
    at += (size_t)snprintf(text + at, size - at, ",\"%s\":%llu", calls[i].name,
                           (unsigned long long)gate->total[i]);
  }
  if (at < size) at += (size_t)snprintf(text + at, size - at, "}\n");
  pthread_mutex_unlock(&gate->mutex);
  return at < size ? at : size;
}
