// text_line.h: a text of UTF-16, as JavaScript holds it, into the bytes of one
// line; and whether bytes are one.
//
// V8 encodes texts that are more than Latin-1, and looks for their unpaired
// surrogates, one character after the other; here most of them go sixteen at a
// time. Knows nothing of files.
#ifndef WHOLELINE_CORE_TEXT_LINE_H_
#define WHOLELINE_CORE_TEXT_LINE_H_

#include <cstddef>
#include <cstdint>

namespace wholeline {

// Bytes that the line of so many code units may take, and those behind it that
// are used besides.
[[nodiscard]] constexpr size_t LineRoom(size_t units) noexcept { return units * 4 + 64; }

// What bytes are to be, so that they are a line; lib/door/line-encoder.ts has the same.
enum class LineContent : uint8_t {
  kKnown,     // they are, as what JSON.stringify gives
  kAnything,  // no LF, and not blank
  kJson,      // one JSON value, without an LF, in strict UTF-8
};

// Writes the text to bytes, where there is LineRoom(units). Gives the length;
// -1 where it has an unpaired surrogate or is no line of such content, or IsLine
// cannot tell.
[[nodiscard]] int64_t EncodeLine(const char16_t* text, size_t units, LineContent content,
                                 uint8_t* bytes) noexcept;

// So many bytes behind a line IsLine may write to, or read.
inline constexpr size_t kBehindLine = 32;

// False also where the nesting is too deep to tell, or what follows blanks is all beyond ASCII.
[[nodiscard, gnu::hot]] bool IsLine(uint8_t* bytes, size_t length, LineContent content) noexcept;

}  // namespace wholeline

#endif  // WHOLELINE_CORE_TEXT_LINE_H_
