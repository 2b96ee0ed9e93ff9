// scan.cc: block after block, line after line.
#include "core/scan.h"

#include <cerrno>
#include <cstring>

#include "core/json_line.h"
#include "core/read.h"

namespace wholeline {

namespace {

constexpr uint8_t kByteOrderMark[] = {0xef, 0xbb, 0xbf};
// Behind the end of the part only the rest of one line is wanted.
constexpr int64_t kReadBehindEnd = 64 * 1024;

static_assert(JsonLine::kOverread <= kScanMarginBytes);

// The caller's memory, by its parts.
class Area {
 public:
  Area(uint8_t* bytes, size_t length) noexcept : bytes_(bytes), length_(length) {}

  // The parts lie inside, and hold what is needed.
  [[nodiscard]] bool Divide() noexcept {
    if (bytes_ == nullptr || length_ < kScanHeaderBytes) return false;
    if (!ReadSize(ScanNumber::kFindingsMost, kScanFindingsLeast, &findings_most)) return false;
    if (!ReadSize(ScanNumber::kBlockBytes, kScanBlockLeast, &block_length)) return false;
    const size_t findings_bytes = findings_most * kFindingNumbers * sizeof(double);
    const size_t before_nesting =
        kScanHeaderBytes + findings_bytes + kScanMarginBytes + block_length + kScanMarginBytes;
    if (before_nesting > length_) return false;
    block = bytes_ + kScanHeaderBytes + findings_bytes + kScanMarginBytes;
    // Words are aligned, whatever the sizes of the parts before.
    const auto address = reinterpret_cast<uintptr_t>(bytes_ + before_nesting);
    const size_t skipped = (alignof(uint64_t) - address % alignof(uint64_t)) % alignof(uint64_t);
    const size_t left = length_ - before_nesting;
    nesting = reinterpret_cast<uint64_t*>(bytes_ + before_nesting + skipped);
    nesting_words = left < skipped ? 0 : (left - skipped) / sizeof(uint64_t);
    return true;
  }

  [[nodiscard]] double Get(ScanNumber number) const noexcept {
    return Load(static_cast<size_t>(number));
  }

  void Set(ScanNumber number, int64_t value) noexcept { Store(static_cast<size_t>(number), value); }

  [[nodiscard]] int64_t GetFinding(size_t index, FindingNumber number) const noexcept {
    return static_cast<int64_t>(Load(PlaceOf(index, number)));
  }

  void SetFinding(size_t index, FindingNumber number, int64_t value) noexcept {
    Store(PlaceOf(index, number), value);
  }

  size_t findings_most = 0;
  uint8_t* block = nullptr;
  size_t block_length = 0;
  uint64_t* nesting = nullptr;
  size_t nesting_words = 0;

 private:
  [[nodiscard]] bool ReadSize(ScanNumber number, size_t least, size_t* size) const noexcept {
    const double value = Get(number);
    // Each alone is at most the whole, so no sum of them overflows.
    if (!(value >= static_cast<double>(least) && value <= static_cast<double>(length_)))
      return false;
    *size = static_cast<size_t>(value);
    return true;
  }

  static size_t PlaceOf(size_t index, FindingNumber number) noexcept {
    return kScanHeaderBytes / sizeof(double) + index * kFindingNumbers +
           static_cast<size_t>(number);
  }

  [[nodiscard]] double Load(size_t place) const noexcept {
    double value;
    std::memcpy(&value, bytes_ + place * sizeof value, sizeof value);
    return value;
  }

  void Store(size_t place, int64_t value) noexcept {
    const auto number = static_cast<double>(value);
    std::memcpy(bytes_ + place * sizeof number, &number, sizeof number);
  }

  uint8_t* const bytes_;
  const size_t length_;
};

// Where in a line the scan is.
enum class Phase : uint8_t {
  kBefore,  // in a line that belongs to the part before
  kSpaces,  // at its start, or in spaces there
  kJson,
  kRest,  // of what is no JSON
};

class Scanner {
 public:
  Scanner(int fd, const Area& area, int64_t start, int64_t end) noexcept
      : fd_(fd),
        area_(area),
        end_(end),
        offset_(start == 0 ? 0 : start - 1),
        max_record_bytes_(area.Get(ScanNumber::kMaxRecordBytes)),
        p_(area.block),
        block_end_(area.block),
        json_(area.nesting, area.nesting_words),
        phase_(start == 0 ? Phase::kSpaces : Phase::kBefore),
        first_line_(start == 0 ? 0 : -1),
        next_(end) {
    for (size_t& run : run_) run = SIZE_MAX;
  }

  [[nodiscard]] Outcome Run() noexcept {
    while (!done_) {
      if (p_ == block_end_) {
        Refill();
      } else {
        Advance();
      }
    }
    Report();
    return failure_;
  }

 private:
  // --- reading ---------------------------------------------------------------

  // The block behind the last one, with an LF behind it; or the end of the scan.
  void Refill() noexcept {
    if (offset_ >= end_ && StopsAtEnd()) return;
    if (p_ != area_.block) area_.block[-1] = p_[-1];
    const Outcome read = ReadAt(fd_, area_.block, Wanted(), offset_);
    if (read.error_number != 0) {
      failure_ = read;
      done_ = true;
      return;
    }
    const auto length = static_cast<size_t>(read.end - read.start);
    p_ = area_.block;
    block_end_ = p_ + length;
    std::memset(area_.block + length, '\n', kScanMarginBytes);
    const bool at_file_start = offset_ == 0 && phase_ != Phase::kBefore;
    offset_ = read.end;
    if (length == 0) return EndFile();
    if (at_file_start) SkipByteOrderMark(length);
  }

  // How much to read: not beyond the part, but for what a mark or a line needs.
  [[nodiscard]] size_t Wanted() const noexcept {
    if (offset_ == 0 && end_ < kScanBlockLeast) return kScanBlockLeast;
    const int64_t most = offset_ < end_ ? end_ - offset_ : kReadBehindEnd;
    return most < static_cast<int64_t>(area_.block_length) ? static_cast<size_t>(most)
                                                           : area_.block_length;
  }

  // No line starts here, or one that is too long anyway does not end here.
  bool StopsAtEnd() noexcept {
    if (phase_ == Phase::kBefore) {
      done_ = true;
      return true;
    }
    if (static_cast<double>(offset_ - line_start_) <= max_record_bytes_) return false;
    Add(ScanCode::kOversize, -1);
    lines_++;
    done_ = true;
    return true;
  }

  void EndFile() noexcept {
    file_end_ = offset_;
    done_ = true;
    if (phase_ == Phase::kBefore) return;
    if (offset_ > line_start_) EndLine(offset_, false);
    next_ = offset_;
  }

  void SkipByteOrderMark(size_t length) noexcept {
    constexpr size_t kLength = sizeof kByteOrderMark;
    if (length < kLength || std::memcmp(p_, kByteOrderMark, kLength) != 0) return;
    p_ += kLength;
    Add(ScanCode::kBom, kLength);
    line_start_ = kLength;
  }

  // --- lines -----------------------------------------------------------------

  void Advance() noexcept {
    switch (phase_) {
      case Phase::kSpaces:
        return AdvanceInSpaces();
      case Phase::kJson:
        return AdvanceInJson();
      case Phase::kBefore:
      case Phase::kRest:
        return AdvanceToEnd();
    }
  }

  void AdvanceInSpaces() noexcept {
    const uint8_t* const from = p_;
    while (*p_ == ' ') p_++;
    spaces_ += p_ - from;
    if (p_ == block_end_) return;
    spaces_alone_ = *p_ != '\t' && *p_ != '\r';
    phase_ = Phase::kJson;
    json_.Begin();
    AdvanceInJson();
  }

  void AdvanceInJson() noexcept {
    p_ = json_.Read(p_);
    if (json_.failed()) {
      phase_ = Phase::kRest;
    } else if (p_ != block_end_) {
      EndLineHere();
    }
  }

  void AdvanceToEnd() noexcept {
    // There is an LF behind the block at the latest.
    p_ = static_cast<const uint8_t*>(
        std::memchr(p_, '\n', static_cast<size_t>(block_end_ - p_) + 1));
    if (p_ != block_end_) EndLineHere();
  }

  [[nodiscard]] int64_t OffsetOf(const uint8_t* p) const noexcept {
    return offset_ - (block_end_ - p);
  }

  // p_ is at its LF.
  void EndLineHere() noexcept {
    const int64_t lf = OffsetOf(p_);
    if (phase_ != Phase::kBefore) EndLine(lf, true);
    p_++;
    BeginLine(lf + 1);
  }

  void BeginLine(int64_t offset) noexcept {
    if (offset >= end_ || findings_ + kScanFindingsLeast > area_.findings_most) {
      next_ = offset;
      done_ = true;
      return;
    }
    if (first_line_ < 0) first_line_ = offset;
    line_start_ = offset;
    phase_ = Phase::kSpaces;
    spaces_ = 0;
    spaces_alone_ = true;
  }

  // end: of its text.
  void EndLine(int64_t text_end, bool ended) noexcept {
    const int64_t line_end = text_end + (ended ? 1 : 0);
    Judge(text_end, line_end, ended);
    lines_++;
  }

  void Judge(int64_t text_end, int64_t line_end, bool ended) noexcept {
    if (static_cast<double>(text_end - line_start_) > max_record_bytes_) {
      return Add(ScanCode::kOversize, line_end);
    }
    const bool untouched = phase_ == Phase::kSpaces;  // the file ends in spaces
    if (untouched || (phase_ == Phase::kJson && json_.blank())) {
      return AddRun(spaces_ > 0 && spaces_alone_ ? ScanCode::kErased : ScanCode::kBlank, line_end);
    }
    if (phase_ == Phase::kRest || !json_.complete()) {
      return Add(ended ? ScanCode::kNotJson : ScanCode::kTornTail, line_end);
    }
    records_++;
    if (spaces_ > 0 && spaces_alone_) AddRun(ScanCode::kErased, line_end);
    if (!ended) return Add(ScanCode::kMissingNewline, line_end);
    if (p_[-1] == '\r') AddRun(ScanCode::kCrlf, line_end);
  }

  // --- findings --------------------------------------------------------------

  void Add(ScanCode code, int64_t end) noexcept {
    const size_t index = findings_++;
    area_.SetFinding(index, FindingNumber::kCode, static_cast<int64_t>(code));
    area_.SetFinding(index, FindingNumber::kStart, line_start_);
    area_.SetFinding(index, FindingNumber::kEnd, end);
    area_.SetFinding(index, FindingNumber::kLine, lines_);
    area_.SetFinding(index, FindingNumber::kLines, 1);
  }

  // Together with the line before, where that has the same finding.
  void AddRun(ScanCode code, int64_t end) noexcept {
    size_t& run = run_[static_cast<size_t>(code)];
    if (run < findings_ && area_.GetFinding(run, FindingNumber::kEnd) == line_start_) {
      const int64_t lines = area_.GetFinding(run, FindingNumber::kLines);
      area_.SetFinding(run, FindingNumber::kEnd, end);
      area_.SetFinding(run, FindingNumber::kLines, lines + 1);
    } else {
      run = findings_;
      Add(code, end);
    }
  }

  void Report() noexcept {
    area_.Set(ScanNumber::kLines, lines_);
    area_.Set(ScanNumber::kRecords, records_);
    area_.Set(ScanNumber::kFindings, static_cast<int64_t>(findings_));
    area_.Set(ScanNumber::kFirstLine, first_line_);
    area_.Set(ScanNumber::kNext, next_);
    area_.Set(ScanNumber::kFileEnd, file_end_);
  }

  const int fd_;
  Area area_;
  const int64_t end_;
  int64_t offset_;  // in the file, of block_end_
  const double max_record_bytes_;
  const uint8_t* p_;
  const uint8_t* block_end_;
  JsonLine json_;
  Phase phase_;
  int64_t line_start_ = 0;
  int64_t spaces_ = 0;        // at the start of the line
  bool spaces_alone_ = true;  // no other whitespace behind them
  size_t findings_ = 0;
  size_t
      run_[kScanCodes];  // by ScanCode: the last finding that stands for lines next to each other
  int64_t lines_ = 0;
  int64_t records_ = 0;
  int64_t first_line_;
  int64_t next_;
  int64_t file_end_ = -1;
  bool done_ = false;
  Outcome failure_;
};

}  // namespace

Outcome Scan(int fd, uint8_t* area, size_t length, int64_t start, int64_t end) noexcept {
  Area divided(area, length);
  if (start < 0 || end < start || !divided.Divide()) return Failed(Syscall::kNone, EINVAL);
  return Scanner(fd, divided, start, end).Run();
}

}  // namespace wholeline
