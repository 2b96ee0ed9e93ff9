// preload_wrap.h: how a wrapper reaches the real function, and gives the plan's answer.
//
// Idea: each wrapper is one line of its own: ask the gate, then GATED(...) does the call,
// fails it or pretends it. Contract: only for the preload library; the macros need
// _GNU_SOURCE and <errno.h>, and evaluate the call at most once.
#ifndef PRELOAD_WRAP_H
#define PRELOAD_WRAP_H

#include <dlfcn.h>
#include <errno.h>

#include "preload_gate.h"

// The next definition of a function of the same name and type, looked up once.
#define NEXT(name)                                                       \
  ({                                                                     \
    static __typeof__(&name) next;                                       \
    if (next == NULL) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name); \
    next;                                                                \
  })

// `call` if the plan lets it through; else the plan's answer, `lied` being the pretended one.
#define GATED(fault, lied, call)               \
  ({                                           \
    __typeof__(call) gated_result;             \
    if ((fault).error != 0) {                  \
      errno = (fault).error;                   \
      gated_result = -1;                       \
    } else if ((fault).lie) {                  \
      gated_result = (__typeof__(call))(lied); \
    } else {                                   \
      gated_result = (call);                   \
    }                                          \
    gate_after(&(fault));                      \
    gated_result;                              \
  })

#endif
