// text_line_test.cc: texts become the bytes that UTF-8 has for them, and what is
// no line is told apart, wherever in a run of sixteen it stands.
#include "core/text_line.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

namespace wholeline::test {
namespace {

using namespace std::string_literals;

// What EncodeLine gives, with a guard behind the room that it may use.
std::optional<std::string> Encode(const std::u16string& text, LineContent content) {
  constexpr size_t kGuard = 64;
  std::vector<uint8_t> bytes(LineRoom(text.size()) + kGuard, 0xee);
  const int64_t length = EncodeLine(text.data(), text.size(), content, bytes.data());
  for (size_t i = LineRoom(text.size()); i < bytes.size(); i++) CHECK(bytes[i] == 0xee);
  if (length < 0) return std::nullopt;
  return std::string(bytes.begin(), bytes.begin() + length);
}

struct Character {
  std::u16string text;
  std::string bytes;
};

// The first and last of each length, and those around the surrogates.
const std::vector<Character> kCharacters = {
    {u"\u0001"s, "\x01"s},
    {u"\u007f"s, "\x7f"s},
    {u"\u0080"s, "\xc2\x80"s},
    {u"\u07ff"s, "\xdf\xbf"s},
    {u"\u0800"s, "\xe0\xa0\x80"s},
    {u"\ud7ff"s, "\xed\x9f\xbf"s},
    {u"\ue000"s, "\xee\x80\x80"s},
    {u"\uffff"s, "\xef\xbf\xbf"s},
    {u"\U00010000"s, "\xf0\x90\x80\x80"s},
    {u"\U0001f600"s, "\xf0\x9f\x98\x80"s},
    {u"\U0010ffff"s, "\xf4\x8f\xbf\xbf"s},
};

constexpr size_t kTwoRuns = 34;

TEST_CASE("a character of each length, at each place of two runs") {
  for (const Character& character : kCharacters) {
    for (size_t before = 0; before < kTwoRuns; before++) {
      for (size_t behind = 0; behind < kTwoRuns; behind++) {
        const auto text =
            std::u16string(before, u'a') + character.text + std::u16string(behind, u'z');
        const auto bytes = std::string(before, 'a') + character.bytes + std::string(behind, 'z');
        CHECK(Encode(text, LineContent::kKnown) == bytes);
      }
    }
  }
}

TEST_CASE("each two characters side by side") {
  for (const Character& first : kCharacters) {
    for (const Character& second : kCharacters) {
      CHECK(Encode(first.text + second.text, LineContent::kKnown) == first.bytes + second.bytes);
    }
  }
}

TEST_CASE("characters that take the most bytes have room") {
  CHECK(Encode(std::u16string(1000, u'\uffff'), LineContent::kAnything)->size() == 3000);
}

TEST_CASE("a line feed or an unpaired surrogate is no line, at each place of two runs") {
  const std::vector<std::u16string> all = {
      u"\n"s,           {0xd800},  // a first half alone
      {0xdc00},                    // a second half alone
      {0xdbff, 0xd800},            // two first halves
      {0xdfff, 0xdbff},            // in the wrong order
  };
  for (const std::u16string& bad : all) {
    for (size_t before = 0; before < kTwoRuns; before++) {
      const auto start = std::u16string(before, u'a') + bad;
      for (const LineContent content : {LineContent::kAnything, LineContent::kJson}) {
        CHECK(Encode(start, content) == std::nullopt);
        CHECK(Encode(start + u"a", content) == std::nullopt);
        CHECK(Encode(start + std::u16string(20, u'a'), content) == std::nullopt);
      }
    }
  }
}

TEST_CASE("where JSON is asked for, one value and blanks around it") {
  for (const char16_t* text : {u"{}", u" 1 ", u"\"\u20ac\"", u"[[[]]]", u"{\"a\":1}\r"}) {
    CAPTURE(Encode(text, LineContent::kAnything).value());
    CHECK(Encode(text, LineContent::kJson).has_value());
  }
  for (const char16_t* text : {u"", u"  ", u"{", u"1 2", u"{}x", u"\"\u20ac", u"'a'", u"[1,]",
                               u"\ufeff{}", u"{\n}", u"1\n", u"\n1"}) {
    CHECK(Encode(text, LineContent::kJson) == std::nullopt);
  }
}

TEST_CASE("bytes are a line of JSON in strict UTF-8, or not") {
  const auto is_json = [](std::string bytes) {
    const size_t length = bytes.size();
    bytes.append(kBehindLine, '\xee');
    return IsLine(reinterpret_cast<uint8_t*>(bytes.data()), length, LineContent::kJson);
  };
  CHECK(is_json("{\"a\": \"\xe2\x82\xac\"}"));
  for (const char* bytes :
       {"", "{", "1\n", "1\n2", "\"\xff\"", "\"\xe2\x82\"", "\"\xed\xa0\x80\""}) {
    CAPTURE(bytes);
    CHECK_FALSE(is_json(bytes));
  }
}

TEST_CASE(
    "bytes of anything are a line unless they have an LF or may be blank, and those known to be "
    "one "
    "are not looked at") {
  const auto is_line = [](std::string bytes, LineContent content) {
    const size_t length = bytes.size();
    bytes.append(kBehindLine, '\n');
    return IsLine(reinterpret_cast<uint8_t*>(bytes.data()), length, content);
  };
  for (size_t before = 0; before < kTwoRuns; before++) {
    const auto text = std::string(before, 'a') + "\xff";
    CHECK(is_line(text, LineContent::kAnything));
    CHECK_FALSE(is_line(text + '\n', LineContent::kAnything));
    CHECK_FALSE(is_line(text + "\nb", LineContent::kAnything));
    CHECK(is_line(text + '\n', LineContent::kKnown));
  }
  for (const char* blank : {"", " ", "\t", "  \r ", " \xc2\xa0"}) {
    CHECK_FALSE(is_line(blank, LineContent::kAnything));
    CHECK(is_line(std::string(blank) + "a", LineContent::kAnything));
    CHECK(is_line(blank, LineContent::kKnown));
  }
}

TEST_CASE("what is nested deeper than is looked at is not taken for JSON") {
  const auto nested = [](size_t depth) {
    std::u16string text(depth, u'[');
    text.append(depth, u']');
    return text;
  };
  CHECK(Encode(nested(4000), LineContent::kJson).has_value());
  CHECK(Encode(nested(10'000), LineContent::kJson) == std::nullopt);
  CHECK(Encode(nested(10'000), LineContent::kAnything).has_value());
}

}  // namespace
}  // namespace wholeline::test
