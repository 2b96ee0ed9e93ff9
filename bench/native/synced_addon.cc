// synced_addon.cc: write(2), lseek(2) and fdatasync(2) on the pool of Node.js, by an addon that
// does nothing else: no check of what it is given, no file objects, no policy. What a durable
// append costs there at the least, if nothing is to block the event loop.
//
// open(path), append(bytes, length, callback), close(); errno, start and end are in the array
// `numbers` when the callback is called. One append at a time.
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "bare_addon.h"

namespace {

using bench::fd;

struct Append {
  void* bytes;
  int64_t length;
  int error_number;
  ssize_t written;
  off_t end;
  napi_async_work work;
  napi_ref callback;
  napi_ref held;  // the bytes
};

Append append;

void Execute(napi_env, void*) {
  append.written = syscall(SYS_write, fd, append.bytes, static_cast<size_t>(append.length));
  append.end = lseek(fd, 0, SEEK_CUR);
  append.error_number = append.written < 0 || fdatasync(fd) != 0 ? errno : 0;
}

void Complete(napi_env env, napi_status, void*) {
  bench::SetNumbers(append.error_number, append.written, append.end);
  napi_value callback, global;
  napi_get_reference_value(env, append.callback, &callback);
  napi_get_global(env, &global);
  napi_delete_reference(env, append.callback);
  napi_delete_reference(env, append.held);
  napi_delete_async_work(env, append.work);
  napi_call_function(env, global, callback, 0, nullptr, nullptr);
}

napi_value Begin(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value values[3], name;
  napi_get_cb_info(env, info, &count, values, nullptr, nullptr);
  napi_get_typedarray_info(env, values[0], nullptr, nullptr, &append.bytes, nullptr, nullptr);
  napi_get_value_int64(env, values[1], &append.length);
  napi_create_reference(env, values[0], 1, &append.held);
  napi_create_reference(env, values[2], 1, &append.callback);
  napi_create_string_utf8(env, "append", NAPI_AUTO_LENGTH, &name);
  napi_create_async_work(env, nullptr, name, Execute, Complete, nullptr, &append.work);
  napi_queue_async_work(env, append.work);
  return nullptr;
}

napi_value Init(napi_env env, napi_value exports) {
  return bench::Export(env, exports, {{"append", Begin}});
}

}  // namespace

NAPI_MODULE(synced_addon, Init)
