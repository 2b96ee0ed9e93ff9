// addon.cc: the functions that JavaScript sees.
//
// createFile(path) → number. perform(operation, number, bytes, first, second, callback) runs an
// operation on the pool; performSync(bytes) on this thread, and the operation, number, first and
// second stand in `numbers`: reading an argument that JavaScript passes costs more than the rest of
// the binding. Operations go by number, too, and `operations` names them in order: a function for
// each would be made at loading, and most are never called. writeAndLookSync(bytes) is the append
// that mostly is all there is to do. What came of it is left in `numbers`.
// finishSync(number) finishes what is in flight for that file; finishIfOver(number) only if that
// waits for nothing, and says whether it did. follow(number, bytes, first, second, expectedStart)
// hands over a write behind the one in flight, and says whether it came in time;
// callBack(number, callback) is for it when it is the first of which nobody has heard.
// encodeLine(text), encodeWideLine(text) and isLine() make and judge lines in the array that
// lineTarget(bytes) named (line_encoder.h); offset, length and content stand in `lineNumbers`.
// Arguments come from lib/ alone; what is wrong with them there is a bug and throws. No logic and
// no decision here.
#include <napi.h>

#include <mutex>
#include <span>
#include <string>

#include "core/append.h"
#include "core/error_kind.h"
#include "environment.h"
#include "operations.h"
#include "pool_call.h"

namespace wholeline {

namespace {

constexpr size_t kSyncArguments = 1;
constexpr size_t kFollowArguments = 5;
constexpr size_t kPoolArguments = 6;

struct Call {
  Environment* environment = nullptr;
  OpenFile* file = nullptr;
  Arguments arguments;
  napi_value values[kPoolArguments];
};

bool IsUndefined(napi_env env, napi_value value) {
  napi_valuetype type;
  return napi_typeof(env, value, &type) == napi_ok && type == napi_undefined;
}

// The type of the array is not asked for, which would take as long as all else here: lib/ gives
// none but Uint8Arrays, and what another holds is no shorter than its length in elements.
bool ReadBytes(napi_env env, napi_value value, Arguments* arguments) {
  void* data;
  if (napi_get_typedarray_info(env, value, nullptr, &arguments->length, &data, nullptr, nullptr) !=
      napi_ok) {
    return IsUndefined(env, value);
  }
  arguments->bytes = static_cast<uint8_t*>(data);
  return true;
}

// False here and below: an exception is pending, or the environment is on its way down.
bool ReadValues(napi_env env, napi_callback_info info, size_t count, Call* call) {
  void* data;
  if (napi_get_cb_info(env, info, &count, call->values, nullptr, &data) != napi_ok) return false;
  call->environment = static_cast<Environment*>(data);
  return true;
}

bool FindFile(napi_env env, int64_t number, Call* call) {
  call->file = call->environment->Find(number);
  if (call->file != nullptr) return true;
  napi_throw_error(env, nullptr, "wholeline: no such file object");
  return false;
}

// nullptr: an exception is pending.
const Operation* FindOperation(napi_env env, int64_t number) {
  const std::span<const Operation> operations = Operations();
  if (number >= 0 && static_cast<size_t>(number) < operations.size()) {
    return &operations[static_cast<size_t>(number)];
  }
  napi_throw_error(env, nullptr, "wholeline: no such operation");
  return nullptr;
}

[[gnu::hot]] bool ReadSyncCall(napi_env env, napi_callback_info info, Call* call) {
  if (!ReadValues(env, info, kSyncArguments, call)) return false;
  if (!ReadBytes(env, call->values[0], &call->arguments)) {
    napi_throw_type_error(env, nullptr, "wholeline: (bytes) expected");
    return false;
  }
  const Environment& environment = *call->environment;
  call->arguments.first = environment.Given(NumberPlace::kFirst);
  call->arguments.second = environment.Given(NumberPlace::kSecond);
  return FindFile(env, environment.Given(NumberPlace::kFile), call);
}

// values: file, bytes, first and second.
bool ReadPoolCall(napi_env env, const napi_value* values, Call* call) {
  int64_t number;
  if (napi_get_value_int64(env, values[0], &number) != napi_ok ||
      !ReadBytes(env, values[1], &call->arguments) ||
      napi_get_value_int64(env, values[2], &call->arguments.first) != napi_ok ||
      napi_get_value_int64(env, values[3], &call->arguments.second) != napi_ok) {
    napi_throw_type_error(env, nullptr, "wholeline: (file, bytes, first, second) expected");
    return false;
  }
  return FindFile(env, number, call);
}

// What keeps the bytes; empty: there are none.
Napi::Object Keeper(napi_env env, const Arguments& arguments, napi_value bytes) {
  return arguments.bytes == nullptr ? Napi::Object() : Napi::Object(env, bytes);
}

// Only what this thread has begun on the pool could use the file meanwhile.
std::unique_lock<std::mutex> HoldIfInFlight(OpenFile& file) {
  return file.in_flight == nullptr ? std::unique_lock<std::mutex>()
                                   : std::unique_lock<std::mutex>(file.mutex);
}

napi_value PerformSync(napi_env env, napi_callback_info info) {
  Call call;
  if (!ReadSyncCall(env, info, &call)) return nullptr;
  const Operation* operation = FindOperation(env, call.environment->Given(NumberPlace::kOperation));
  if (operation == nullptr) return nullptr;
  const std::unique_lock<std::mutex> held = HoldIfInFlight(*call.file);
  call.environment->SetResults(RunLocked(*operation, *call.file, call.arguments));
  return nullptr;
}

[[gnu::hot]] napi_value WriteAndLookSync(napi_env env, napi_callback_info info) {
  Call call;
  if (!ReadSyncCall(env, info, &call)) return nullptr;
  const std::unique_lock<std::mutex> held = HoldIfInFlight(*call.file);
  call.environment->SetResults(RunWriteAndLook(*call.file, call.arguments));
  return nullptr;
}

napi_value Perform(napi_env env, napi_callback_info info) {
  Call call;
  int64_t number;
  if (!ReadValues(env, info, kPoolArguments, &call) || !ReadPoolCall(env, call.values + 1, &call)) {
    return nullptr;
  }
  if (napi_get_value_int64(env, call.values[0], &number) != napi_ok) number = -1;
  const Operation* operation = FindOperation(env, number);
  if (operation == nullptr) return nullptr;
  if (call.file->in_flight != nullptr) {
    napi_throw_error(env, nullptr, "wholeline: an operation is in flight for this file");
    return nullptr;
  }
  const Napi::Value callback(env, call.values[5]);
  if (!callback.IsFunction()) {
    napi_throw_type_error(env, nullptr, "wholeline: callback expected");
    return nullptr;
  }
  // Deletes itself when it is over.
  auto* pool_call =
      new PoolCall(env, *call.environment, *operation, call.file, call.arguments,
                   Keeper(env, call.arguments, call.values[2]), callback.As<Napi::Function>());
  pool_call->Queue();
  return nullptr;
}

napi_value Follow(napi_env env, napi_callback_info info) {
  Call call;
  int64_t expected_start;
  if (!ReadValues(env, info, kFollowArguments, &call) || !ReadPoolCall(env, call.values, &call)) {
    return nullptr;
  }
  if (napi_get_value_int64(env, call.values[4], &expected_start) != napi_ok ||
      call.arguments.bytes == nullptr) {
    napi_throw_type_error(env, nullptr, "wholeline: bytes and their expected start expected");
    return nullptr;
  }
  PoolCall* in_flight = call.file->in_flight;
  const bool in_time =
      in_flight != nullptr &&
      in_flight->Follow(call.arguments, Keeper(env, call.arguments, call.values[1]),
                        expected_start);
  return Napi::Boolean::New(env, in_time);
}

// The names of the operations, in the order of their numbers.
std::string OperationNames() {
  std::string names;
  for (const Operation& operation : Operations()) {
    if (!names.empty()) names += ',';
    names += operation.name;
  }
  return names;
}

Environment* EnvironmentOf(const Napi::CallbackInfo& info) {
  return info.Env().GetInstanceData<Environment>();
}

// The number that JavaScript gave; -1 for anything else. No ToNumber(): that
// runs JavaScript, so in a worker that is being terminated it gives an empty
// value, and using one ends the process.
int64_t NumberOf(const Napi::Value& value) {
  return value.IsNumber() ? value.As<Napi::Number>().Int64Value() : -1;
}

Napi::Value CreateFile(const Napi::CallbackInfo& info) {
  if (!info[0].IsString()) {
    Napi::TypeError::New(info.Env(), "wholeline: (path) expected").ThrowAsJavaScriptException();
    return {};
  }
  std::string path = info[0].As<Napi::String>().Utf8Value();
  return Napi::Number::New(info.Env(),
                           static_cast<double>(EnvironmentOf(info)->Add(std::move(path))));
}

// Lets go of the file: closes it now, or when the operation in flight is over.
void ReleaseFile(const Napi::CallbackInfo& info) { EnvironmentOf(info)->Remove(NumberOf(info[0])); }

Napi::Value FinishSync(const Napi::CallbackInfo& info) {
  Environment* environment = EnvironmentOf(info);
  OpenFile* file = environment->Find(NumberOf(info[0]));
  if (file == nullptr || file->in_flight == nullptr) {
    Napi::Error::New(info.Env(), "wholeline: nothing is in flight for this file")
        .ThrowAsJavaScriptException();
    return info.Env().Undefined();
  }
  const Outcome outcome = file->in_flight->FinishHere();
  environment->SetResults(outcome);
  return Napi::Number::New(info.Env(), outcome.error_number);
}

Napi::Value FinishIfOver(const Napi::CallbackInfo& info) {
  Environment* environment = EnvironmentOf(info);
  OpenFile* file = environment->Find(NumberOf(info[0]));
  const bool is_over = file != nullptr && file->in_flight != nullptr && file->in_flight->IsOver();
  if (is_over) environment->SetResults(file->in_flight->FinishHere());
  return Napi::Boolean::New(info.Env(), is_over);
}

void CallBack(const Napi::CallbackInfo& info) {
  OpenFile* file = EnvironmentOf(info)->Find(NumberOf(info[0]));
  if (file == nullptr || file->in_flight == nullptr || !info[1].IsFunction() ||
      !file->in_flight->CallBack(info[1].As<Napi::Function>())) {
    Napi::Error::New(info.Env(), "wholeline: nothing is in flight for this file")
        .ThrowAsJavaScriptException();
  }
}

// (bytes): texts are encoded into these from now on. Whoever names them keeps them until others are
// named, by whomever: `lineNumbers` counts.
napi_value LineTarget(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value value;
  void* data;
  Arguments arguments;
  if (napi_get_cb_info(env, info, &count, &value, nullptr, &data) != napi_ok) return nullptr;
  if (!ReadBytes(env, value, &arguments)) {
    napi_throw_type_error(env, nullptr, "wholeline: (bytes) expected");
    return nullptr;
  }
  auto& environment = *static_cast<Environment*>(data);
  environment.line_encoder().SetTarget(arguments.bytes, arguments.length);
  environment.CountAim();
  return nullptr;
}

LineContent GivenContent(const Environment& environment) noexcept {
  return static_cast<LineContent>(environment.Given(LinePlace::kContent));
}

size_t GivenSize(const Environment& environment, LinePlace place) noexcept {
  return static_cast<size_t>(environment.Given(place));
}

// (text), whose length stands in `lineNumbers`, where the bytes of its line in the target are left,
// or -1: to return a number takes longer.
template <int64_t (LineEncoder::*kEncode)(napi_env, napi_value, size_t, size_t,
                                          LineContent) noexcept>
[[gnu::hot]] napi_value EncodeLineOf(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value text;
  void* data;
  if (napi_get_cb_info(env, info, &count, &text, nullptr, &data) != napi_ok) return nullptr;
  auto& environment = *static_cast<Environment*>(data);
  environment.SetEncoded((environment.line_encoder().*kEncode)(
      env, text, GivenSize(environment, LinePlace::kLength),
      GivenSize(environment, LinePlace::kOffset), GivenContent(environment)));
  return nullptr;
}

// () → whether what stands in the target is a line.
[[gnu::hot]] napi_value IsLineOf(napi_env env, napi_callback_info info) {
  void* data;
  napi_value answer;
  if (napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data) != napi_ok) return nullptr;
  auto& environment = *static_cast<Environment*>(data);
  const bool is_line = environment.line_encoder().IsLine(GivenSize(environment, LinePlace::kOffset),
                                                         GivenSize(environment, LinePlace::kLength),
                                                         GivenContent(environment));
  return napi_get_boolean(env, is_line, &answer) == napi_ok ? answer : nullptr;
}

Napi::Value NameErrorOf(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const ErrorName name = NameError(static_cast<int>(NumberOf(info[0])));
  Napi::Object answer = Napi::Object::New(env);
  answer["code"] = name.code == nullptr ? env.Null() : Napi::String::New(env, name.code);
  answer["kind"] = Napi::String::New(env, name.kind);
  return answer;
}

Napi::Value NameSyscallOf(const Napi::CallbackInfo& info) {
  const int64_t number = NumberOf(info[0]);
  if (number < 0 || number >= static_cast<int64_t>(Syscall::kCount)) {
    Napi::Error::New(info.Env(), "wholeline: no such system call").ThrowAsJavaScriptException();
    return info.Env().Undefined();
  }
  return Napi::String::New(info.Env(), SyscallName(static_cast<Syscall>(number)));
}

void ExportFunction(Napi::Env env, Napi::Object exports, const char* name, napi_callback callback,
                    void* data) {
  napi_value function;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, data, &function) != napi_ok)
    return;
  exports.Set(name, Napi::Value(env, function));
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  auto* environment = new Environment(env);
  env.SetInstanceData(environment);  // deleted with the environment
  ExportFunction(env, exports, "perform", Perform, environment);
  ExportFunction(env, exports, "performSync", PerformSync, environment);
  ExportFunction(env, exports, "writeAndLookSync", WriteAndLookSync, environment);
  ExportFunction(env, exports, "follow", Follow, environment);
  exports["callBack"] = Napi::Function::New(env, CallBack, "callBack");
  exports["createFile"] = Napi::Function::New(env, CreateFile, "createFile");
  exports["releaseFile"] = Napi::Function::New(env, ReleaseFile, "releaseFile");
  exports["finishSync"] = Napi::Function::New(env, FinishSync, "finishSync");
  exports["finishIfOver"] = Napi::Function::New(env, FinishIfOver, "finishIfOver");
  exports["nameError"] = Napi::Function::New(env, NameErrorOf, "nameError");
  exports["nameSyscall"] = Napi::Function::New(env, NameSyscallOf, "nameSyscall");
  ExportFunction(env, exports, "lineTarget", LineTarget, environment);
  ExportFunction(env, exports, "encodeLine", EncodeLineOf<&LineEncoder::Encode>, environment);
  ExportFunction(env, exports, "encodeWideLine", EncodeLineOf<&LineEncoder::EncodeWide>,
                 environment);
  ExportFunction(env, exports, "isLine", IsLineOf, environment);
  exports["wideMost"] = Napi::Number::New(env, static_cast<double>(LineEncoder::kWideMost));
  exports["operations"] = Napi::String::New(env, OperationNames());
  exports["numbers"] = environment->numbers();
  exports["lineNumbers"] = environment->line_numbers();
  exports["writeMostBytes"] = Napi::Number::New(env, static_cast<double>(kWriteMostBytes));
  return exports;
}

}  // namespace

NODE_API_MODULE(wholeline, Init)

}  // namespace wholeline
