// line_encoder.cc: from napi_value to the target, and on to core/text_line.h.
#include "line_encoder.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "core/prefetch.h"

namespace wholeline {

namespace {

// Node-API writes a NUL behind them, and one more shows that there is more.
constexpr size_t kUnits = LineEncoder::kWideMost + 2;

// V8 leaves out a character that does not fit, which takes four bytes at the most, and Node-API
// writes a NUL behind all: with so much room left nothing was left out.
constexpr size_t kLeftMost = 5;

// Far enough for memory to come while some lines are put, and little of the nearest cache.
constexpr size_t kAhead = 2048;

bool HasReplacement(const uint8_t* bytes, size_t length) noexcept {
  const uint8_t* const end = bytes + length;
  while (bytes < end) {
    bytes = static_cast<const uint8_t*>(std::memchr(bytes, 0xef, static_cast<size_t>(end - bytes)));
    if (bytes == nullptr) return false;
    if (end - bytes >= 3 && bytes[1] == 0xbf && bytes[2] == 0xbd) return true;
    bytes++;
  }
  return false;
}

}  // namespace

int64_t LineEncoder::Encode(napi_env env, napi_value text, size_t units, size_t offset,
                            LineContent content) noexcept {
  const size_t room = RoomFrom(offset);
  if (room < kBehindLine) return -1;
  uint8_t* const line = target_ + offset;
  const size_t most = room - kBehindLine + kLeftMost;
  size_t length;
  if (napi_get_value_string_utf8(env, text, reinterpret_cast<char*>(line), most, &length) !=
          napi_ok ||
      length + kLeftMost > most) {
    return -1;
  }
  PrefetchBehind(offset, length);
  if (!wholeline::IsLine(line, length, content)) return -1;
  // Of ASCII alone there are no more bytes than units.
  if (length > units && content != LineContent::kKnown && HasReplacement(line, length)) return -1;
  return static_cast<int64_t>(length);
}

int64_t LineEncoder::EncodeWide(napi_env env, napi_value text, size_t units, size_t offset,
                                LineContent content) noexcept {
  if (units > kWideMost || RoomFrom(offset) < LineRoom(units)) return -1;
  if (units_ == nullptr) units_.reset(new (std::nothrow) char16_t[kUnits]);
  size_t copied;
  if (units_ == nullptr ||
      napi_get_value_string_utf16(env, text, units_.get(), kUnits, &copied) != napi_ok ||
      copied != units) {
    return -1;
  }
  PrefetchBehind(offset, units);
  return EncodeLine(units_.get(), units, content, target_ + offset);
}

bool LineEncoder::IsLine(size_t offset, size_t length, LineContent content) noexcept {
  const size_t room = RoomFrom(offset);
  if (length > room || room - length < kBehindLine) return false;
  PrefetchBehind(offset, length);
  return wholeline::IsLine(target_ + offset, length, content);
}

void LineEncoder::PrefetchBehind(size_t offset, size_t length) const noexcept {
  const size_t room = RoomFrom(offset + kAhead);
  // When a long line is looked at, its first bytes have been stored.
  if (room == 0 || length > kAhead) return;
  PrefetchForWrite(target_ + offset + kAhead, std::min(length, room));
}

}  // namespace wholeline
