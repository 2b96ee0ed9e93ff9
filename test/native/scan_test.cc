// scan_test.cc: lines counted and judged; parts that add up to the whole; files
// that change meanwhile.
#include "core/scan.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>

#include "support/calls.h"
#include "support/scan_file.h"
#include "support/scratch.h"

namespace wholeline::test {
namespace {

using namespace std::string_literals;

constexpr auto kNotJson = static_cast<int64_t>(ScanCode::kNotJson);
constexpr auto kTornTail = static_cast<int64_t>(ScanCode::kTornTail);
constexpr auto kMissingNewline = static_cast<int64_t>(ScanCode::kMissingNewline);
constexpr auto kOversize = static_cast<int64_t>(ScanCode::kOversize);
constexpr auto kBom = static_cast<int64_t>(ScanCode::kBom);
constexpr auto kCrlf = static_cast<int64_t>(ScanCode::kCrlf);
constexpr auto kBlank = static_cast<int64_t>(ScanCode::kBlank);
constexpr auto kErased = static_cast<int64_t>(ScanCode::kErased);

struct Case {
  std::string what;
  std::string text;
  int64_t lines, records;
  std::vector<Finding> findings;
};

const std::vector<Case> kCases = {
    {"one record", "{}\n", 1, 1, {}},
    {"three records", "1\n[2]\n{\"a\":3}\n", 3, 3, {}},
    {"no JSON between records", "1\nx\n2\n", 3, 2, {{kNotJson, 2, 4, 1, 1}}},
    {"each line that is no JSON by itself",
     "x\ny\n",
     2,
     0,
     {{kNotJson, 0, 2, 0, 1}, {kNotJson, 2, 4, 1, 1}}},
    {"a torn tail", "1\n{\"a\":", 2, 1, {{kTornTail, 2, 7, 1, 1}}},
    {"no beginning of a value either", "1\nx", 2, 1, {{kTornTail, 2, 3, 1, 1}}},
    {"a missing newline", "1\n{\"a\":2}", 2, 2, {{kMissingNewline, 2, 9, 1, 1}}},
    {"a number that lacks its newline", "12", 1, 1, {{kMissingNewline, 0, 2, 0, 1}}},
    {"a byte order mark", "\xef\xbb\xbf{}\n1\n", 2, 2, {{kBom, 0, 3, 0, 1}}},
    {"a byte order mark alone", "\xef\xbb\xbf", 0, 0, {{kBom, 0, 3, 0, 1}}},
    {"a byte order mark before a blank line",
     "\xef\xbb\xbf\n",
     1,
     0,
     {{kBom, 0, 3, 0, 1}, {kBlank, 3, 4, 0, 1}}},
    {"a byte order mark further down", "1\n\xef\xbb\xbf{}\n", 2, 1, {{kNotJson, 2, 8, 1, 1}}},
    {"half a byte order mark", "\xef\xbb\n", 1, 0, {{kNotJson, 0, 3, 0, 1}}},
    {"a run of CR LF", "1\r\n2\r\n3\r\n", 3, 3, {{kCrlf, 0, 9, 0, 3}}},
    {"two runs of CR LF", "1\r\n2\n3\r\n4\r\n", 4, 4, {{kCrlf, 0, 3, 0, 1}, {kCrlf, 5, 11, 2, 2}}},
    {"a CR that ends a block",
     "\"" + std::string(13, 'a') + "\"\r\n",
     1,
     1,
     {{kCrlf, 0, 17, 0, 1}}},
    {"a CR without LF in the end", "1\r", 1, 1, {{kMissingNewline, 0, 2, 0, 1}}},
    {"a CR that stands before whitespace", "1\r \n", 1, 1, {}},
    {"blank lines", "1\n\n\t\n\r\n2\n", 5, 2, {{kBlank, 2, 7, 1, 3}}},
    {"spaces behind a tab are blank", " \t\n\t \n", 2, 0, {{kBlank, 0, 6, 0, 2}}},
    {"only spaces", "1\n   \n  \n2\n", 4, 2, {{kErased, 2, 9, 1, 2}}},
    {"spaces before a record", "1\n   {\"a\":1}\n", 2, 2, {{kErased, 2, 13, 1, 1}}},
    {"a blank line between erased ones",
     "  \n\n  \n",
     3,
     0,
     {{kErased, 0, 3, 0, 1}, {kBlank, 3, 4, 1, 1}, {kErased, 4, 7, 2, 1}}},
    {"erased, and CR LF, each in a run of its own",
     " 1\r\n 2\n 3\r\n",
     3,
     3,
     {{kErased, 0, 11, 0, 3}, {kCrlf, 0, 4, 0, 1}, {kCrlf, 7, 11, 2, 1}}},
    {"spaces and a tab before a record", "  \t1\n", 1, 1, {}},
    {"spaces before no record", "   x\n", 1, 0, {{kNotJson, 0, 5, 0, 1}}},
    {"spaces in the end", "1\n   ", 2, 1, {{kErased, 2, 5, 1, 1}}},
    {"other whitespace in the end", "1\n \t", 2, 1, {{kBlank, 2, 4, 1, 1}}},
    {"a last record behind spaces, without LF",
     " 1",
     1,
     1,
     {{kErased, 0, 2, 0, 1}, {kMissingNewline, 0, 2, 0, 1}}},
    {"a line of exactly the most bytes", "1\n\"" + std::string(38, 'a') + "\"\n2\n", 3, 3, {}},
    {"a line of one byte more",
     "1\n\"" + std::string(39, 'a') + "\"\n2\n",
     3,
     2,
     {{kOversize, 2, 44, 1, 1}}},
    {"a last line that is too long",
     "1\n\"" + std::string(39, 'a') + "\"",
     2,
     1,
     {{kOversize, 2, 43, 1, 1}}},
    {"a line that is too long, over many parts",
     "1\n" + std::string(100, 'x') + "\n2\n",
     3,
     2,
     {{kOversize, 2, 103, 1, 1}}},
    {"a line too long without an end",
     "1\n" + std::string(100, '\0'),
     2,
     1,
     {{kOversize, 2, 102, 1, 1}}},
    {"NULs, then a record", "1\n"s + "\0\0\0{}\n"s, 2, 1, {{kNotJson, 2, 8, 1, 1}}},
    {"glued records", "{}{}\n1\n", 2, 1, {{kNotJson, 0, 5, 0, 1}}},
    {"U+2028, U+0085 and a lone CR end no line", "\"\xe2\x80\xa8\xc2\x85\"\n[1,\r2]\n", 2, 2, {}},
    {"strings across blocks", "\"" + std::string(30, 'a') + "\\n\xc3\xa9\"\n", 1, 1, {}},
};

// Every line longer than 40 bytes is too long.
constexpr ScanSettings kSmall = {.max_record_bytes = 40, .findings_most = 64, .block_bytes = 16};

void CheckWhole(const WholeScan& got, const Case& wanted) {
  CHECK(got.lines == wanted.lines);
  CHECK(got.records == wanted.records);
  CHECK(got.findings.size() == wanted.findings.size());
  CHECK(got.findings == wanted.findings);
}

TEST_CASE("scan: lines, records, and what is special about lines") {
  for (const Case& one : kCases) {
    CAPTURE(one.what);
    const Scratch scratch;
    const Descriptor fd(OpenOrStop(scratch.Put("log", one.text)));
    const auto size = static_cast<int64_t>(one.text.size());
    CheckWhole(ScanWhole(fd, size, {}, kSmall), one);
    ScanSettings one_block = kSmall;
    one_block.block_bytes = 4096;
    CheckWhole(ScanWhole(fd, size, {}, one_block), one);
  }
}

TEST_CASE("scan: two parts give what the whole gives, wherever it is cut; so do many") {
  for (const Case& one : kCases) {
    CAPTURE(one.what);
    const Scratch scratch;
    const Descriptor fd(OpenOrStop(scratch.Put("log", one.text)));
    const auto size = static_cast<int64_t>(one.text.size());
    std::vector<int64_t> everywhere;
    for (int64_t cut = 0; cut <= size; cut++) {
      CAPTURE(cut);
      CheckWhole(ScanWhole(fd, size, {cut}, kSmall), one);
      everywhere.push_back(cut);
    }
    CheckWhole(ScanWhole(fd, size, everywhere, kSmall), one);
  }
}

TEST_CASE("scan: where the findings are full it says where to go on") {
  ScanSettings few = kSmall;
  few.findings_most = kScanFindingsLeast;
  for (const Case& one : kCases) {
    CAPTURE(one.what);
    const Scratch scratch;
    const Descriptor fd(OpenOrStop(scratch.Put("log", one.text)));
    CheckWhole(ScanWhole(fd, static_cast<int64_t>(one.text.size()), {}, few), one);
  }
  const Scratch scratch;
  const std::string bad = "x\nx\nx\nx\nx\nx\n";
  const Descriptor fd(OpenOrStop(scratch.Put("log", bad)));
  const ScanResult first = ScanPart(fd, 0, 12, few);
  CHECK(first.lines == 1);
  CHECK(first.next == 2);
  CHECK(first.file_end == -1);
  CHECK(ScanWhole(fd, 12, {}, few).findings.size() == 6);
}

TEST_CASE("scan: a part in which no line starts says so") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Put("log", "1\n\"a long string\"\n2\n")));
  const ScanResult inside = ScanPart(fd, 5, 10);
  CHECK(inside.first_line == -1);
  CHECK(inside.lines == 0);
  CHECK(inside.next == 10);
  CHECK(ScanPart(fd, 5, 18).first_line == -1);
  CHECK(ScanPart(fd, 5, 19).first_line == 18);
  const ScanResult at_line = ScanPart(fd, 2, 3);
  CHECK(at_line.first_line == 2);
  CHECK(at_line.lines == 1);
  CHECK(at_line.next == 18);
}

TEST_CASE("scan: a line too long is followed to the end of the part, not of the file") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Put("log", "1\n" + std::string(10'000, 'x'))));
  int64_t furthest = 0;
  const Replaced pread_call(&Calls::pread, [&](int of, void* bytes, size_t length, off_t offset) {
    furthest = std::max(furthest, static_cast<int64_t>(offset) + static_cast<int64_t>(length));
    return real::Pread(of, bytes, length, offset);
  });
  const ScanResult part = ScanPart(fd, 0, 100, kSmall);
  CHECK(part.findings == std::vector<Finding>{{kOversize, 2, -1, 1, 1}});
  CHECK(part.next == 100);
  CHECK(furthest == 100);
}

TEST_CASE("scan: an ordinary line is followed beyond the end, and no other") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Put("log", "1\n{\"a\":\"xyz\"}\nx\n")));
  const ScanResult part = ScanPart(fd, 0, 3);
  CHECK(part.lines == 2);
  CHECK(part.records == 2);
  CHECK(part.next == 14);
  CHECK(part.findings.empty());
}

TEST_CASE("scan: a file that has become shorter ends where it ends") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "1\n2\n{\"a\":1}\n");
  const Descriptor fd(OpenOrStop(path));
  REQUIRE(truncate(path.c_str(), 6) == 0);
  const ScanResult part = ScanPart(fd, 0, 1000, kSmall);
  CHECK(part.outcome.error_number == 0);
  CHECK(part.lines == 3);
  CHECK(part.file_end == 6);
  CHECK(part.next == 6);
  CHECK(part.findings == std::vector<Finding>{{kTornTail, 4, 6, 2, 1}});
  const ScanResult beyond = ScanPart(fd, 500, 1000, kSmall);
  CHECK(beyond.outcome.error_number == 0);
  CHECK(beyond.lines == 0);
  CHECK(beyond.file_end == 499);
}

TEST_CASE("scan: a file that shrinks while it is read gives what was there to be read") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n{\"d\":4}\n");
  const Descriptor fd(OpenOrStop(path));
  int calls = 0;
  const Replaced pread_call(&Calls::pread, [&](int of, void* bytes, size_t length, off_t offset) {
    if (++calls == 2) REQUIRE(truncate(path.c_str(), 20) == 0);
    return real::Pread(of, bytes, length, offset);
  });
  const ScanResult part = ScanPart(fd, 0, 32, kSmall);
  CHECK(part.lines == 3);
  CHECK(part.records == 2);
  CHECK(part.file_end == 20);
  CHECK(part.findings == std::vector<Finding>{{kTornTail, 16, 20, 2, 1}});
}

TEST_CASE("scan: what is appended meanwhile ends the last line, and is left alone else") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "1\n{\"a\"");
  const Descriptor fd(OpenOrStop(path));
  AppendAsOther(path, ":1}\nx\n");
  const ScanResult part = ScanPart(fd, 0, 6);
  CHECK(part.records == 2);
  CHECK(part.findings.empty());
  CHECK(part.next == 10);
}

TEST_CASE("scan: short and interrupted reads change nothing; a failed one is told") {
  const Scratch scratch;
  const std::string text = "{\"a\":\"\xc3\xa9\xf0\x9f\x98\x80\\u00e9\"}\r\nx\n  -12.5e+7\n";
  const Descriptor fd(OpenOrStop(scratch.Put("log", text)));
  const auto size = static_cast<int64_t>(text.size());
  const WholeScan wanted = ScanWhole(fd, size, {});
  CHECK(wanted.records == 2);
  int calls = 0;
  const Replaced pread_call(&Calls::pread, [&](int of, void* bytes, size_t, off_t offset) {
    return ++calls % 3 == 0 ? FailWith(EINTR) : real::Pread(of, bytes, 1, offset);
  });
  CHECK(ScanWhole(fd, size, {}, kSmall) == wanted);
  const Replaced failing(&Calls::pread, [&](int of, void* bytes, size_t length, off_t offset) {
    return offset >= 16 ? FailWith(EIO) : real::Pread(of, bytes, length, offset);
  });
  const Outcome outcome = ScanPart(fd, 0, size, kSmall).outcome;
  CHECK(outcome.error_number == EIO);
  CHECK(outcome.syscall == Syscall::kRead);
}

TEST_CASE("scan: an area that is too small for what it says is refused") {
  const Scratch scratch;
  const Descriptor fd(OpenOrStop(scratch.Put("log", "1\n")));
  const auto error = [&](const ScanSettings& settings) {
    return ScanPart(fd, 0, 2, settings).outcome.error_number;
  };
  CHECK(error({}) == 0);
  CHECK(error({.nesting_bytes = 0}) == 0);
  CHECK(error({.findings_most = kScanFindingsLeast - 1}) == EINVAL);
  CHECK(error({.block_bytes = kScanBlockLeast - 1}) == EINVAL);
  CHECK(ScanPart(fd, -1, 2).outcome.error_number == EINVAL);
  CHECK(ScanPart(fd, 2, 1).outcome.error_number == EINVAL);
  std::vector<double> area(100);
  const auto scan = [&] {
    return Scan(fd, reinterpret_cast<uint8_t*>(area.data()), area.size() * sizeof(double), 0, 2)
        .error_number;
  };
  for (const double number : {0.0, -1.0, 1e300, std::nan(""), 700.0, 801.0}) {
    for (const ScanNumber of : {ScanNumber::kFindingsMost, ScanNumber::kBlockBytes}) {
      area[static_cast<size_t>(ScanNumber::kFindingsMost)] = 4;
      area[static_cast<size_t>(ScanNumber::kBlockBytes)] = 64;
      CHECK(scan() == 0);
      area[static_cast<size_t>(of)] = number;
      CHECK(scan() == EINVAL);
    }
  }
  CHECK(Scan(fd, nullptr, 0, 0, 2).error_number == EINVAL);
}

TEST_CASE("scan: nesting for which there is no memory is no JSON, and breaks nothing") {
  const Scratch scratch;
  const std::string deep = std::string(1000, '[') + std::string(1000, ']') + "\n1\n";
  const Descriptor fd(OpenOrStop(scratch.Put("log", deep)));
  const auto size = static_cast<int64_t>(deep.size());
  CHECK(ScanWhole(fd, size, {}).records == 2);
  CHECK(ScanWhole(fd, size, {}, {.nesting_bytes = 0}).findings ==
        std::vector<Finding>{{kNotJson, 0, 2001, 0, 1}});
}

TEST_CASE("scan: beyond 4 GiB, and over a hole in passing") {
  const Scratch scratch;
  const std::string path = scratch.Put("log", "1\n");
  const int64_t hole = (int64_t{4} << 30) + 5;
  REQUIRE(truncate(path.c_str(), hole) == 0);
  AppendAsOther(path, "\n{}\nx\n");
  const Descriptor fd(OpenOrStop(path));
  const ScanResult tail = ScanPart(fd, hole - 100, hole + 6);
  CHECK(tail.first_line == hole + 1);
  CHECK(tail.records == 1);
  CHECK(tail.findings == std::vector<Finding>{{kNotJson, hole + 4, hole + 6, 1, 1}});
}

}  // namespace
}  // namespace wholeline::test
