// sync.h: from the kernel's cache to the disk (W5).
//
// A failed sync is final for this open file (W6): the kernel may have dropped
// the dirty pages and will report success next time (fsync(2), NOTES; Linux
// 4.13 and later report each error once per open file description). So it is
// never repeated here, not even on EINTR.
#ifndef WHOLELINE_CORE_SYNC_H_
#define WHOLELINE_CORE_SYNC_H_

#include "core/outcome.h"

namespace wholeline {

// fdatasync(2); on macOS fcntl(F_FULLFSYNC), because fsync there does not reach
// the platters, and fsync(2) where the file system does not know it.
[[nodiscard]] Outcome SyncData(int fd) noexcept;

}  // namespace wholeline

#endif  // WHOLELINE_CORE_SYNC_H_
