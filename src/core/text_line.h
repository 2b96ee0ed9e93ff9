// text_line.h: a text of UTF-16, as JavaScript holds it, into the bytes of one
// line; and whether it, or bytes, are one.
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

enum class LineContent : uint8_t { kAnything, kJson };

// Writes the text to bytes, where there is LineRoom(units). Gives the length;
// -1 where it is no line of such content: it has an LF or an unpaired surrogate,
// or is not one JSON value (or nested deeper than is looked at here).
[[nodiscard]] int64_t EncodeLine(const char16_t* text, size_t units, LineContent content,
                                 uint8_t* bytes) noexcept;

// Is it one JSON value, without an LF, in strict UTF-8? Behind it there is room
// for the LF and for what JsonLine reads besides.
[[nodiscard]] bool IsJsonLine(uint8_t* bytes, size_t length) noexcept;

}  // namespace wholeline

#endif  // WHOLELINE_CORE_TEXT_LINE_H_
