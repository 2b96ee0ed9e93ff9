// append_addon.cc: write(2) and lseek(2) for each record from within Node.js, by an addon that does
// nothing else: no check of what it is given, no file objects, no policy. What an append costs
// there at the least.
//
// open(path), append(bytes), close(); errno, start and end are in the array `numbers`.
// appendLooking(bytes) also reads what stands before an append that is not where the last one
// ended, as wholeline has to (W1).
#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

#include <cerrno>

namespace {

constexpr size_t kNumbers = 3;
constexpr size_t kPathMost = 4096;
constexpr size_t kLookBytes = 65;

int fd = -1;
double last_end = 0;
double* numbers = nullptr;

napi_value Open(napi_env env, napi_callback_info info) {
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

napi_value Append(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value bytes;
  void* data;
  size_t length;
  napi_get_cb_info(env, info, &count, &bytes, nullptr, nullptr);
  napi_get_typedarray_info(env, bytes, nullptr, &length, &data, nullptr, nullptr);
  const ssize_t written = write(fd, data, length);
  const off_t end = lseek(fd, 0, SEEK_CUR);
  numbers[0] = written < 0 ? errno : 0;
  numbers[1] = static_cast<double>(end - written);
  numbers[2] = static_cast<double>(end);
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

napi_value Close(napi_env, napi_callback_info) {
  close(fd);
  return nullptr;
}

napi_value Init(napi_env env, napi_value exports) {
  napi_value buffer, array;
  void* data;
  napi_create_arraybuffer(env, kNumbers * sizeof(double), &data, &buffer);
  napi_create_typedarray(env, napi_float64_array, kNumbers, buffer, 0, &array);
  numbers = static_cast<double*>(data);
  const napi_property_descriptor properties[] = {
      {"open", nullptr, Open, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"append", nullptr, Append, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"appendLooking", nullptr, AppendLooking, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"close", nullptr, Close, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"numbers", nullptr, nullptr, nullptr, nullptr, array, napi_default, nullptr},
  };
  napi_define_properties(env, exports, sizeof properties / sizeof *properties, properties);
  return exports;
}

}  // namespace

NAPI_MODULE(append_addon, Init)
