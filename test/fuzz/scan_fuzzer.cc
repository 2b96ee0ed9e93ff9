// scan_fuzzer.cc: a target for libFuzzer. Whatever is in a file, the scan of it
// is that of its parts, and its records are the lines that the slow grammar
// takes for JSON. `npm run fuzz` builds and runs it.
//
// The first four bytes of the input choose the sizes and the cut; the rest is
// the file.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "support/scan_file.h"
#include "support/slow_json.h"

namespace wholeline::test {
namespace {

constexpr size_t kChoices = 4;

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "scan_fuzzer: %s\n", what);
  std::abort();
}

// A file without a name, filled anew for each input.
int FileWith(std::string_view content) {
  static const int fd = memfd_create("scan_fuzzer", 0);
  Require(fd >= 0 && ftruncate(fd, 0) == 0, "no file in memory");
  const auto length = static_cast<ssize_t>(content.size());
  Require(pwrite(fd, content.data(), content.size(), 0) == length, "no room in memory");
  return fd;
}

struct Counts {
  int64_t lines = 0, records = 0;
};

// Lines and records, the slow way; no line is too long.
Counts CountSlowly(std::string_view content) {
  Counts counts;
  if (content.starts_with("\xef\xbb\xbf")) content.remove_prefix(3);
  while (!content.empty()) {
    const size_t lf = content.find('\n');
    counts.lines++;
    counts.records += IsJsonSlowly(content.substr(0, lf)) ? 1 : 0;
    if (lf == std::string_view::npos) break;
    content.remove_prefix(lf + 1);
  }
  return counts;
}

void Try(const uint8_t* choices, std::string_view content) {
  const int fd = FileWith(content);
  const auto size = static_cast<int64_t>(content.size());
  const WholeScan large = ScanWhole(fd, size, {});
  const Counts counts = CountSlowly(content);
  Require(large.lines == counts.lines, "other lines than the slow count");
  Require(large.records == counts.records, "other records than the slow grammar");
  const ScanSettings settings = {.max_record_bytes = 1.0 + choices[0],
                                 .findings_most = kScanFindingsLeast + choices[1] % 8,
                                 .block_bytes = static_cast<size_t>(kScanBlockLeast) + choices[2]};
  const WholeScan whole = ScanWhole(fd, size, {}, settings);
  const int64_t cut = size * choices[3] / 255;
  Require(ScanWhole(fd, size, {cut}, settings) == whole, "two parts are not the whole");
  Require(ScanWhole(fd, size, {cut / 2, cut, (cut + size) / 2}, settings) == whole,
          "four parts are not the whole");
  ScanSettings no_limit = settings;
  no_limit.max_record_bytes = ScanSettings{}.max_record_bytes;
  Require(ScanWhole(fd, size, {cut}, no_limit) == large, "sizes of blocks make a difference");
}

}  // namespace
}  // namespace wholeline::test

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* input, size_t length) {
  using namespace wholeline::test;
  if (length < kChoices) return 0;
  const auto* const content = reinterpret_cast<const char*>(input + kChoices);
  Try(input, {content, length - kChoices});
  return 0;
}
