// names.h: the names of a file: another one, one less, and the one that links lead to.
//
// link(2) never takes the place of anything, so a file that must be kept gets
// its second name by it before another file takes its first.
#ifndef WHOLELINE_CORE_NAMES_H_
#define WHOLELINE_CORE_NAMES_H_

#include <cstddef>
#include <cstdint>

#include "core/outcome.h"

namespace wholeline {

// Gives path a second name (no NUL in or behind the bytes). EEXIST: something
// has that name. EPERM, ENOTSUP, EMLINK: no second names are to be had there.
[[nodiscard]] Outcome Link(const char* path, const uint8_t* to, size_t length) noexcept;

// Takes the name away.
[[nodiscard]] Outcome Unlink(const char* path) noexcept;

// Puts the path without any symbolic link in it into bytes. end: its length;
// ENAMETOOLONG where it does not fit.
[[nodiscard]] Outcome ResolveLinks(const char* path, uint8_t* bytes, size_t length) noexcept;

}  // namespace wholeline

#endif  // WHOLELINE_CORE_NAMES_H_
