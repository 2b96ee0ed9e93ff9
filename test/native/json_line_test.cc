// json_line_test.cc: what is JSON and what is not, taken whole and in parts.
#include "core/json_line.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/json_bytes.h"
#include "support/slow_json.h"

namespace wholeline::test {
namespace {

using namespace std::string_view_literals;

constexpr size_t kWords = 64;

// Copies that end exactly where the contract says, so that a sanitizer sees more.
void ReadPart(JsonLine* json, std::string_view part) {
  const size_t length = part.size() + JsonLine::kOverread;
  const std::unique_ptr<uint8_t[]> bytes(new uint8_t[length]);
  std::copy(part.begin(), part.end(), bytes.get());
  std::fill(bytes.get() + part.size(), bytes.get() + length, uint8_t{'\n'});
  const uint8_t* const stopped = json->Read(bytes.get());
  if (!json->failed()) CHECK(stopped == bytes.get() + part.size());
}

// Is text, given in parts of this size, a JSON value?
bool IsJson(std::string_view text, size_t part_size = SIZE_MAX) {
  uint64_t nesting[kWords];
  JsonLine json(nesting, kWords);
  json.Begin();
  while (!text.empty() && !json.failed()) {
    const std::string_view part = text.substr(0, std::min(part_size, text.size()));
    ReadPart(&json, part);
    text.remove_prefix(part.size());
  }
  return !json.failed() && json.complete();
}

// However it is cut into parts.
void CheckEveryCut(std::string_view text, bool wanted) {
  CAPTURE(std::string(text));
  CHECK(IsJsonSlowly(text) == wanted);
  for (size_t size = 1; size <= text.size() + 1; size++) CHECK(IsJson(text, size) == wanted);
}

constexpr std::string_view kAccepted[] = {
    // Values alone.
    "0",
    "-0",
    "1",
    "-1",
    "10",
    "1234567890",
    "0.5",
    "-0.0",
    "1e5",
    "1E5",
    "1e+5",
    "1e-5",
    "0e0",
    "1.25e10",
    "123e65",
    "1e999999",
    "-1e-999999",
    "99999999999999999999999999",
    "true",
    "false",
    "null",
    "\"\"",
    "\"a\"",
    "{}",
    "[]",
    // Whitespace.
    " 1",
    "1 ",
    "\t1\r",
    " [ ] ",
    " { } ",
    "{ \"a\" : 1 , \"b\" : [ 1 , 2 ] }",
    "[\t]",
    "{\r}",
    // Arrays and objects.
    "[1]",
    "[1,2]",
    "[[]]",
    "[[],[]]",
    "[{}]",
    "{\"a\":1}",
    "{\"a\":1,\"b\":2}",
    "{\"a\":1,\"a\":2}",
    "{\"\":0}",
    "{\"a\":{\"b\":{\"c\":[]}}}",
    "[true,false,null,\"\",0,[],{}]",
    "[1,[2,[3,[4]],5],6]",
    "{\"a\":[{\"b\":[{}]}]}",
    // Strings.
    R"("\"\\\/\b\f\n\r\t")",
    R"("\u0000\u00e9\uABCD\uabcd")",
    R"("\ud83d\ude00")",
    R"("\ud800")",
    R"("\udc00\ud800")",
    "\"0123456789abcdef\"",
    "\"0123456789abcdef0123456789abcde\"",
    "\"\x7f\"",
    "\"/\"",
    "\"a b\"",
    "\"{}[],:\"",
    // UTF-8: the first and the last of each length, and beside the surrogates.
    "\"\xc2\x80\"",
    "\"\xdf\xbf\"",
    "\"\xe0\xa0\x80\"",
    "\"\xed\x9f\xbf\"",
    "\"\xee\x80\x80\"",
    "\"\xef\xbf\xbf\"",
    "\"\xf0\x90\x80\x80\"",
    "\"\xf4\x8f\xbf\xbf\"",
    "\"\xe2\x80\xa8\"",
    "\"\xc2\x85\"",
    "\"\xef\xbb\xbf\"",
    "\"a\xc3\xa9z\xe4\xb8\xad\xf0\x9f\x98\x80\"",
    "{\"\xc3\xa9\":\"\xe4\xb8\xad\xe6\x96\x87\"}",
};

constexpr std::string_view kRefused[] = {
    // Nothing, or too much.
    "",
    " ",
    "\t\r ",
    "1 1",
    "{}{}",
    "[][]",
    "\"\"\"\"",
    "1,",
    ",",
    ":",
    "{}}",
    "[]]",
    "true false",
    // Numbers.
    "-",
    "+1",
    "01",
    "-01",
    "00",
    "1.",
    ".5",
    "-.5",
    "1.e5",
    "1e",
    "1e+",
    "1e-",
    "1E",
    "1.5e",
    "0x1",
    "1_0",
    "Infinity",
    "-Infinity",
    "NaN",
    "1a",
    "--1",
    "-a",
    "1e5.5",
    "0e",
    "1.2.3",
    "1-",
    "[1.]",
    "[-]",
    "[01]",
    "[1e]",
    // Literals.
    "t",
    "tru",
    "truE",
    "True",
    "falsey",
    "nul",
    "nulll",
    "undefined",
    "fals",
    "[true1]",
    "TRUE",
    // Strings.
    "\"",
    "\"a",
    "a\"",
    "'a'",
    R"("\")",
    R"("\x")",
    R"("\a")",
    R"("\')",
    R"("\u")",
    R"("\u1")",
    R"("\u12")",
    R"("\u123")",
    R"("\u123g")",
    R"("\uD83D\u")",
    R"("\U0041")",
    R"("\\")"
    "\"",
    "\"\t\"",
    "\"\r\"",
    "\"\x01\"",
    "\"\x1f\"",
    "\"0123456789abcdef\x1f\"",
    "\"\0\""sv,
    "\0"sv,
    "1\0"sv,
    "\0{}"sv,
    "{}\0"sv,
    "\"\\\0\""sv,
    "\"\\\"",
    // Arrays.
    "[",
    "]",
    "[1",
    "[1,",
    "[,",
    "[,1]",
    "[1,]",
    "[1,,2]",
    "[1 2]",
    "[1}",
    "[[]",
    "[\"a\"",
    "[1:2]",
    "[}",
    "(1)",
    // Objects.
    "{",
    "}",
    "{\"a\"",
    "{\"a\":",
    "{\"a\":1",
    "{\"a\":1,",
    "{\"a\":1,}",
    "{,}",
    "{\"a\"}",
    "{\"a\",\"b\"}",
    "{a:1}",
    "{1:1}",
    "{'a':1}",
    "{\"a\":1 \"b\":2}",
    "{\"a\"::1}",
    "{\"a\":}",
    "{:1}",
    "{\"a\":1]",
    "{]",
    "{\"a\":1,,\"b\":2}",
    "{null:1}",
    "{\"a\":1}/**/",
    "//\r{}",
    "{\"a\":1{\"a\":1}",
    "{\"a\":\"x{\"a\":\"x\"}",
    "[{]}",
    "{\"a\" 1}",
    // Bytes outside of strings.
    "\xef\xbb\xbf{}",
    "\xc2\xa0"
    "1",
    "\xe2\x80\xa8"
    "1",
    "1\xc2\x85",
    "[\x0b]",
    "[\x0c]",
    "\x7f",
    "\xff",
    "[\xc3\xa9]",
    "*",
    "#",
    "\b1",
    // No UTF-8.
    "\"\x80\"",
    "\"\xbf\"",
    "\"\xc0\xaf\"",
    "\"\xc0\x80\"",
    "\"\xc1\xbf\"",
    "\"\xc2\"",
    "\"\xc2\x7f\"",
    "\"\xc2\xc0\"",
    "\"\xe0\x80\x80\"",
    "\"\xe0\x9f\xbf\"",
    "\"\xed\xa0\x80\"",
    "\"\xed\xbf\xbf\"",
    "\"\xed\xa0\xbd\xed\xb8\x80\"",
    "\"\xe2\x80\"",
    "\"\xe2\"",
    "\"\xe2\x80z\"",
    "\"\xe2z\x80\"",
    "\"\xf0\x80\x80\x80\"",
    "\"\xf0\x8f\xbf\xbf\"",
    "\"\xf4\x90\x80\x80\"",
    "\"\xf5\x80\x80\x80\"",
    "\"\xf0\x9f\x98\"",
    "\"\xf0\x9f\"",
    "\"\xf0\x9f\x98z\"",
    "\"\xf8\x88\x80\x80\x80\"",
    "\"\xfe\"",
    "\"\xff\"",
    "\"\xf0\x9f\x98\x80\x80\"",
    "\"\xe4\xb8\xad\x80\"",
    "\"\xc3\xa9\xa9\"",
};

TEST_CASE("json: accepts what is one JSON value, however it comes in parts") {
  for (const std::string_view text : kAccepted) CheckEveryCut(text, true);
}

TEST_CASE("json: refuses everything else, however it comes in parts") {
  for (const std::string_view text : kRefused) CheckEveryCut(text, false);
}

TEST_CASE("json: no beginning of a record is one, and every byte counts") {
  const std::string record = R"({"id":-12.5e+3,"text":"a\u00e9\n)"
                             "\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80"
                             R"(","list":[true,null,{"x":[]}]})";
  CheckEveryCut(record, true);
  for (size_t length = 0; length < record.size(); length++) {
    CAPTURE(length);
    CHECK(!IsJson(record.substr(0, length)));
  }
  for (size_t i = 0; i < record.size(); i++) {
    for (int byte = 0; byte < 256; byte++) {
      if (byte == '\n') continue;
      std::string changed = record;
      changed[i] = static_cast<char>(byte);
      if (IsJson(changed) == IsJsonSlowly(changed)) continue;
      CAPTURE(i);
      CHECK(byte == -1);
    }
  }
}

TEST_CASE(
    "json: plain characters are skipped up to the first other byte, in words as in larger steps") {
  for (int byte = 0; byte < 256; byte++) {
    for (size_t place = 0; place < 40; place++) {
      std::string text(place + 1 + JsonLine::kOverread, '~');
      text[place] = static_cast<char>(byte);
      text[place + 1] = '\n';
      const auto* const bytes = reinterpret_cast<const uint8_t*>(text.data());
      const size_t wanted = IsPlain(static_cast<uint8_t>(byte)) ? place + 1 : place;
      const bool right =
          SkipPlain(bytes) == bytes + wanted && SkipPlainByWords(bytes) == bytes + wanted;
      if (right) continue;
      CAPTURE(byte);
      CHECK(place == 40);
    }
  }
}

TEST_CASE("json: every sequence of two bytes in a string, at every place of a block") {
  for (int first = 0; first < 256; first++) {
    for (int second = 0; second < 256; second++) {
      if (first == '\n' || second == '\n') continue;
      const std::string text = {'"', static_cast<char>(first), static_cast<char>(second), '"'};
      const bool wanted = IsJsonSlowly(text);
      const std::string padded = "\"abcdefghijklm" + text.substr(1);
      if (IsJson(text) == wanted && IsJson(padded) == wanted) continue;
      CAPTURE(first);
      CHECK(second == -1);
    }
  }
}

TEST_CASE("json: every character beyond two bytes, by its first bytes") {
  for (int lead = 0xe0; lead < 0x100; lead++) {
    for (int second = 0x70; second < 0xd0; second++) {
      for (const std::string_view rest :
           {"\x80"sv, "\xbf"sv, "\x80\x80"sv, "\xbf\xbf"sv, "\x80z"sv}) {
        std::string text = {'"', static_cast<char>(lead), static_cast<char>(second)};
        text.append(rest).push_back('"');
        if (IsJson(text) == IsJsonSlowly(text) && IsJson(text, 2) == IsJsonSlowly(text)) continue;
        CAPTURE(lead);
        CHECK(second == -1);
      }
    }
  }
}

TEST_CASE("json: nesting of any depth for which there is memory, mixed, and not one level more") {
  constexpr size_t kMost = (kWords + 1) * 64;
  for (const size_t depth : {1u, 63u, 64u, 65u, 127u, 128u, 129u, 1000u, unsigned{kMost}}) {
    std::string open, close;
    for (size_t i = 0; i < depth; i++) {
      const bool is_object = i % 3 == 0;
      open += is_object ? "{\"a\":" : "[";
      close.insert(close.begin(), is_object ? '}' : ']');
    }
    CAPTURE(depth);
    CHECK(IsJson(open + "1" + close));
    CHECK(IsJson(open + "1" + close, 7));
    CHECK(!IsJson(open + "1" + close.substr(1)));
    std::string wrong = open + "1" + close;
    wrong.back() = wrong.back() == ']' ? '}' : ']';
    CHECK(!IsJson(wrong));
    if (depth == kMost) CHECK(!IsJson("[" + open + "1" + close + "]"));
  }
}

TEST_CASE("json: an LF ends it, wherever it stands") {
  uint64_t nesting[1];
  JsonLine json(nesting, 1);
  const std::string two = "{\"a\":1}\n{\"b\":2}\n" + std::string(JsonLine::kOverread, 'x');
  const auto* const bytes = reinterpret_cast<const uint8_t*>(two.data());
  json.Begin();
  CHECK(json.Read(bytes) == bytes + 7);
  CHECK(json.complete());
  const std::string torn = "{\"a\":\"x\n" + std::string(JsonLine::kOverread, 'x');
  const auto* const torn_bytes = reinterpret_cast<const uint8_t*>(torn.data());
  json.Begin();
  CHECK(json.Read(torn_bytes) == torn_bytes + 7);
  CHECK(!json.failed());
  CHECK(!json.complete());
}

TEST_CASE("json: whitespace alone is blank") {
  uint64_t nesting[1];
  JsonLine json(nesting, 1);
  json.Begin();
  CHECK(json.blank());
  ReadPart(&json, " \t");
  CHECK(json.blank());
  ReadPart(&json, "\r[");
  CHECK(!json.blank());
  ReadPart(&json, " ");
  CHECK(!json.blank());
}

TEST_CASE("json: agrees with the grammar on random text of its own characters") {
  std::mt19937 random(4);  // a seed of its own: every run is the same
  constexpr std::string_view kPieces[] = {
      "{",    "}", "[",    "]",  ",",    ":",    "\"",  "\\",      "\"a\":",   "1",
      "-",    ".", "e",    "0",  "true", "null", " ",   "\\u12ab", "\xc3\xa9", "\xf0\x9f\x98\x80",
      "\x80", "x", "\"\"", "{}", "[]",   "\t",   "\0"sv};
  int accepted = 0;
  for (int i = 0; i < 200'000; i++) {
    std::string text;
    const size_t pieces = 1 + random() % 8;
    for (size_t k = 0; k < pieces; k++) text += kPieces[random() % std::size(kPieces)];
    const bool wanted = IsJsonSlowly(text);
    accepted += wanted ? 1 : 0;
    if (IsJson(text, 1 + random() % 20) == wanted) continue;
    CAPTURE(text);
    CHECK(false);
  }
  CHECK(accepted > 1000);
}

}  // namespace
}  // namespace wholeline::test
