// pool_call.cc: run once, by whichever thread comes first.
#include "pool_call.h"

#include <mutex>

namespace wholeline {

PoolCall::PoolCall(const BoundOperation& bound, OpenFile* file, const Arguments& arguments,
                   Napi::Object bytes, const Napi::Function& callback)
    : Napi::AsyncWorker(callback, "wholeline"),
      environment_(*bound.environment),
      operation_(*bound.operation),
      file_(file),
      arguments_(arguments),
      bytes_(bytes.IsEmpty() ? Napi::ObjectReference() : Napi::Persistent(bytes)) {
  file_->in_flight = this;
}

void PoolCall::RunUnlessDone() noexcept {
  const std::lock_guard<std::mutex> held(file_->mutex);
  if (done_) return;
  outcome_ = RunLocked(operation_, *file_, arguments_);
  done_.store(true, std::memory_order_release);
}

void PoolCall::Execute() { RunUnlessDone(); }

Outcome PoolCall::FinishHere() noexcept {
  RunUnlessDone();
  file_->in_flight = nullptr;
  finished_here_ = true;
  // It is deleted when the event loop comes to it, and a caller may begin many before that.
  bytes_.Reset();
  Callback().Reset();
  return outcome_;
}

void PoolCall::OnOK() {
  if (finished_here_) return;
  file_->in_flight = nullptr;
  environment_.SetResults(outcome_);
  Callback().Call({});
}

}  // namespace wholeline
