// prefetch.h: asks for memory that will be written soon.
//
// A buffer that another thread has read since it was last written is not this
// processor's own any more. Stores wait for that beside what goes on, but a look
// at bytes just stored waits for them.
#ifndef WHOLELINE_CORE_PREFETCH_H_
#define WHOLELINE_CORE_PREFETCH_H_

#include <cstddef>
#include <cstdint>

namespace wholeline {

inline void PrefetchForWrite(const uint8_t* bytes, size_t length) noexcept {
  constexpr size_t kCacheLine = 64;
  for (size_t at = 0; at < length; at += kCacheLine) {
#ifdef __x86_64__
    // The built-in is PREFETCHT0 here, which fetches a copy and leaves the memory the
    // other's. A processor that lacks PREFETCHW does nothing.
    asm volatile("prefetchw %0" : : "m"(bytes[at]));
#else
    __builtin_prefetch(bytes + at, 1);
#endif
  }
}

}  // namespace wholeline

#endif  // WHOLELINE_CORE_PREFETCH_H_
