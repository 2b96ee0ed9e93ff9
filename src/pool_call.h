// pool_call.h: operations on libuv's pool, for one file: one, or writes in a row.
//
// While a write is on its way the JavaScript thread may hand over the one that is to follow it. The
// same pool thread makes it at once, without waking anybody, but only if the one before was plainly
// good: whole, and from where it was expected on. Else it is not begun (ECANCELED, no system call),
// for then the one before has to be judged first (W1, W4). Each of them is a step; steps are told
// of one by one, in their order.
//
// A synchronous call that may not overtake them (flushSync, the end of the process) can finish a
// step on the JavaScript thread: whoever holds the file's mutex first runs it, the other finds it
// done. None is ever cancelled, for a cancelled one would settle nothing. The file and the bytes
// are held until the step is over, so neither can go while a pool thread uses them.
#ifndef WHOLELINE_POOL_CALL_H_
#define WHOLELINE_POOL_CALL_H_

#include <napi.h>

#include <atomic>
#include <memory>
#include <vector>

#include "environment.h"
#include "open_file.h"
#include "operations.h"
#include "teller.h"

namespace wholeline {

class PoolCall : public Napi::AsyncWorker {
 public:
  PoolCall(Napi::Env env, Environment& environment, const Operation& operation, OpenFile* file,
           const Arguments& arguments, Napi::Object bytes, const Napi::Function& callback);

  // All of these on the JavaScript thread. They speak of the first step that nobody has heard of;
  // when nobody has any left to hear of, the file has nothing in flight, and this may be gone.

  // Runs the step or waits for the pool thread that does. Its callback will not be called, and the
  // bytes are let go of.
  [[nodiscard]] Outcome FinishHere() noexcept;
  // The step has run: finishing it waits for nothing.
  [[nodiscard]] bool IsOver() const noexcept;
  // Calls back when the step is over. False: it is, and nothing would call any more.
  [[nodiscard]] bool CallBack(const Napi::Function& callback);

  // Hands over another write, to follow the last step if that is plainly good, which starts at
  // expected_start then. False: it is too late for that, or what runs is no write.
  [[nodiscard]] bool Follow(const Arguments& arguments, Napi::Object bytes, int64_t expected_start);

  // Calls back whoever waits for a step of this file that is over.
  static void TellWhatIsOver(Napi::Env env, Environment& environment, OpenFile* file);

 protected:
  void Execute() override;  // on a pool thread
  void OnOK() override;     // on the JavaScript thread
  void Destroy() override;  // the same, behind OnOK

 private:
  struct Step {
    Arguments arguments;
    Napi::ObjectReference bytes;       // until it is over
    Napi::FunctionReference callback;  // empty: nobody waits for it yet
    const Step* before = nullptr;      // the one that must be plainly good
    int64_t expected_start = 0;        // of the one before
    TellerHold hold = nullptr;         // to tell of the one before
    Outcome outcome;                   // set before done, and never again
    std::atomic<bool> done = false;    // set under the file's mutex
    // The step that follows; itself: none does, and none can any more.
    std::atomic<Step*> next = nullptr;
  };

  void RunUnlessDone(Step& step) noexcept;
  [[nodiscard]] Outcome Run(const Step& step) noexcept;
  [[nodiscard]] Step& Unheard() const noexcept { return *steps_[heard_]; }

  Environment& environment_;
  const Operation& operation_;
  OpenFile& file_;
  FileReference held_;  // until the pool is done with it
  Step* first_ = nullptr;
  // Of the JavaScript thread alone:
  std::vector<std::unique_ptr<Step>> steps_;
  size_t heard_ = 0;
  bool work_is_over_ = false;
};

}  // namespace wholeline

#endif  // WHOLELINE_POOL_CALL_H_
