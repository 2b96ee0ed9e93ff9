// text_area.cc: from napi_value to UTF-16, and on to core/text_line.h.
#include "text_area.h"

#include <cstring>

namespace wholeline {

namespace {

// One more tells that there is more, and Node-API writes a NUL behind them.
constexpr size_t kUnits = TextArea::kTextMost + 2;
constexpr size_t kLineBytes = LineRoom(kUnits);
static_assert(kLineBytes % alignof(char16_t) == 0);

}  // namespace

TextArea::TextArea(Napi::Env env) {
  Napi::Uint8Array array = Napi::Uint8Array::New(env, kLineBytes + kUnits * sizeof(char16_t));
  line_ = array.Data();
  text_ = reinterpret_cast<char16_t*>(line_ + kLineBytes);
  array_ = Napi::Persistent(array);
}

int64_t TextArea::Encode(napi_env env, napi_value text, LineContent content) noexcept {
  size_t units;
  if (napi_get_value_string_utf16(env, text, text_, kUnits, &units) != napi_ok) return -1;
  return units > kTextMost ? -1 : EncodeLine(text_, units, content, line_);
}

bool TextArea::IsJson(const uint8_t* bytes, size_t length) noexcept {
  if (length > kTextMost) return false;
  std::memcpy(line_, bytes, length);
  return IsJsonLine(line_, length);
}

}  // namespace wholeline
