// slow_json.cc: the grammar of RFC 8259, rule by rule.
#include "slow_json.h"

#include <cstdint>

namespace wholeline::test {

namespace {

// The number of bytes of the character at the start of text; 0: none.
size_t CharacterLength(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  size_t length = 1;
  uint32_t value = byte(0);
  uint32_t least = 0;
  if (value >= 0xf0) {
    length = 4;
    value &= 0x0f;  // a fifth bit makes it too large, below
    if ((byte(0) & 0x08) != 0) return 0;
    least = 0x10000;
  } else if (value >= 0xe0) {
    length = 3;
    value &= 0x0f;
    least = 0x800;
  } else if (value >= 0xc0) {
    length = 2;
    value &= 0x1f;
    least = 0x80;
  } else if (value >= 0x80) {
    return 0;
  }
  if (text.size() < length) return 0;
  for (size_t i = 1; i < length; i++) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    value = value << 6 | (byte(i) & 0x3f);
  }
  const bool is_surrogate = value >= 0xd800 && value <= 0xdfff;
  return value < least || value > 0x10ffff || is_surrogate ? 0 : length;
}

class Grammar {
 public:
  explicit Grammar(std::string_view text) : left_(text) {}

  bool Line() {
    Blank();
    if (!Value()) return false;
    Blank();
    return left_.empty();
  }

 private:
  bool Eat(char c) {
    if (left_.empty() || left_[0] != c) return false;
    left_.remove_prefix(1);
    return true;
  }

  bool EatWord(std::string_view word) {
    if (!left_.starts_with(word)) return false;
    left_.remove_prefix(word.size());
    return true;
  }

  void Blank() {
    while (Eat(' ') || Eat('\t') || Eat('\r')) {
    }
  }

  bool Value() {
    if (Eat('{')) return Members();
    if (Eat('[')) return Elements();
    if (Eat('"')) return Characters();
    return EatWord("true") || EatWord("false") || EatWord("null") || Number();
  }

  bool Members() {
    Blank();
    if (Eat('}')) return true;
    do {
      Blank();
      if (!Eat('"') || !Characters()) return false;
      Blank();
      if (!Eat(':')) return false;
      Blank();
      if (!Value()) return false;
      Blank();
    } while (Eat(','));
    return Eat('}');
  }

  bool Elements() {
    Blank();
    if (Eat(']')) return true;
    do {
      Blank();
      if (!Value()) return false;
      Blank();
    } while (Eat(','));
    return Eat(']');
  }

  bool Characters() {
    while (!Eat('"')) {
      if (left_.empty() || static_cast<uint8_t>(left_[0]) < 0x20) return false;
      if (Eat('\\')) {
        if (!Escaped()) return false;
      } else {
        const size_t length = CharacterLength(left_);
        if (length == 0) return false;
        left_.remove_prefix(length);
      }
    }
    return true;
  }

  bool Escaped() {
    for (const char c : std::string_view("\"\\/bfnrt")) {
      if (Eat(c)) return true;
    }
    if (!Eat('u') || left_.size() < 4) return false;
    const std::string_view digits = left_.substr(0, 4);
    left_.remove_prefix(4);
    return digits.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  }

  bool Digits() {
    const size_t count = left_.find_first_not_of("0123456789");
    const size_t all = count == std::string_view::npos ? left_.size() : count;
    left_.remove_prefix(all);
    return all > 0;
  }

  bool Number() {
    (void)Eat('-');
    if (!Eat('0') && !Digits()) return false;
    if (Eat('.') && !Digits()) return false;
    if (!Eat('e') && !Eat('E')) return true;
    if (!Eat('+')) (void)Eat('-');
    return Digits();
  }

  std::string_view left_;
};

}  // namespace

bool IsUtf8Slowly(std::string_view text) {
  while (!text.empty()) {
    const size_t length = CharacterLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool IsJsonSlowly(std::string_view text) { return Grammar(text).Line(); }

}  // namespace wholeline::test
