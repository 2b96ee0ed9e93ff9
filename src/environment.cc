// environment.cc: the result array and the table of files.
#include "environment.h"

#include <limits>
#include <utility>

namespace wholeline {

Environment::Environment(Napi::Env env) {
  Napi::Float64Array array = Napi::Float64Array::New(env, static_cast<size_t>(NumberPlace::kCount));
  numbers_ = array.Data();
  array_ = Napi::Persistent(array);
  Napi::Int32Array line_array = Napi::Int32Array::New(env, static_cast<size_t>(LinePlace::kCount));
  line_numbers_ = line_array.Data();
  line_array_ = Napi::Persistent(line_array);
}

void Environment::CountAim() noexcept {
  int32_t& aimed = line_numbers_[static_cast<size_t>(LinePlace::kAimed)];
  // Nobody minds that it begins anew.
  aimed = aimed == std::numeric_limits<int32_t>::max() ? 0 : aimed + 1;
}

void Environment::SetResults(const Outcome& outcome) noexcept {
  Set(NumberPlace::kErrorNumber, outcome.error_number);
  Set(NumberPlace::kSyscall, static_cast<double>(outcome.syscall));
  Set(NumberPlace::kStart, static_cast<double>(outcome.start));
  Set(NumberPlace::kEnd, static_cast<double>(outcome.end));
  Set(NumberPlace::kDetail, static_cast<double>(outcome.detail));
}

int64_t Environment::Add(std::string path) {
  if (free_places_.empty()) {
    free_places_.push_back(places_.size());
    places_.emplace_back();
  }
  const size_t at = free_places_.back();
  free_places_.pop_back();
  Place& place = places_[at];
  const int64_t number = place.uses * kPlaceMost + static_cast<int64_t>(at);
  place.file = FileReference(new OpenFile(std::move(path), number));
  return number;
}

void Environment::Remove(int64_t number) noexcept {
  if (Find(number) == nullptr) return;
  const auto at = static_cast<size_t>(number % kPlaceMost);
  places_[at].file = FileReference();
  places_[at].uses++;
  free_places_.push_back(at);
}

}  // namespace wholeline
