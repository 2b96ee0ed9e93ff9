// teller.h: a word from a pool thread to the JavaScript thread in the middle of a pool call.
//
// A pool call tells of itself only when it ends. One that goes on with a further step says by this
// that something of a file is over before that; the file is named by its number, so that a word
// that comes too late finds nothing. One function for an environment, made when it is first needed.
// It keeps no process alive: the call that goes on does.
#ifndef WHOLELINE_TELLER_H_
#define WHOLELINE_TELLER_H_

#include <node_api.h>

#include <cstdint>

namespace wholeline {

class Environment;

// Held once for each word to be said; what is held is let go of by saying it.
using TellerHold = napi_threadsafe_function;

class Teller {
 public:
  // On the JavaScript thread. nullptr: there is none.
  [[nodiscard]] TellerHold Hold(napi_env env, Environment* environment) noexcept;

  // On any thread. The JavaScript thread looks what is over for the file.
  static void Tell(TellerHold hold, int64_t file) noexcept;
  static void LetGo(TellerHold hold) noexcept;

 private:
  [[nodiscard]] bool Make(napi_env env, Environment* environment) noexcept;

  napi_threadsafe_function function_ = nullptr;
};

}  // namespace wholeline

#endif  // WHOLELINE_TELLER_H_
