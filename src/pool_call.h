// pool_call.h: one operation on libuv's pool, one at a time for a file.
//
// A synchronous call that may not overtake it (flushSync, the end of the
// process) can finish it on the JavaScript thread: whoever holds the file's
// mutex first runs it, the other finds it done. It is never cancelled, for a
// cancelled one would settle nothing. It holds the file and the bytes until it
// is over, so neither can go while a pool thread uses them.
#ifndef WHOLELINE_POOL_CALL_H_
#define WHOLELINE_POOL_CALL_H_

#include <napi.h>

#include <atomic>

#include "environment.h"
#include "open_file.h"
#include "operations.h"

namespace wholeline {

class PoolCall : public Napi::AsyncWorker {
 public:
  PoolCall(const BoundOperation& bound, OpenFile* file, const Arguments& arguments,
           Napi::Object bytes, const Napi::Function& callback);

  // On the JavaScript thread: runs the operation or waits for the pool thread
  // that does. The callback will not be called, and the bytes are let go of.
  [[nodiscard]] Outcome FinishHere() noexcept;

  // The operation has run: finishing it waits for nothing, but for a pool
  // thread that is about to let go of the mutex.
  [[nodiscard]] bool IsOver() const noexcept { return done_.load(std::memory_order_acquire); }

 protected:
  void Execute() override;  // on a pool thread
  void OnOK() override;     // on the JavaScript thread

 private:
  void RunUnlessDone() noexcept;

  Environment& environment_;
  const Operation& operation_;
  const FileReference file_;
  const Arguments arguments_;
  Napi::ObjectReference bytes_;     // until it is over
  std::atomic<bool> done_ = false;  // set under file_->mutex
  Outcome outcome_;                 // guarded by file_->mutex
  bool finished_here_ = false;      // of the JavaScript thread alone
};

}  // namespace wholeline

#endif  // WHOLELINE_POOL_CALL_H_
