// json_bytes.h: the classes of bytes in JSON text, and skipping what most of it
// is: plain characters in strings.
#ifndef WHOLELINE_CORE_JSON_BYTES_H_
#define WHOLELINE_CORE_JSON_BYTES_H_

#include <bit>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace wholeline {

inline bool IsDigit(uint8_t byte) noexcept { return static_cast<uint8_t>(byte - '0') < 10; }

inline bool IsHexDigit(uint8_t byte) noexcept {
  return IsDigit(byte) || static_cast<uint8_t>((byte | 0x20) - 'a') < 6;
}

// What stands for itself behind a backslash, as one character.
inline bool IsSimpleEscape(uint8_t byte) noexcept {
  switch (byte) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
      return true;
    default:
      return false;
  }
}

inline bool IsContinuation(uint8_t byte) noexcept { return (byte & 0xc0) == 0x80; }

// A character of a string that needs no second look: ASCII, no control
// character, no quote, no backslash.
inline bool IsPlain(uint8_t byte) noexcept {
  return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

// The first byte from p on that is not plain; eight bytes at a time. There must
// be one; up to 7 bytes behind it are read.
inline const uint8_t* SkipPlainByWords(const uint8_t* p) noexcept {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHighs = 0x8080808080808080;
  for (;; p += sizeof(uint64_t)) {
    uint64_t bytes;
    std::memcpy(&bytes, p, sizeof bytes);
    const uint64_t quote = bytes ^ (kOnes * '"');
    const uint64_t backslash = bytes ^ (kOnes * '\\');
    // A byte below what is taken from it borrows into its highest bit. A false
    // alarm is possible only beside a true one, so the loop below ends here.
    const uint64_t special =
        ((bytes - kOnes * 0x20) | (quote - kOnes) | (backslash - kOnes) | bytes) & kHighs;
    if (special != 0) break;
  }
  while (IsPlain(*p)) p++;
  return p;
}

#ifdef __SSE2__

// The same, sixteen bytes at a time; up to 15 bytes behind it are read.
inline const uint8_t* SkipPlain(const uint8_t* p) noexcept {
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i last_control = _mm_set1_epi8(0x1f);
  for (;; p += sizeof(__m128i)) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
    const __m128i delimiter =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash));
    // The highest bit of a byte that is not ASCII counts by itself.
    const __m128i special = _mm_or_si128(_mm_or_si128(control, delimiter), bytes);
    const auto found = static_cast<uint32_t>(_mm_movemask_epi8(special));
    if (found != 0) return p + std::countr_zero(found);
  }
}

#else

inline const uint8_t* SkipPlain(const uint8_t* p) noexcept { return SkipPlainByWords(p); }

#endif

}  // namespace wholeline

#endif  // WHOLELINE_CORE_JSON_BYTES_H_
