// open.h: opening a file for appending, and closing it.
//
// The descriptor is O_APPEND for life (W2) and close-on-exec, so that no child
// process shares its open file description; it can read, because the splice
// check and the repair of a torn tail look at what is there. A path is opened
// with O_NONBLOCK and refused if it is no regular file, since opening a FIFO
// would hang and appending to a device is no recording.
#ifndef WHOLELINE_CORE_OPEN_H_
#define WHOLELINE_CORE_OPEN_H_

#include <sys/types.h>

#include "core/outcome.h"

namespace wholeline {

struct OpenOptions {
  mode_t mode = 0600;            // for a file that is created, before the umask
  bool create = true;            // false: the file must be there
  bool must_be_new = false;      // O_EXCL: fail with EEXIST if it is there
  bool follow_symlinks = true;   // false: O_NOFOLLOW
  bool make_directories = true;  // create missing parent directories
};

struct OpenOutcome {
  int fd = -1;
  Outcome outcome;  // end: size in bytes; detail: see below
};

// Opens path. outcome.detail is the number of parent directories that were
// created, or, where outcome.error_number is EINVAL because the path is no
// regular file, its type bits (st_mode & S_IFMT).
//
// An open that meets another process's lease (a rollback that is under way)
// waits for it, as a blocking open(2) would.
[[nodiscard]] OpenOutcome OpenForAppend(const char* path, const OpenOptions& options) noexcept;

// Opens path for reading only: nothing is created and nothing changes, the time
// of last access aside. outcome as above. No lease is ever granted to others
// while it is open, so whoever rolls back meanwhile goes down to erasing.
[[nodiscard]] OpenOutcome OpenForReading(const char* path) noexcept;

// Closes. Its error counts: on some file systems it is where a delayed write
// error shows. The descriptor is gone in either case; EINTR is no error here.
[[nodiscard]] Outcome Close(int fd) noexcept;

}  // namespace wholeline

#endif  // WHOLELINE_CORE_OPEN_H_
