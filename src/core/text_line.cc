// text_line.cc: UTF-16 into UTF-8, runs of ASCII sixteen characters at a time.
#include "core/text_line.h"

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

// The last run may write more bytes than it takes, for which LineRoom has room.
inline Progress PutAscii(Progress at, const char16_t* end) noexcept {
  while (static_cast<size_t>(end - at.next) >= kRun) {
    const uint32_t ascii = PutRun(at.next, at.to);
    // A branch: to add what was counted would let each run wait for the one before.
    const auto count = ascii == kAllOfRun ? kRun : static_cast<size_t>(std::countr_one(ascii));
    at.next += count;
    at.to += count;
    if (ascii != kAllOfRun) return at;
  }
  while (at.next < end && *at.next < 0x80) *at.to++ = static_cast<uint8_t>(*at.next++);
  return at;
}

inline uint8_t* PutTail(uint8_t* to, uint32_t point, int shift) noexcept {
  for (; shift >= 0; shift -= 6) *to++ = static_cast<uint8_t>(0x80 | ((point >> shift) & 0x3f));
  return to;
}

inline uint8_t* PutPair(uint8_t* to, char16_t high, char16_t low) noexcept {
  const uint32_t point = 0x10000 + (static_cast<uint32_t>(high & 0x3ff) << 10) + (low & 0x3ff);
  *to++ = static_cast<uint8_t>(0xf0 | (point >> 18));
  return PutTail(to, point, 12);
}

inline uint8_t* PutUnit(uint8_t* to, char16_t unit) noexcept {
  if (unit < 0x800) {
    *to++ = static_cast<uint8_t>(0xc0 | (unit >> 6));
    return PutTail(to, unit, 0);
  }
  *to++ = static_cast<uint8_t>(0xe0 | (unit >> 12));
  return PutTail(to, unit, 6);
}

// What is not ASCII mostly stands together. `to` is nullptr behind an unpaired
// surrogate.
inline Progress PutOthers(Progress at, const char16_t* end) noexcept {
  do {
    const char16_t unit = *at.next++;
    if (!IsSurrogate(unit)) {
      at.to = PutUnit(at.to, unit);
    } else {
      if (!IsHigh(unit) || at.next == end || !IsLow(*at.next)) return {.next = end, .to = nullptr};
      at.to = PutPair(at.to, unit, *at.next++);
    }
  } while (at.next < end && *at.next >= 0x80);
  return at;
}

// Where the bytes end; nullptr: there is an unpaired surrogate.
uint8_t* EncodeUtf8(const char16_t* text, size_t units, uint8_t* bytes) noexcept {
  const char16_t* const end = text + units;
  Progress at = {.next = text, .to = bytes};
  for (;;) {
    at = PutAscii(at, end);
    if (at.next == end) return at.to;
    at = PutOthers(at, end);
    if (at.to == nullptr) return nullptr;
  }
}

}  // namespace

bool IsJsonLine(uint8_t* bytes, size_t length) noexcept {
  uint64_t nesting[64];
  JsonLine line(nesting, std::size(nesting));
  line.Begin();
  bytes[length] = kLineFeed;
  return line.Read(bytes) == bytes + length && line.complete();
}

namespace {

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
  bool is_line;
  if (content != LineContent::kJson) {
    is_line = std::memchr(bytes, kLineFeed, length) == nullptr;
  } else if (length == units) {
    is_line = IsJsonLine(bytes, length);
  } else {
    is_line = IsJsonText(text, units, bytes + length);
  }
  return is_line ? static_cast<int64_t>(length) : -1;
}

}  // namespace wholeline
