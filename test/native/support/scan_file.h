// scan_file.h: scans of a file in the ways in which they must all agree.
#ifndef WHOLELINE_TEST_NATIVE_SUPPORT_SCAN_FILE_H_
#define WHOLELINE_TEST_NATIVE_SUPPORT_SCAN_FILE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/scan.h"

namespace wholeline::test {

struct Finding {
  int64_t code, start, end, line, lines;
  bool operator==(const Finding&) const = default;
};

struct ScanSettings {
  double max_record_bytes = 1 << 20;
  size_t findings_most = 64;
  size_t block_bytes = 4096;
  size_t nesting_bytes = 4096;
};

// What one call of Scan gave.
struct ScanResult {
  Outcome outcome;
  int64_t lines = 0, records = 0, first_line = 0, next = 0, file_end = 0;
  std::vector<Finding> findings;
};

[[nodiscard]] ScanResult ScanPart(int fd, int64_t start, int64_t end,
                                  const ScanSettings& settings = {});

// A whole file, put together from scans of its parts. No calls of doctest here, for
// the fuzzer uses it too; what cannot be put together is a finding of code -1.
struct WholeScan {
  int64_t lines = 0, records = 0;
  std::vector<Finding> findings;
  bool operator==(const WholeScan&) const = default;
};

// cuts: where parts end and begin, ascending; the file ends at size.
[[nodiscard]] WholeScan ScanWhole(int fd, int64_t size, std::vector<int64_t> cuts,
                                  const ScanSettings& settings = {});

}  // namespace wholeline::test

#endif  // WHOLELINE_TEST_NATIVE_SUPPORT_SCAN_FILE_H_
