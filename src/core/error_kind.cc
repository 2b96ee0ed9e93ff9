// error_kind.cc: the table.
#include "core/error_kind.h"

#include <cerrno>

namespace wholeline {

namespace {

constexpr char kUncategorized[] = "Uncategorized";

#define WHOLELINE_ERROR(name, kind) \
  { name, #name, kind }

constexpr ErrorName kErrorNames[] = {
    WHOLELINE_ERROR(E2BIG, "ArgumentListTooLong"),
    WHOLELINE_ERROR(EACCES, "PermissionDenied"),
    WHOLELINE_ERROR(EADDRINUSE, "AddrInUse"),
    WHOLELINE_ERROR(EADDRNOTAVAIL, "AddrNotAvailable"),
    WHOLELINE_ERROR(EAGAIN, "WouldBlock"),
    WHOLELINE_ERROR(EBUSY, "ResourceBusy"),
    WHOLELINE_ERROR(ECONNABORTED, "ConnectionAborted"),
    WHOLELINE_ERROR(ECONNREFUSED, "ConnectionRefused"),
    WHOLELINE_ERROR(ECONNRESET, "ConnectionReset"),
    WHOLELINE_ERROR(EDEADLK, "Deadlock"),
    WHOLELINE_ERROR(EDQUOT, "QuotaExceeded"),
    WHOLELINE_ERROR(EEXIST, "AlreadyExists"),
    WHOLELINE_ERROR(EFBIG, "FileTooLarge"),
    WHOLELINE_ERROR(EHOSTUNREACH, "HostUnreachable"),
    WHOLELINE_ERROR(EINPROGRESS, "InProgress"),
    WHOLELINE_ERROR(EINTR, "Interrupted"),
    WHOLELINE_ERROR(EINVAL, "InvalidInput"),
    WHOLELINE_ERROR(EISDIR, "IsADirectory"),
    WHOLELINE_ERROR(ELOOP, "FilesystemLoop"),
    WHOLELINE_ERROR(EMLINK, "TooManyLinks"),
    WHOLELINE_ERROR(ENAMETOOLONG, "InvalidFilename"),
    WHOLELINE_ERROR(ENETDOWN, "NetworkDown"),
    WHOLELINE_ERROR(ENETUNREACH, "NetworkUnreachable"),
    WHOLELINE_ERROR(ENOENT, "NotFound"),
    WHOLELINE_ERROR(ENOMEM, "OutOfMemory"),
    WHOLELINE_ERROR(ENOSPC, "StorageFull"),
    WHOLELINE_ERROR(ENOSYS, "Unsupported"),
    WHOLELINE_ERROR(ENOTCONN, "NotConnected"),
    WHOLELINE_ERROR(ENOTDIR, "NotADirectory"),
    WHOLELINE_ERROR(ENOTEMPTY, "DirectoryNotEmpty"),
    WHOLELINE_ERROR(EOPNOTSUPP, "Unsupported"),
    WHOLELINE_ERROR(EPERM, "PermissionDenied"),
    WHOLELINE_ERROR(EPIPE, "BrokenPipe"),
    WHOLELINE_ERROR(EROFS, "ReadOnlyFilesystem"),
    WHOLELINE_ERROR(ESPIPE, "NotSeekable"),
    WHOLELINE_ERROR(ESTALE, "StaleNetworkFileHandle"),
    WHOLELINE_ERROR(ETIMEDOUT, "TimedOut"),
    WHOLELINE_ERROR(ETXTBSY, "ExecutableFileBusy"),
    WHOLELINE_ERROR(EXDEV, "CrossesDevices"),
    // Rust has no kind for these, and users meet them all the same.
    WHOLELINE_ERROR(EBADF, kUncategorized),
    WHOLELINE_ERROR(EFAULT, kUncategorized),
    WHOLELINE_ERROR(EIO, kUncategorized),
    WHOLELINE_ERROR(EMFILE, kUncategorized),
    WHOLELINE_ERROR(ENFILE, kUncategorized),
    WHOLELINE_ERROR(ENODEV, kUncategorized),
    WHOLELINE_ERROR(ENOLCK, kUncategorized),
    WHOLELINE_ERROR(ENXIO, kUncategorized),
    WHOLELINE_ERROR(EOVERFLOW, kUncategorized),
#ifdef EREMOTEIO
    WHOLELINE_ERROR(EREMOTEIO, kUncategorized),
#endif
#if ENOTSUP != EOPNOTSUPP
    WHOLELINE_ERROR(ENOTSUP, "Unsupported"),
#endif
};

#undef WHOLELINE_ERROR

}  // namespace

ErrorName NameError(int error_number) noexcept {
  for (const ErrorName& name : kErrorNames) {
    if (name.error_number == error_number) return name;
  }
  return {error_number, nullptr, kUncategorized};
}

}  // namespace wholeline
