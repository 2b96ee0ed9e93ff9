// siblings.h: the files beside a path whose names begin with its own.
//
// A file that was rotated away stays in its directory under a longer name
// (log.1, log-20260131), so that is where a reader looks for it.
#ifndef WHOLELINE_CORE_SIBLINGS_H_
#define WHOLELINE_CORE_SIBLINGS_H_

#include <cstddef>
#include <cstdint>

#include "core/outcome.h"

namespace wholeline {

// Puts the names in path's directory that are longer than its last component
// and begin with it into bytes, each followed by '/', which no name holds, in
// no order. end: how many bytes; ERANGE where they do not fit.
[[nodiscard]] Outcome ListSiblings(const char* path, uint8_t* bytes, size_t length) noexcept;

}  // namespace wholeline

#endif  // WHOLELINE_CORE_SIBLINGS_H_
