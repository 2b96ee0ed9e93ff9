// lab.h: the few things that the laboratory's programs have in common.
//
// Idea: seeded randomness, options with a clear error, clocks. A program that is
// used wrongly or that cannot do its work ends with code 2 and one line on
// standard error: a fault test that silently tested nothing is worse than none.
// Contract: nothing here is shared with the package under test. No function
// keeps state; they may be called from any thread.
#ifndef LAB_H
#define LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct span {  // both ends included
  uint64_t min;
  uint64_t max;
};

// Prints "program: message" (and the text of errno, if it is set) and ends with code 2.
_Noreturn void die(const char* format, ...) __attribute__((format(printf, 1, 2)));

uint64_t random_next(uint64_t* state);
uint64_t random_in(uint64_t* state, struct span span);

// "17", or for a span "17" or "17..99". Anything else is fatal and names the option.
uint64_t parse_number(const char* option, const char* text);
struct span parse_span(const char* option, const char* text);

// The place of `text` among `names` (ended by NULL): fatal if it is none of them.
int parse_choice(const char* option, const char* text, const char* const* names);

uint64_t now_us(void);  // monotonic
void sleep_us(uint64_t us);

// Writes all of it to a healthy file (an ack log, say), or is fatal.
void write_all(int fd, const void* bytes, size_t length);

#endif
