// rename.h: giving a file another name, in place of whatever has that name.
//
// rename(2) is atomic: who opens the new name finds the old file or the new
// one, whole. It lasts through a power cut once the directory is synced.
#ifndef WHOLELINE_CORE_RENAME_H_
#define WHOLELINE_CORE_RENAME_H_

#include <cstddef>
#include <cstdint>

#include "core/outcome.h"

namespace wholeline {

// Renames path to what the bytes name (no NUL in or behind them).
[[nodiscard]] Outcome Rename(const char* path, const uint8_t* to, size_t length) noexcept;

}  // namespace wholeline

#endif  // WHOLELINE_CORE_RENAME_H_
