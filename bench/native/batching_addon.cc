// batching_addon.cc: text copied into a buffer, and full buffers of 512 KiB written by a thread
// while the next is filled, from within Node.js, by an addon that does nothing else: no look at the
// text, no ranges, no errors to tell, no bound but two buffers. What a call for each record costs
// there at the least.
//
// open(path), write(text), finish(), close().
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "bare_addon.h"

namespace {

constexpr size_t kMost = 512 * 1024;
// For the line that goes beyond it.
constexpr size_t kRoom = kMost + 4 * 1024 * 1024;

// Writes one batch at a time; it lives as long as the process.
class Writer {
 public:
  void HandOver(std::vector<char>* batch, size_t length) {
    if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
    std::unique_lock<std::mutex> held(mutex_);
    changed_.wait(held, [this] { return length_ == 0; });
    std::swap(*batch, batch_);
    length_ = length;
    changed_.notify_all();
  }

  // False: a write was not whole.
  bool Finish() {
    std::unique_lock<std::mutex> held(mutex_);
    changed_.wait(held, [this] { return length_ == 0; });
    return is_whole_;
  }

 private:
  void Run() {
    std::unique_lock<std::mutex> held(mutex_);
    for (;;) {
      changed_.wait(held, [this] { return length_ > 0; });
      held.unlock();
      const ssize_t written = write(bench::fd, batch_.data(), length_);
      held.lock();
      is_whole_ = is_whole_ && written == static_cast<ssize_t>(length_);
      length_ = 0;
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<char> batch_ = std::vector<char>(kRoom);
  size_t length_ = 0;
  bool is_whole_ = true;
  std::thread thread_;
};

Writer* const writer = new Writer();
std::vector<char> filling(kRoom);
size_t used = 0;

void HandOver() {
  if (used > 0) writer->HandOver(&filling, used);
  used = 0;
}

napi_value Write(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value text;
  size_t length;
  napi_get_cb_info(env, info, &count, &text, nullptr, nullptr);
  napi_get_value_string_utf8(env, text, filling.data() + used, kRoom - used - 1, &length);
  used += length;
  filling[used++] = '\n';
  if (used >= kMost) HandOver();
  return nullptr;
}

napi_value Finish(napi_env env, napi_callback_info) {
  HandOver();
  if (!writer->Finish()) napi_throw_error(env, nullptr, "a write was not whole");
  return nullptr;
}

napi_value Init(napi_env env, napi_value exports) {
  return bench::Export(env, exports, {{"write", Write}, {"finish", Finish}});
}

}  // namespace

NAPI_MODULE(batching_addon, Init)
