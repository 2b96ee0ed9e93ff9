// text_area.h: the memory of one environment in which a text becomes the bytes
// of a line. JavaScript sees it as an array and finds the line at its start.
#ifndef WHOLELINE_TEXT_AREA_H_
#define WHOLELINE_TEXT_AREA_H_

#include <napi.h>

#include <cstddef>
#include <cstdint>

#include "core/text_line.h"

namespace wholeline {

class TextArea {
 public:
  // A longer text is none that is encoded here.
  static constexpr size_t kTextMost = 64 * 1024;

  explicit TextArea(Napi::Env env);

  Napi::Uint8Array bytes() const { return array_.Value(); }
  // As EncodeLine. -1 also for a text that is too long, or no text.
  [[nodiscard]] int64_t Encode(napi_env env, napi_value text, LineContent content) noexcept;
  // As IsJsonLine, of a copy. False also for bytes that are too many.
  [[nodiscard]] bool IsJson(const uint8_t* bytes, size_t length) noexcept;

 private:
  Napi::Reference<Napi::Uint8Array> array_;
  uint8_t* line_;
  char16_t* text_;  // behind the room for the line
};

}  // namespace wholeline

#endif  // WHOLELINE_TEXT_AREA_H_
