// directories.h: the directories on the way to a file: made, and synced.
//
// A new file is on the disk only when the directory that names it is, too
// (W5; fsync(2), "Calling fsync() does not necessarily ensure that the entry
// in the directory containing the file has also reached disk").
#ifndef WHOLELINE_CORE_DIRECTORIES_H_
#define WHOLELINE_CORE_DIRECTORIES_H_

#include "core/outcome.h"

namespace wholeline {

// Makes the missing parents of path, mode 0777 before the umask.
// detail: how many were made.
[[nodiscard]] Outcome MakeParentDirectories(const char* path) noexcept;

// Syncs the directory that names the open file now, wherever it was moved to,
// and `levels` directories above it. path is used only where there is no /proc.
// A file that no directory names any more has nothing to sync.
[[nodiscard]] Outcome SyncParentDirectories(int fd, const char* path, int64_t levels) noexcept;

}  // namespace wholeline

#endif  // WHOLELINE_CORE_DIRECTORIES_H_
