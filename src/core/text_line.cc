// text_line.cc: UTF-16 into UTF-8, runs of ASCII sixteen characters at a time.
#include "core/text_line.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>

#include "core/json_line.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace wholeline {

namespace {

constexpr uint8_t kLineFeed = '\n';
constexpr size_t kRun = 16;
constexpr uint32_t kAllOfRun = (1U << kRun) - 1;

constexpr bool IsSurrogate(char16_t unit) noexcept { return (unit & 0xf800) == 0xd800; }
constexpr bool IsHigh(char16_t unit) noexcept { return (unit & 0xfc00) == 0xd800; }
constexpr bool IsLow(char16_t unit) noexcept { return (unit & 0xfc00) == 0xdc00; }

#ifdef __SSE2__

// Writes kRun code units as if they were ASCII; gives a bit for each that is,
// the first in the lowest.
inline uint32_t PutRun(const char16_t* text, uint8_t* bytes) noexcept {
  const __m128i zero = _mm_setzero_si128();
  const __m128i beyond = _mm_set1_epi16(static_cast<int16_t>(0xff80));
  const __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
  const __m128i high = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + kRun / 2));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(bytes), _mm_packus_epi16(low, high));
  const __m128i ascii = _mm_packs_epi16(_mm_cmpeq_epi16(_mm_and_si128(low, beyond), zero),
                                        _mm_cmpeq_epi16(_mm_and_si128(high, beyond), zero));
  return static_cast<uint32_t>(_mm_movemask_epi8(ascii));
}

#else

inline uint32_t PutRun(const char16_t* text, uint8_t* bytes) noexcept {
  uint32_t together = 0;
  for (size_t i = 0; i < kRun; i++) {
    together |= text[i];
    bytes[i] = static_cast<uint8_t>(text[i]);
  }
  if (together < 0x80) return kAllOfRun;
  uint32_t ascii = 0;
  for (size_t i = 0; i < kRun; i++) ascii |= static_cast<uint32_t>(text[i] < 0x80) << i;
  return ascii;
}

#endif

// Code units that are left, and where the bytes go. Handed over by value: a byte
// that is written could be part of anything that is in memory.
struct Progress {
  const char16_t* next;
  uint8_t* to;
};

inline uint8_t* PutPair(uint8_t* to, char16_t high, char16_t low) noexcept {
  const uint32_t point = 0x10000 + (static_cast<uint32_t>(high & 0x3ff) << 10) + (low & 0x3ff);
  *to++ = static_cast<uint8_t>(0xf0 | (point >> 18));
  *to++ = static_cast<uint8_t>(0x80 | ((point >> 12) & 0x3f));
  *to++ = static_cast<uint8_t>(0x80 | ((point >> 6) & 0x3f));
  *to++ = static_cast<uint8_t>(0x80 | (point & 0x3f));
  return to;
}

// One, two or three bytes, without a branch: where ASCII and others take turns
// none could be foreseen. Four are written in any case.
inline uint8_t* PutUnit(uint8_t* to, uint32_t unit) noexcept {
  const uint32_t last = 0x80 | (unit & 0x3f);
  const uint32_t middle = 0x80 | ((unit >> 6) & 0x3f);
  const uint32_t two = (0xc0 | (unit >> 6)) | (last << 8);
  const uint32_t three = (0xe0 | (unit >> 12)) | (middle << 8) | (last << 16);
  const uint32_t is_more = unit >= 0x80 ? 1 : 0;
  const uint32_t is_three = unit >= 0x800 ? 1 : 0;
  // All bits or none.
  const uint32_t of_more = 0 - is_more;
  const uint32_t of_three = 0 - is_three;
  const uint32_t all = (unit & ~of_more) | (two & of_more & ~of_three) | (three & of_three);
  const uint8_t bytes[] = {static_cast<uint8_t>(all), static_cast<uint8_t>(all >> 8),
                           static_cast<uint8_t>(all >> 16), 0};
  std::memcpy(to, bytes, sizeof bytes);
  return to + 1 + is_more + is_three;
}

// The units up to stop, and the second half of a pair that begins before it. `to`
// is nullptr behind an unpaired surrogate.
inline Progress PutMixed(Progress at, const char16_t* stop, const char16_t* end) noexcept {
  while (at.next < stop) {
    const char16_t unit = *at.next++;
    if (!IsSurrogate(unit)) {
      at.to = PutUnit(at.to, unit);
    } else {
      if (!IsHigh(unit) || at.next == end || !IsLow(*at.next)) return {.next = end, .to = nullptr};
      at.to = PutPair(at.to, unit, *at.next++);
    }
  }
  return at;
}

// Without a count of bits, which is a call of a library where no newer processor may be assumed.
constexpr bool HasMoreThanTwo(uint32_t bits) noexcept {
  const uint32_t behind_first = bits & (bits - 1);
  return (behind_first & (behind_first - 1)) != 0;
}

// A run that is not all ASCII. Where little else is in it, what comes first of
// that is put apart, and the next run begins behind it.
inline Progress PutRest(Progress at, uint32_t ascii, const char16_t* end) noexcept {
  if (HasMoreThanTwo(~ascii & kAllOfRun)) return PutMixed(at, at.next + kRun, end);
  const auto count = static_cast<size_t>(std::countr_one(ascii));
  at.next += count;
  at.to += count;
  return PutMixed(at, at.next + 1, end);
}

// Where the bytes end; nullptr: there is an unpaired surrogate.
uint8_t* EncodeUtf8(const char16_t* text, size_t units, uint8_t* bytes) noexcept {
  const char16_t* const end = text + units;
  Progress at = {.next = text, .to = bytes};
  while (static_cast<size_t>(end - at.next) >= kRun) {
    const uint32_t ascii = PutRun(at.next, at.to);
    if (ascii == kAllOfRun) {
      at.next += kRun;
      at.to += kRun;
      continue;
    }
    at = PutRest(at, ascii, end);
    if (at.to == nullptr) return nullptr;
  }
  return PutMixed(at, end, end).to;
}

// What is more than blank mostly shows it at once. Which characters beyond ASCII are blank, too, is
// for others to say.
bool IsSurelyMoreThanBlank(const uint8_t* bytes, size_t length) noexcept {
  constexpr uint8_t kSpace = ' ';
  if (length > 0 && bytes[0] > kSpace) return true;
  return std::any_of(bytes, bytes + length,
                     [](uint8_t byte) { return byte > kSpace && byte < 0x80; });
}

bool IsJsonLine(uint8_t* bytes, size_t length) noexcept {
  static_assert(JsonLine::kOverread <= kBehindLine);
  uint64_t nesting[64];
  JsonLine line(nesting, std::size(nesting));
  line.Begin();
  bytes[length] = kLineFeed;
  return line.Read(bytes) == bytes + length && line.complete();
}

// JSON has what is not ASCII nowhere but between quotes, where it stands for
// itself, as DEL does, which is skipped sixteen at a time. So a text that can be
// encoded is JSON if it is with DEL in its place.
bool IsJsonText(const char16_t* text, size_t units, uint8_t* room) noexcept {
  constexpr char16_t kDelete = 0x7f;
  for (size_t i = 0; i < units; i++) {
    room[i] = static_cast<uint8_t>(text[i] < kDelete ? text[i] : kDelete);
  }
  return IsJsonLine(room, units);
}

}  // namespace

int64_t EncodeLine(const char16_t* text, size_t units, LineContent content,
                   uint8_t* bytes) noexcept {
  uint8_t* const end = EncodeUtf8(text, units, bytes);
  if (end == nullptr) return -1;
  const auto length = static_cast<size_t>(end - bytes);
  const bool is_line = content == LineContent::kJson && length > units
                           ? IsJsonText(text, units, bytes + length)
                           : IsLine(bytes, length, content);
  return is_line ? static_cast<int64_t>(length) : -1;
}

bool IsLine(uint8_t* bytes, size_t length, LineContent content) noexcept {
  switch (content) {
    case LineContent::kKnown:
      return true;
    case LineContent::kAnything:
      return IsSurelyMoreThanBlank(bytes, length) &&
             std::memchr(bytes, kLineFeed, length) == nullptr;
    case LineContent::kJson:
      break;
  }
  return IsJsonLine(bytes, length);
}

}  // namespace wholeline
