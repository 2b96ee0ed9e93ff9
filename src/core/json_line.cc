// json_line.cc: a machine of a few states, and a loop for what is long.
//
// An LF stops it in whatever state it is: it is the end of the line, or of the
// part that is there, and the caller knows which. No state may hold an LF, so
// nothing has to compare with the end of the part.
#include "core/json_line.h"

#include "core/json_bytes.h"

namespace wholeline {

namespace {

constexpr size_t kLevelsInWord = 64;

}  // namespace

// The state of a JsonLine in local variables while a part is read.
class JsonLine::Reader {
 public:
  Reader(const JsonLine& line, const uint8_t* from) noexcept
      : p_(from),
        state_(line.state_),
        in_key_(line.in_key_),
        left_(line.left_),
        low_(line.low_),
        high_(line.high_),
        literal_(line.literal_),
        innermost_(line.innermost_),
        depth_(line.depth_),
        nesting_(line.nesting_),
        words_(line.words_) {}

  // Until an LF, or what is no JSON.
  void Run() noexcept {
    while (!stopped_) Step();
  }

  const uint8_t* Leave(JsonLine* line) const noexcept {
    line->state_ = state_;
    line->in_key_ = in_key_;
    line->left_ = left_;
    line->low_ = low_;
    line->high_ = high_;
    line->literal_ = literal_;
    line->innermost_ = innermost_;
    line->depth_ = depth_;
    return p_;
  }

 private:
  void Step() noexcept {
    switch (state_) {
      case JsonState::kValue:
        return Value();
      case JsonState::kFirstElement:
        return FirstElement();
      case JsonState::kFirstKey:
        return FirstKey();
      case JsonState::kKey:
        return Key();
      case JsonState::kColon:
        return Colon();
      case JsonState::kAfterValue:
        return AfterValue();
      case JsonState::kString:
        return String();
      case JsonState::kEscape:
        return Escape();
      case JsonState::kHex:
        return Hex();
      case JsonState::kUtf8:
        return Utf8();
      case JsonState::kLiteral:
        return Literal();
      case JsonState::kMinus:
        return *p_ == '0' ? Take(JsonState::kZero) : Digit(JsonState::kInteger);
      case JsonState::kZero:
        return AfterInteger();
      case JsonState::kInteger:
        SkipDigits();
        return AfterInteger();
      case JsonState::kPoint:
        return Digit(JsonState::kFraction);
      case JsonState::kFraction:
        SkipDigits();
        return AfterFraction();
      case JsonState::kExponent:
        if (*p_ == '+' || *p_ == '-') return Take(JsonState::kExponentSign);
        return Digit(JsonState::kExponentDigits);
      case JsonState::kExponentSign:
        return Digit(JsonState::kExponentDigits);
      case JsonState::kExponentDigits:
        SkipDigits();
        return EndNumber();
      case JsonState::kFailed:
        stopped_ = true;
    }
  }

  void Take(JsonState next) noexcept {
    p_++;
    state_ = next;
  }

  // The byte is none that may stand here: the end, or no JSON.
  void Stop() noexcept {
    if (*p_ != '\n') state_ = JsonState::kFailed;
    stopped_ = true;
  }

  // Goes over whitespace, or stops.
  void SkipBlankOrStop() noexcept {
    if (*p_ == ' ' || *p_ == '\t' || *p_ == '\r') {
      p_++;
    } else {
      Stop();
    }
  }

  void Value() noexcept {
    const uint8_t byte = *p_;
    switch (byte) {
      case '"':
        return BeginString(false);
      case '{':
        return Open(1, JsonState::kFirstKey);
      case '[':
        return Open(0, JsonState::kFirstElement);
      case 't':
        return BeginLiteral("rue");
      case 'f':
        return BeginLiteral("alse");
      case 'n':
        return BeginLiteral("ull");
      case '-':
        return Take(JsonState::kMinus);
      case '0':
        return Take(JsonState::kZero);
      default:
        if (IsDigit(byte)) return Take(JsonState::kInteger);
        return SkipBlankOrStop();
    }
  }

  void FirstElement() noexcept {
    if (*p_ == ']') return Close();
    if (*p_ == ' ' || *p_ == '\t' || *p_ == '\r') {
      p_++;
    } else if (*p_ == '\n') {
      stopped_ = true;
    } else {
      state_ = JsonState::kValue;
    }
  }

  void FirstKey() noexcept {
    if (*p_ == '}') return Close();
    Key();
  }

  void Key() noexcept {
    if (*p_ == '"') return BeginString(true);
    SkipBlankOrStop();
  }

  void Colon() noexcept {
    if (*p_ == ':') return Take(JsonState::kValue);
    SkipBlankOrStop();
  }

  void AfterValue() noexcept {
    const uint8_t byte = *p_;
    if (depth_ > 0) {
      const bool in_object = (innermost_ & 1) != 0;
      if (byte == ',') return Take(in_object ? JsonState::kKey : JsonState::kValue);
      if (byte == (in_object ? '}' : ']')) return Close();
    }
    SkipBlankOrStop();
  }

  void Open(uint64_t is_object, JsonState next) noexcept {
    if (depth_ > 0 && depth_ % kLevelsInWord == 0) {
      const size_t word = depth_ / kLevelsInWord - 1;
      if (word >= words_) return Stop();
      nesting_[word] = innermost_;
    }
    innermost_ = innermost_ << 1 | is_object;
    depth_++;
    Take(next);
  }

  void Close() noexcept {
    depth_--;
    innermost_ >>= 1;
    if (depth_ > 0 && depth_ % kLevelsInWord == 0) {
      innermost_ = nesting_[depth_ / kLevelsInWord - 1];
    }
    Take(JsonState::kAfterValue);
  }

  void BeginString(bool is_key) noexcept {
    in_key_ = is_key;
    Take(JsonState::kString);
  }

  void String() noexcept {
    for (;;) {
      p_ = SkipPlain(p_);
      const uint8_t byte = *p_;
      if (byte == '"') return Take(in_key_ ? JsonState::kColon : JsonState::kAfterValue);
      if (byte == '\\') {
        if (!IsSimpleEscape(p_[1])) return Take(JsonState::kEscape);
        p_ += 2;
      } else if (byte < 0x80) {
        return Stop();
      } else if (!SkipMultibyte()) {
        return BeginUtf8();
      }
    }
  }

  void Escape() noexcept {
    if (IsSimpleEscape(*p_)) return Take(JsonState::kString);
    if (*p_ != 'u') return Stop();
    left_ = 4;
    Take(JsonState::kHex);
  }

  void Hex() noexcept {
    for (; left_ > 0; left_--, p_++) {
      if (!IsHexDigit(*p_)) return Stop();
    }
    state_ = JsonState::kString;
  }

  // Characters of two and three bytes that are all there and need no exact
  // look; false: the next one does.
  bool SkipMultibyte() noexcept {
    do {
      const uint8_t lead = *p_;
      if (lead >= 0xc2 && lead <= 0xdf && IsContinuation(p_[1])) {
        p_ += 2;
      } else if (lead > 0xe0 && lead < 0xf0 && lead != 0xed && IsContinuation(p_[1]) &&
                 IsContinuation(p_[2])) {
        p_ += 3;
      } else {
        return false;
      }
    } while (*p_ >= 0x80);
    return true;
  }

  // Table 3-7 of the Unicode standard: which bytes may follow the first.
  void BeginUtf8() noexcept {
    const uint8_t lead = *p_;
    low_ = 0x80;
    high_ = 0xbf;
    if (lead < 0xc2 || lead > 0xf4) return Stop();
    left_ = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    if (lead == 0xe0) low_ = 0xa0;
    if (lead == 0xed) high_ = 0x9f;
    if (lead == 0xf0) low_ = 0x90;
    if (lead == 0xf4) high_ = 0x8f;
    Take(JsonState::kUtf8);
  }

  void Utf8() noexcept {
    for (; left_ > 0; left_--, p_++) {
      if (*p_ < low_ || *p_ > high_) return Stop();
      low_ = 0x80;
      high_ = 0xbf;
    }
    state_ = JsonState::kString;
  }

  void BeginLiteral(const char* rest) noexcept {
    literal_ = rest;
    Take(JsonState::kLiteral);
  }

  void Literal() noexcept {
    for (; *literal_ != '\0'; literal_++, p_++) {
      if (*p_ != static_cast<uint8_t>(*literal_)) return Stop();
    }
    state_ = JsonState::kAfterValue;
  }

  void Digit(JsonState next) noexcept {
    if (IsDigit(*p_)) return Take(next);
    Stop();
  }

  void SkipDigits() noexcept {
    while (IsDigit(*p_)) p_++;
  }

  void AfterInteger() noexcept {
    if (*p_ == '.') return Take(JsonState::kPoint);
    AfterFraction();
  }

  void AfterFraction() noexcept {
    if (*p_ == 'e' || *p_ == 'E') return Take(JsonState::kExponent);
    EndNumber();
  }

  // At the end of a part it may still go on.
  void EndNumber() noexcept {
    if (*p_ == '\n') {
      stopped_ = true;
    } else {
      state_ = JsonState::kAfterValue;
    }
  }

  const uint8_t* p_;
  bool stopped_ = false;
  JsonState state_;
  bool in_key_;
  uint8_t left_;
  uint8_t low_, high_;
  const char* literal_;
  uint64_t innermost_;
  size_t depth_;
  uint64_t* const nesting_;
  const size_t words_;
};

// Flattened, so that the state stays in registers: a third of the time.
[[gnu::flatten]] const uint8_t* JsonLine::Read(const uint8_t* from) noexcept {
  Reader reader(*this, from);
  reader.Run();
  return reader.Leave(this);
}

bool JsonLine::complete() const noexcept {
  if (depth_ > 0) return false;
  switch (state_) {
    case JsonState::kAfterValue:
    case JsonState::kZero:
    case JsonState::kInteger:
    case JsonState::kFraction:
    case JsonState::kExponentDigits:
      return true;
    default:
      return false;
  }
}

}  // namespace wholeline
