// scan_file.cc: lays out the area of a scan, and joins the results of parts.
#include "scan_file.h"

#include <algorithm>
#include <cstring>

namespace wholeline::test {

namespace {

size_t PlaceOf(ScanNumber number) { return static_cast<size_t>(number) * sizeof(double); }

void Put(std::vector<uint8_t>& area, ScanNumber number, double value) {
  std::memcpy(area.data() + PlaceOf(number), &value, sizeof value);
}

int64_t NumberAt(const std::vector<uint8_t>& area, size_t place) {
  double value;
  std::memcpy(&value, area.data() + place, sizeof value);
  return static_cast<int64_t>(value);
}

std::vector<Finding> FindingsIn(const std::vector<uint8_t>& area, int64_t count) {
  std::vector<Finding> findings;
  for (int64_t i = 0; i < count; i++) {
    const size_t place =
        kScanHeaderBytes + static_cast<size_t>(i) * kFindingNumbers * sizeof(double);
    const auto number = [&](size_t index) {
      return NumberAt(area, place + index * sizeof(double));
    };
    findings.push_back({number(0), number(1), number(2), number(3), number(4)});
  }
  return findings;
}

// Findings of these codes are one for lines next to each other.
bool IsRun(int64_t code) { return code >= static_cast<int64_t>(ScanCode::kCrlf); }

void AddFinding(WholeScan* whole, const Finding& finding) {
  if (IsRun(finding.code)) {
    for (Finding& before : whole->findings) {
      if (before.code == finding.code && before.end == finding.start) {
        before.end = finding.end;
        before.lines += finding.lines;
        return;
      }
    }
  }
  whole->findings.push_back(finding);
}

}  // namespace

ScanResult ScanPart(int fd, int64_t start, int64_t end, const ScanSettings& settings) {
  const size_t length = kScanHeaderBytes +
                        settings.findings_most * kFindingNumbers * sizeof(double) +
                        2 * kScanMarginBytes + settings.block_bytes + settings.nesting_bytes;
  std::vector<uint8_t> area(length);
  Put(area, ScanNumber::kMaxRecordBytes, settings.max_record_bytes);
  Put(area, ScanNumber::kFindingsMost, static_cast<double>(settings.findings_most));
  Put(area, ScanNumber::kBlockBytes, static_cast<double>(settings.block_bytes));
  ScanResult result;
  result.outcome = Scan(fd, area.data(), length, start, end);
  if (result.outcome.error_number != 0) return result;
  const auto number = [&](ScanNumber which) { return NumberAt(area, PlaceOf(which)); };
  result.lines = number(ScanNumber::kLines);
  result.records = number(ScanNumber::kRecords);
  result.first_line = number(ScanNumber::kFirstLine);
  result.next = number(ScanNumber::kNext);
  result.file_end = number(ScanNumber::kFileEnd);
  result.findings = FindingsIn(area, number(ScanNumber::kFindings));
  return result;
}

WholeScan ScanWhole(int fd, int64_t size, std::vector<int64_t> cuts, const ScanSettings& settings) {
  WholeScan whole;
  cuts.push_back(size);
  int64_t open_line = -1;  // the index of a finding whose end is not known yet
  const auto close_line = [&](int64_t end) {
    if (open_line >= 0) whole.findings[static_cast<size_t>(open_line)].end = end;
    open_line = -1;
  };
  int64_t from = 0;
  for (const int64_t cut : cuts) {
    for (int64_t start = from; start < cut;) {
      const ScanResult part = ScanPart(fd, start, cut, settings);
      if (part.outcome.error_number != 0) {
        whole.findings.push_back({-1, start, cut, part.outcome.error_number, 0});
        return whole;
      }
      if (part.first_line >= 0) close_line(part.first_line);
      for (Finding finding : part.findings) {
        finding.line += whole.lines;
        AddFinding(&whole, finding);
      }
      if (!part.findings.empty() && part.findings.back().end < 0) {
        open_line = static_cast<int64_t>(whole.findings.size()) - 1;
      }
      whole.lines += part.lines;
      whole.records += part.records;
      if (part.next <= start) {
        whole.findings.push_back({-1, start, cut, 0, 0});
        return whole;
      }
      start = part.next;
    }
    from = cut;
  }
  close_line(size);
  return whole;
}

}  // namespace wholeline::test
