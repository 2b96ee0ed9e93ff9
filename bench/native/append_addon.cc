// append_addon.cc: write(2) and lseek(2) for each record from within Node.js, by an addon that does
// nothing else: no check of what it is given, no file objects, no policy. What an append costs
// there at the least. write(2) by its number, as wholeline calls it (src/core/append.cc).
//
// open(path), append(bytes), close(); errno, start and end are in the array `numbers`.
// appendLooking(bytes) also reads what stands before an append that is not where the last one
// ended, as wholeline has to (W1).
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "bare_addon.h"

namespace {

using bench::fd;
using bench::numbers;

constexpr size_t kLookBytes = 65;

double last_end = 0;

napi_value Append(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value bytes;
  void* data;
  size_t length;
  napi_get_cb_info(env, info, &count, &bytes, nullptr, nullptr);
  napi_get_typedarray_info(env, bytes, nullptr, &length, &data, nullptr, nullptr);
  const ssize_t written = syscall(SYS_write, fd, data, length);
  const off_t end = lseek(fd, 0, SEEK_CUR);
  bench::SetNumbers(written < 0 ? errno : 0, written, end);
  return nullptr;
}

napi_value AppendLooking(napi_env env, napi_callback_info info) {
  Append(env, info);
  const auto start = static_cast<off_t>(numbers[1]);
  char there[kLookBytes];
  if (numbers[1] != last_end && start > 0) {
    if (pread(fd, there, sizeof there, start - 1) < 1) numbers[0] = errno;
  }
  last_end = numbers[2];
  return nullptr;
}

napi_value Init(napi_env env, napi_value exports) {
  return bench::Export(env, exports, {{"append", Append}, {"appendLooking", AppendLooking}});
}

}  // namespace

NAPI_MODULE(append_addon, Init)
