// operations.h: the operations of the core, in the one shape in which the
// binding calls them.
//
// No logic: each turns Arguments into the arguments of one core function.
#ifndef WHOLELINE_OPERATIONS_H_
#define WHOLELINE_OPERATIONS_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/outcome.h"
#include "open_file.h"

namespace wholeline {

// What bytes, first and second mean is said at each operation.
struct Arguments {
  uint8_t* bytes = nullptr;
  size_t length = 0;
  int64_t first = 0;
  int64_t second = 0;
};

using Run = Outcome (*)(OpenFile& file, const Arguments& arguments) noexcept;

// What an operation asks of the file.
enum class Needs : uint8_t { kOpen, kNotOpen, kNothing };

struct Operation {
  const char* name;
  Run run;
  Needs needs = Needs::kOpen;
};

// JavaScript calls them by their place in it.
[[nodiscard]] std::span<const Operation> Operations() noexcept;

// first: where it is expected to start; second: how many of the bytes. The append on the calling
// thread, none of the operations: what mostly is all there is to do has a way of its own.
[[nodiscard, gnu::hot]] Outcome RunWriteAndLook(const OpenFile& file,
                                                const Arguments& arguments) noexcept;

// The one write(2) alone, which another may follow (pool_call.h).
[[nodiscard]] bool IsWrite(const Operation& operation) noexcept;

// Runs operation with the file locked. EBADF: the file is not as the operation
// needs it.
[[nodiscard]] Outcome RunLocked(const Operation& operation, OpenFile& file,
                                const Arguments& arguments) noexcept;

}  // namespace wholeline

#endif  // WHOLELINE_OPERATIONS_H_
