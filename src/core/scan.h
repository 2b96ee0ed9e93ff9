// scan.h: the lines of a part of a file, counted and checked to be JSON; what is
// special about some of them is listed.
//
// Lines are framed on LF alone. A line belongs to the part [start, end) in which
// it starts, so parts next to each other give together what the whole gives,
// and many can be scanned at once through descriptors of their own. Memory is
// the caller's, and its size does not depend on the file: lines are not held but
// read in passing. pread(2), not mmap(2): a file that is cut meanwhile is no
// SIGBUS, it only ends sooner.
#ifndef WHOLELINE_CORE_SCAN_H_
#define WHOLELINE_CORE_SCAN_H_

#include <cstddef>
#include <cstdint>

#include "core/outcome.h"

namespace wholeline {

// What a finding says of its lines. lib/door/scan-area.ts has the same.
enum class ScanCode : uint8_t {
  kNotJson = 1,         // ended, and no JSON value
  kTornTail = 2,        // the file ends in it, and it is no JSON value
  kMissingNewline = 3,  // the file ends in it, and it is a JSON value
  kOversize = 4,        // longer than max_record_bytes without its LF; not judged
  kBom = 5,             // a byte order mark at the start of the file
  kCrlf = 6,            // a JSON value that ends in CR LF; adjacent lines are one finding
  kBlank = 7,           // whitespace only, or nothing; adjacent lines are one finding
  kErased = 8,  // spaces only, or spaces before a JSON value; adjacent lines are one finding
};

constexpr size_t kScanCodes = 9;

// The memory of a scan is an array of bytes that both sides know by these
// places; all numbers are doubles, which JavaScript has too, in the order of
// the machine. lib/door/scan-area.ts has the same.
//
//   [0, kScanHeaderBytes)   the numbers below, by ScanNumber
//   findings                ScanNumber::kFindingsMost of kFindingNumbers each
//   block                   kScanMarginBytes, kBlockBytes, kScanMarginBytes
//   nesting                 the rest: a bit for each level of nesting
enum class ScanNumber : uint8_t {
  // Given.
  kMaxRecordBytes = 0,
  kFindingsMost = 1,  // at least kScanFindingsLeast
  kBlockBytes = 2,    // how much is read at once, at least kScanBlockLeast
  // The result. Offsets are bytes from the start of the file; -1: none.
  kLines = 3,
  kRecords = 4,    // of the lines: JSON values
  kFindings = 5,   // how many there are
  kFirstLine = 6,  // where the first line starts that belongs to the part
  kNext = 7,       // go on there; at least end unless the findings are full or the file ends
  kFileEnd = 8,    // where the file was seen to end
};

enum class FindingNumber : uint8_t {
  kCode = 0,
  kStart = 1,
  kEnd = 2,    // behind its LF; -1: of a line too long, somewhere behind the part
  kLine = 3,   // the first line of the part is 0
  kLines = 4,  // how many lines it stands for
};

constexpr size_t kScanHeaderBytes = 16 * sizeof(double);
constexpr size_t kFindingNumbers = 5;
constexpr size_t kScanFindingsLeast = 4;
constexpr int64_t kScanBlockLeast = 16;
constexpr size_t kScanMarginBytes = 32;

// EINVAL: the area is too small for what it says. A descriptor is used by one
// scan at a time only because the caller wants it so; nothing moves.
[[nodiscard]] Outcome Scan(int fd, uint8_t* area, size_t length, int64_t start,
                           int64_t end) noexcept;

}  // namespace wholeline

#endif  // WHOLELINE_CORE_SCAN_H_
