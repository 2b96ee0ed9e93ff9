// error_kind_test.cc: errno by the names of the platform and of Rust.
#include "core/error_kind.h"

#include <doctest/doctest.h>
#include <string.h>

#include <cerrno>

namespace wholeline::test {
namespace {

constexpr int kErrnoMost = 4095;  // no larger one comes from the kernel

struct Expected {
  int error_number;
  const char* kind;
};

// decode_error_kind of Rust's standard library for Unix, arm by arm.
constexpr Expected kRustKinds[] = {
    {E2BIG, "ArgumentListTooLong"},
    {EADDRINUSE, "AddrInUse"},
    {EADDRNOTAVAIL, "AddrNotAvailable"},
    {EBUSY, "ResourceBusy"},
    {ECONNABORTED, "ConnectionAborted"},
    {ECONNREFUSED, "ConnectionRefused"},
    {ECONNRESET, "ConnectionReset"},
    {EDEADLK, "Deadlock"},
    {EDQUOT, "QuotaExceeded"},
    {EEXIST, "AlreadyExists"},
    {EFBIG, "FileTooLarge"},
    {EHOSTUNREACH, "HostUnreachable"},
    {EINTR, "Interrupted"},
    {EINVAL, "InvalidInput"},
    {EISDIR, "IsADirectory"},
    {ELOOP, "FilesystemLoop"},
    {ENOENT, "NotFound"},
    {ENOMEM, "OutOfMemory"},
    {ENOSPC, "StorageFull"},
    {ENOSYS, "Unsupported"},
    {EMLINK, "TooManyLinks"},
    {ENAMETOOLONG, "InvalidFilename"},
    {ENETDOWN, "NetworkDown"},
    {ENETUNREACH, "NetworkUnreachable"},
    {ENOTCONN, "NotConnected"},
    {ENOTDIR, "NotADirectory"},
    {ENOTEMPTY, "DirectoryNotEmpty"},
    {EPIPE, "BrokenPipe"},
    {EROFS, "ReadOnlyFilesystem"},
    {ESPIPE, "NotSeekable"},
    {ESTALE, "StaleNetworkFileHandle"},
    {ETIMEDOUT, "TimedOut"},
    {ETXTBSY, "ExecutableFileBusy"},
    {EXDEV, "CrossesDevices"},
    {EINPROGRESS, "InProgress"},
    {EOPNOTSUPP, "Unsupported"},
    {ENOTSUP, "Unsupported"},
    {EACCES, "PermissionDenied"},
    {EPERM, "PermissionDenied"},
    {EAGAIN, "WouldBlock"},
    {EWOULDBLOCK, "WouldBlock"},
};

const char* RustKind(int error_number) {
  for (const Expected& expected : kRustKinds) {
    if (expected.error_number == error_number) return expected.kind;
  }
  return "Uncategorized";
}

TEST_CASE("error kind: every errno has the kind that Rust gives it") {
  for (int error_number = 0; error_number <= kErrnoMost; error_number++) {
    const ErrorName name = NameError(error_number);
    CAPTURE(error_number);
    CHECK(name.error_number == error_number);
    CHECK(std::string(name.kind) == RustKind(error_number));
  }
}

TEST_CASE("error kind: every errno that Rust knows has a code here") {
  for (const Expected& expected : kRustKinds) {
    CAPTURE(expected.error_number);
    CHECK(NameError(expected.error_number).code != nullptr);
  }
}

TEST_CASE("error kind: what an append, a rollback or an open can meet has a code") {
  for (const int met : {EBADF, EFAULT, EIO, EMFILE, ENFILE, ENODEV, ENOLCK, ENXIO, EOVERFLOW}) {
    CAPTURE(met);
    CHECK(NameError(met).code != nullptr);
  }
}

#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 32)
TEST_CASE("error kind: a code is the name that the C library has for the number") {
  int named = 0;
  for (int error_number = 1; error_number <= kErrnoMost; error_number++) {
    const ErrorName name = NameError(error_number);
    if (name.code == nullptr) continue;
    named++;
    CAPTURE(error_number);
    CHECK(std::string(name.code) == strerrorname_np(error_number));
  }
  CHECK(named >= 49);
}
#endif

TEST_CASE("error kind: a number that is no errno has no code") {
  for (const int none : {0, -1, 4096}) {
    CHECK(NameError(none).code == nullptr);
    CHECK(std::string(NameError(none).kind) == "Uncategorized");
  }
}

}  // namespace
}  // namespace wholeline::test
