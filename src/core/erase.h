// erase.h: overwriting our own bytes with spaces, in place.
//
// Spaces are JSON whitespace, so a record that another appender put behind the
// fragment is still a valid line. Needs no lock, for nobody else writes in a
// range that we wrote; the bytes are compared first all the same, because the
// file may have been cut and filled again since (W2).
#ifndef WHOLELINE_CORE_ERASE_H_
#define WHOLELINE_CORE_ERASE_H_

#include <cstddef>
#include <cstdint>

#include "core/outcome.h"

namespace wholeline {

// What became of it, in Outcome.detail where error_number is 0.
enum class Erasure : int64_t {
  kDone = 0,
  kNotOurs = 1,    // the range holds other bytes than ours: nothing was touched
  kNotErased = 2,  // the overwrite was cut short or does not read back as spaces
};

// Overwrites [start, start + length) with spaces through a second descriptor
// without O_APPEND (on Linux pwrite(2) appends on an O_APPEND one), opened for
// this moment and closed after. If the last of the bytes is an LF it stays: the
// next appender may have found it before its own record and relied on it. path is used only where
// there is no /proc, and its device and inode are compared.
[[nodiscard]] Outcome EraseOwnBytes(int fd, const char* path, const uint8_t* bytes, size_t length,
                                    int64_t start) noexcept;

}  // namespace wholeline

#endif  // WHOLELINE_CORE_ERASE_H_
