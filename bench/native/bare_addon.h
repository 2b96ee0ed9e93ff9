// bare_addon.h: what the addons of the limits share: one file of the process, opened to append, and
// the array `numbers` in which they leave errno, start and end.
#ifndef BENCH_NATIVE_BARE_ADDON_H_
#define BENCH_NATIVE_BARE_ADDON_H_

#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

#include <initializer_list>

namespace bench {

inline int fd = -1;
inline double* numbers = nullptr;

inline void SetNumbers(int error_number, ssize_t written, off_t end) {
  numbers[0] = error_number;
  numbers[1] = static_cast<double>(end - written);
  numbers[2] = static_cast<double>(end);
}

inline napi_value Open(napi_env env, napi_callback_info info) {
  constexpr size_t kPathMost = 4096;
  size_t count = 1;
  napi_value path;
  char text[kPathMost];
  size_t length;
  napi_get_cb_info(env, info, &count, &path, nullptr, nullptr);
  napi_get_value_string_utf8(env, path, text, sizeof text, &length);
  fd = open(text, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) napi_throw_error(env, nullptr, "open failed");
  return nullptr;
}

inline napi_value Close(napi_env, napi_callback_info) {
  close(fd);
  return nullptr;
}

struct Function {
  const char* name;
  napi_callback callback;
};

// Exports open, close, numbers, and these.
inline napi_value Export(napi_env env, napi_value exports,
                         std::initializer_list<Function> functions) {
  constexpr size_t kNumbers = 3;
  napi_value buffer, array, function;
  void* data;
  napi_create_arraybuffer(env, kNumbers * sizeof(double), &data, &buffer);
  napi_create_typedarray(env, napi_float64_array, kNumbers, buffer, 0, &array);
  numbers = static_cast<double*>(data);
  napi_set_named_property(env, exports, "numbers", array);
  const auto export_one = [&](const Function& one) {
    napi_create_function(env, one.name, NAPI_AUTO_LENGTH, one.callback, nullptr, &function);
    napi_set_named_property(env, exports, one.name, function);
  };
  export_one({"open", Open});
  export_one({"close", Close});
  for (const Function& one : functions) export_one(one);
  return exports;
}

}  // namespace bench

#endif  // BENCH_NATIVE_BARE_ADDON_H_
