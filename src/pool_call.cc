// pool_call.cc: each step run once, by whichever thread comes first.
#include "pool_call.h"

#include <cerrno>
#include <mutex>
#include <utility>

namespace wholeline {

namespace {

// A thread of the pool is not kept for longer: others wait for it, too.
constexpr size_t kStepsMost = 16;

// What a callback throws must not keep others from being called.
void ThrowLoudly(napi_env env) {
  bool is_thrown;
  napi_value error;
  if (napi_is_exception_pending(env, &is_thrown) == napi_ok && is_thrown &&
      napi_get_and_clear_last_exception(env, &error) == napi_ok) {
    (void)napi_fatal_exception(env, error);
  }
}

}  // namespace

PoolCall::PoolCall(Napi::Env env, Environment& environment, const Operation& operation,
                   OpenFile* file, const Arguments& arguments, Napi::Object bytes,
                   const Napi::Function& callback)
    : Napi::AsyncWorker(env, "wholeline"),
      environment_(environment),
      operation_(operation),
      file_(*file),
      held_(file) {
  auto step = std::make_unique<Step>();
  step->arguments = arguments;
  if (!bytes.IsEmpty()) step->bytes = Napi::Persistent(bytes);
  step->callback = Napi::Persistent(callback);
  first_ = step.get();
  steps_.push_back(std::move(step));
  file_.in_flight = this;
}

// With the mutex held, and the step before done.
Outcome PoolCall::Run(const Step& step) noexcept {
  if (step.before != nullptr) {
    const Outcome& before = step.before->outcome;
    const bool is_plainly_good = before.error_number == 0 && before.start == step.expected_start &&
                                 before.end - before.start == step.before->arguments.second;
    if (!is_plainly_good) return Failed(Syscall::kNone, ECANCELED);
  }
  return RunLocked(operation_, file_, step.arguments);
}

void PoolCall::RunUnlessDone(Step& step) noexcept {
  const std::lock_guard<std::mutex> held(file_.mutex);
  if (step.done.load(std::memory_order_relaxed)) return;
  step.outcome = Run(step);
  step.done.store(true, std::memory_order_release);
}

void PoolCall::Execute() {
  Step* step = first_;
  for (;;) {
    RunUnlessDone(*step);
    Step* next = step->next.exchange(step, std::memory_order_acq_rel);
    if (next == nullptr) return;
    Teller::Tell(next->hold, file_.number);
    step = next;
  }
}

bool PoolCall::IsOver() const noexcept { return Unheard().done.load(std::memory_order_acquire); }

Outcome PoolCall::FinishHere() noexcept {
  Step& step = Unheard();
  // A pool thread may hold the mutex for the step behind it.
  if (!IsOver()) RunUnlessDone(step);
  const Outcome outcome = step.outcome;
  // They are deleted when the event loop comes to it, and a caller may begin many before that.
  step.bytes.Reset();
  step.callback.Reset();
  heard_++;
  if (heard_ < steps_.size()) return outcome;
  file_.in_flight = nullptr;
  if (work_is_over_) delete this;
  return outcome;
}

bool PoolCall::CallBack(const Napi::Function& callback) {
  if (work_is_over_) return false;
  Unheard().callback = Napi::Persistent(callback);
  return true;
}

bool PoolCall::Follow(const Arguments& arguments, Napi::Object bytes, int64_t expected_start) {
  if (!IsWrite(operation_) || steps_.size() == kStepsMost) return false;
  Step& last = *steps_.back();
  if (last.next.load(std::memory_order_relaxed) != nullptr) return false;
  auto step = std::make_unique<Step>();
  step->arguments = arguments;
  step->bytes = Napi::Persistent(bytes);
  step->before = &last;
  step->expected_start = expected_start;
  step->hold = environment_.HoldTeller(Env());
  if (step->hold == nullptr) return false;
  Step* nobody = nullptr;
  if (!last.next.compare_exchange_strong(nobody, step.get(), std::memory_order_acq_rel)) {
    Teller::LetGo(step->hold);
    return false;
  }
  steps_.push_back(std::move(step));
  return true;
}

void PoolCall::TellWhatIsOver(Napi::Env env, Environment& environment, OpenFile* file) {
  const FileReference held(file);  // what is called may let go of it
  // No more than a call has: the event loop has other work, too.
  for (size_t told = 0; told < kStepsMost; told++) {
    PoolCall* call = file->in_flight;
    if (call == nullptr || !call->IsOver() || call->Unheard().callback.IsEmpty()) return;
    const Napi::HandleScope scope(env);
    const Napi::Function callback = call->Unheard().callback.Value();
    environment.SetResults(call->FinishHere());
    callback.Call({});
    ThrowLoudly(env);
  }
}

void PoolCall::OnOK() { TellWhatIsOver(Env(), environment_, &file_); }

void PoolCall::Destroy() {
  work_is_over_ = true;
  if (heard_ == steps_.size()) {
    delete this;
    return;
  }
  // Nobody has heard of its last step yet. It is the file's now, and goes at once if the file does.
  const FileReference last = std::exchange(held_, FileReference());
}

}  // namespace wholeline
