// teller.cc: one thread-safe function for an environment.
#include "teller.h"

#include "environment.h"
#include "pool_call.h"

namespace wholeline {

namespace {

// A file's number of 53 bits travels as the pointer that Node hands through. Where that is smaller
// nothing is said in the middle of a pool call, and so nothing is handed over.
constexpr bool kPointerHoldsNumber = sizeof(void*) >= sizeof(int64_t);

void Look(napi_env env, napi_value, void* context, void* data) {
  if (env == nullptr) return;  // it is on its way down
  auto* environment = static_cast<Environment*>(context);
  OpenFile* file = environment->Find(static_cast<int64_t>(reinterpret_cast<intptr_t>(data)));
  if (file != nullptr) PoolCall::TellWhatIsOver(env, *environment, file);
}

// Before Node clears the function away; pool calls have ended by then.
void LetGoAtEnd(void* function) {
  (void)napi_release_threadsafe_function(static_cast<napi_threadsafe_function>(function),
                                         napi_tsfn_release);
}

}  // namespace

bool Teller::Make(napi_env env, Environment* environment) noexcept {
  napi_value name;
  return napi_create_string_utf8(env, "wholeline", NAPI_AUTO_LENGTH, &name) == napi_ok &&
         napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr,
                                         environment, Look, &function_) == napi_ok &&
         napi_unref_threadsafe_function(env, function_) == napi_ok &&
         napi_add_env_cleanup_hook(env, LetGoAtEnd, function_) == napi_ok;
}

TellerHold Teller::Hold(napi_env env, Environment* environment) noexcept {
  if (!kPointerHoldsNumber) return nullptr;
  if (function_ == nullptr && !Make(env, environment)) return nullptr;
  return napi_acquire_threadsafe_function(function_) == napi_ok ? function_ : nullptr;
}

void Teller::Tell(TellerHold hold, int64_t file) noexcept {
  // Refused because the environment ends: then that has let go of it already, and it may be gone.
  const napi_status said = napi_call_threadsafe_function(
      hold, reinterpret_cast<void*>(static_cast<intptr_t>(file)), napi_tsfn_nonblocking);
  if (said != napi_closing) LetGo(hold);
}

void Teller::LetGo(TellerHold hold) noexcept {
  (void)napi_release_threadsafe_function(hold, napi_tsfn_release);
}

}  // namespace wholeline
