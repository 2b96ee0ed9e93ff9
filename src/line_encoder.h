// line_encoder.h: texts become the bytes of lines, in memory of JavaScript.
//
// Encoded is into a target, an array that JavaScript names once and then fills
// record by record: to be handed an array takes as long as encoding a short
// text. It keeps the target for as long as it is one, so that neither its memory
// nor its length changes. Belongs to the JavaScript thread.
#ifndef WHOLELINE_LINE_ENCODER_H_
#define WHOLELINE_LINE_ENCODER_H_

#include <node_api.h>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/text_line.h"

namespace wholeline {

class LineEncoder {
 public:
  // A longer text is none that EncodeWide takes.
  static constexpr size_t kWideMost = 64 * 1024;

  void SetTarget(uint8_t* bytes, size_t length) noexcept {
    target_ = bytes;
    length_ = length;
  }

  // Both write a text of so many units from `offset` of the target on and give its bytes; -1: it
  // is no line of such content, or there is no room. What was behind `offset` is spoilt then.

  // V8 encodes it, which takes the least time for texts of Latin-1. It puts U+FFFD for an unpaired
  // surrogate, so a text with that character is none either.
  [[nodiscard, gnu::hot]] int64_t Encode(napi_env env, napi_value text, size_t units, size_t offset,
                                         LineContent content) noexcept;
  // As EncodeLine: an unpaired surrogate is no line.
  [[nodiscard, gnu::hot]] int64_t EncodeWide(napi_env env, napi_value text, size_t units,
                                             size_t offset, LineContent content) noexcept;

  // Are the bytes that stand there a line of such content? False also where there is no room to
  // tell.
  [[nodiscard, gnu::hot]] bool IsLine(size_t offset, size_t length, LineContent content) noexcept;

 private:
  [[nodiscard]] size_t RoomFrom(size_t offset) const noexcept {
    return offset < length_ ? length_ - offset : 0;
  }

  // Behind a line that was put there, what others will be put into.
  [[gnu::hot]] void PrefetchBehind(size_t offset, size_t length) const noexcept;

  uint8_t* target_ = nullptr;
  size_t length_ = 0;
  std::unique_ptr<char16_t[]> units_;  // made when it is first needed
};

}  // namespace wholeline

#endif  // WHOLELINE_LINE_ENCODER_H_
