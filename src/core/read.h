// read.h: reading at an offset, without moving the position that WriteOnce reads.
#ifndef WHOLELINE_CORE_READ_H_
#define WHOLELINE_CORE_READ_H_

#include <cstddef>
#include <cstdint>

#include "core/outcome.h"

namespace wholeline {

// Fills bytes from offset on until length bytes are there or the file ends.
// [start, end) is what was read; shorter than length means end of file.
[[nodiscard]] Outcome ReadAt(int fd, uint8_t* bytes, size_t length, int64_t offset) noexcept;

}  // namespace wholeline

#endif  // WHOLELINE_CORE_READ_H_
