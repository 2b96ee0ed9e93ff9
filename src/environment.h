// environment.h: what the addon keeps for one Node environment (the main
// thread or one worker).
//
// Nothing is static: two workers share no state. A file is named by a number
// that holds a place in the table and how often that place was used, so that
// a stale number finds nothing. All of this belongs to the JavaScript thread.
#ifndef WHOLELINE_ENVIRONMENT_H_
#define WHOLELINE_ENVIRONMENT_H_

#include <napi.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/outcome.h"
#include "line_encoder.h"
#include "open_file.h"
#include "teller.h"

namespace wholeline {

// Places of the array of numbers; lib/door/native-binding.ts has the same.
enum class NumberPlace : uint8_t {
  // What the last operation gave.
  kErrorNumber,
  kSyscall,
  kStart,
  kEnd,
  kDetail,
  // What a synchronous one is given.
  kFile,
  kFirst,
  kSecond,
  // Which operation a synchronous one is, by its place in Operations().
  kOperation,
  kCount,
};

// Places of the array of numbers for lines; the same.
enum class LinePlace : uint8_t {
  // What making and judging a line is given.
  kOffset,
  kLength,
  kContent,
  // What making a line gave: its bytes, or -1.
  kEncoded,
  // How often a target was named: whoever named one sees whether it is still that.
  kAimed,
  kCount,
};

class Environment {
 public:
  explicit Environment(Napi::Env env);

  // The array by which numbers go to and fro. JavaScript writes what it gives
  // right before the call, and reads what came of it before anything else runs:
  // no object is made for a result.
  Napi::Float64Array numbers() const { return array_.Value(); }
  [[gnu::hot]] void SetResults(const Outcome& outcome) noexcept;
  // A whole number that JavaScript left there.
  [[nodiscard]] int64_t Given(NumberPlace place) const noexcept {
    return static_cast<int64_t>(numbers_[static_cast<size_t>(place)]);
  }

  LineEncoder& line_encoder() noexcept { return line_encoder_; }
  // Those for lines: whole numbers, with which compiled JavaScript counts faster. No line, and no
  // batch of them, is larger than one write(2), so all of them are below 2^31.
  Napi::Int32Array line_numbers() const { return line_array_.Value(); }
  [[nodiscard]] int32_t Given(LinePlace place) const noexcept {
    return line_numbers_[static_cast<size_t>(place)];
  }
  void SetEncoded(int64_t bytes) noexcept {
    line_numbers_[static_cast<size_t>(LinePlace::kEncoded)] = static_cast<int32_t>(bytes);
  }
  void CountAim() noexcept;

  int64_t Add(std::string path);
  // nullptr: no such file.
  [[nodiscard]] OpenFile* Find(int64_t number) const noexcept {
    if (number < 0) return nullptr;
    const auto at = static_cast<size_t>(number % kPlaceMost);
    if (at >= places_.size()) return nullptr;
    const Place& place = places_[at];
    return place.uses == number / kPlaceMost ? place.file.get() : nullptr;
  }
  void Remove(int64_t number) noexcept;

  // For a word from a pool thread; nullptr: there is no way to say it.
  [[nodiscard]] TellerHold HoldTeller(napi_env env) noexcept { return teller_.Hold(env, this); }

 private:
  static constexpr int64_t kPlaceMost = int64_t{1} << 24;

  struct Place {
    FileReference file;
    int64_t uses = 0;
  };

  void Set(NumberPlace place, double number) noexcept {
    numbers_[static_cast<size_t>(place)] = number;
  }

  Napi::Reference<Napi::Float64Array> array_;
  double* numbers_;
  Napi::Reference<Napi::Int32Array> line_array_;
  int32_t* line_numbers_;
  LineEncoder line_encoder_;
  std::vector<Place> places_;
  std::vector<size_t> free_places_;
  Teller teller_;
};

}  // namespace wholeline

#endif  // WHOLELINE_ENVIRONMENT_H_
