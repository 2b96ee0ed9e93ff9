// status.h: type, size and identity of an open file or of a path.
//
// One way to ask on every platform. On Linux it is statx(2), because the
// symbol of fstat(2) in newer C libraries would bind the binary to glibc 2.33.
// Asking for the size never moves the file position that WriteOnce reads.
#ifndef WHOLELINE_CORE_STATUS_H_
#define WHOLELINE_CORE_STATUS_H_

#include <cstddef>
#include <cstdint>

#include "core/outcome.h"

namespace wholeline {

struct FileStatus {
  int error_number = 0;
  uint32_t mode = 0;  // type and permissions, as in st_mode
  int64_t size = 0;   // bytes
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t links = 0;  // names that the file has; 0: unlinked
  uint32_t user = 0;
  uint32_t group = 0;
};

[[nodiscard]] FileStatus StatusOf(int fd) noexcept;
[[nodiscard]] FileStatus StatusOfPath(const char* path) noexcept;

// end: the size of the open file in bytes; detail: its permission bits.
[[nodiscard]] Outcome Size(int fd) noexcept;

// Does path still lead to the open file? detail 1: yes. detail 0: it leads to
// another file or to none. end: the size of the open file.
[[nodiscard]] Outcome LeadsTo(int fd, const char* path) noexcept;

// Puts "DEVICE:INODE" into bytes: what tells this file from every other one on
// the machine, in decimal. end: its length; ERANGE where it does not fit.
[[nodiscard]] Outcome Identify(int fd, uint8_t* bytes, size_t length) noexcept;

// When the open file came to be (start; 0: nobody knows) and when it was last
// written to (end), in microseconds since 1970.
[[nodiscard]] Outcome Times(int fd) noexcept;

// Sets the permission bits, whatever the umask.
[[nodiscard]] Outcome SetMode(int fd, uint32_t mode) noexcept;

// Who owns the open file: user id (start) and group id (end). detail: how many
// names the file has.
[[nodiscard]] Outcome Owner(int fd) noexcept;

// Gives the open file to that user and group. A file that is theirs already is
// left alone, so that its owner may ask for it without being root. Permission
// bits may lose set-user-ID by it: SetMode comes after.
[[nodiscard]] Outcome SetOwner(int fd, uint32_t user, uint32_t group) noexcept;

}  // namespace wholeline

#endif  // WHOLELINE_CORE_STATUS_H_
