// file_system.h: which file system an open file is on, by name.
//
// O_APPEND and leases prove nothing on network file systems (NFS, SMB, 9p) and
// little on FUSE, so the policy asks. Type numbers are those of statfs(2) and
// linux/magic.h.
#ifndef WHOLELINE_CORE_FILE_SYSTEM_H_
#define WHOLELINE_CORE_FILE_SYSTEM_H_

#include <cstddef>
#include <cstdint>

#include "core/outcome.h"

namespace wholeline {

// Writes the name ("ext4", "nfs", ...; "0x" and the type in hexadecimal where
// it has none here) into text. end: bytes written.
[[nodiscard]] Outcome NameFileSystem(int fd, uint8_t* text, size_t capacity) noexcept;

}  // namespace wholeline

#endif  // WHOLELINE_CORE_FILE_SYSTEM_H_
