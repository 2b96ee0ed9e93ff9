// json_line.h: is a line one JSON value? It is taken in parts of any size, in
// one pass, without recursion and without a copy.
//
// Accepts exactly what JSON.parse accepts (RFC 8259 with any nesting and lone
// surrogates in escapes), provided that it is strict UTF-8: no overlong forms,
// no surrogates, nothing above U+10FFFF. An LF is no whitespace here, for it
// ends the line. Knows nothing of files.
#ifndef WHOLELINE_CORE_JSON_LINE_H_
#define WHOLELINE_CORE_JSON_LINE_H_

#include <cstddef>
#include <cstdint>

namespace wholeline {

enum class JsonState : uint8_t {
  kValue,         // a value is expected
  kFirstElement,  // behind [
  kFirstKey,      // behind {
  kKey,           // behind a comma in an object
  kColon,         // behind a key
  kAfterValue,
  kString,
  kEscape,
  kHex,
  kUtf8,
  kLiteral,
  kMinus,
  kZero,
  kInteger,
  kPoint,
  kFraction,
  kExponent,
  kExponentSign,
  kExponentDigits,
  kFailed,
};

class JsonLine {
 public:
  // So many bytes from that LF on are read, whatever they are.
  static constexpr size_t kOverread = 16;

  // One bit of nesting for each level: a line of n bytes needs n of them.
  // Deeper nesting is refused.
  JsonLine(uint64_t* nesting, size_t words) noexcept : nesting_(nesting), words_(words) {}

  // A new line begins.
  void Begin() noexcept {
    state_ = JsonState::kValue;
    depth_ = 0;
  }

  // Goes on with the bytes from `from` up to an LF: there must be one, be it the
  // end of the line or a mark behind the end of a part. Gives where it stopped:
  // there, or, having failed, at a byte that no JSON value has at this place.
  [[gnu::hot]] const uint8_t* Read(const uint8_t* from) noexcept;

  [[nodiscard]] bool failed() const noexcept { return state_ == JsonState::kFailed; }
  // What was read is a JSON value, perhaps with whitespace around it.
  [[nodiscard]] bool complete() const noexcept;
  // Nothing but whitespace was read.
  [[nodiscard]] bool blank() const noexcept { return state_ == JsonState::kValue && depth_ == 0; }

 private:
  class Reader;

  uint64_t* const nesting_;  // the levels above the innermost 64, 64 to a word
  const size_t words_;
  JsonState state_ = JsonState::kValue;
  bool in_key_ = false;         // the string is a key
  uint8_t left_ = 0;            // kHex, kUtf8: bytes that are still to come
  uint8_t low_ = 0, high_ = 0;  // kUtf8: what the next one may be
  const char* literal_ = "";    // kLiteral: what is still to come
  uint64_t innermost_ = 0;      // the last bit is the innermost: 1 object, 0 array
  size_t depth_ = 0;
};

}  // namespace wholeline

#endif  // WHOLELINE_CORE_JSON_LINE_H_
