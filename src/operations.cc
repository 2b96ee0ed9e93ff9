// operations.cc: one small function for each operation, and their table.
#include "operations.h"

#include <cerrno>

#include "core/append.h"
#include "core/directories.h"
#include "core/erase.h"
#include "core/file_system.h"
#include "core/lease.h"
#include "core/lock.h"
#include "core/lock_holders.h"
#include "core/names.h"
#include "core/open.h"
#include "core/read.h"
#include "core/rename.h"
#include "core/scan.h"
#include "core/siblings.h"
#include "core/status.h"
#include "core/sync.h"
#include "core/truncate.h"

namespace wholeline {

namespace {

// The bits of `first` when opening; lib/door/native-binding.ts has the same.
constexpr int64_t kCreate = 1;
constexpr int64_t kFollowSymlinks = 2;
constexpr int64_t kMakeDirectories = 4;
constexpr int64_t kMustBeNew = 8;

// first: option bits; second: mode of a new file.
Outcome RunOpen(OpenFile& file, const Arguments& arguments) noexcept {
  const OpenOptions options = {
      .mode = static_cast<mode_t>(arguments.second),
      .create = (arguments.first & kCreate) != 0,
      .must_be_new = (arguments.first & kMustBeNew) != 0,
      .follow_symlinks = (arguments.first & kFollowSymlinks) != 0,
      .make_directories = (arguments.first & kMakeDirectories) != 0,
  };
  const OpenOutcome opened = OpenForAppend(file.path.c_str(), options);
  file.fd = opened.fd;
  return opened.outcome;
}

Outcome RunOpenForReading(OpenFile& file, const Arguments&) noexcept {
  const OpenOutcome opened = OpenForReading(file.path.c_str());
  file.fd = opened.fd;
  return opened.outcome;
}

Outcome RunClose(OpenFile& file, const Arguments&) noexcept {
  const int fd = file.fd;
  file.fd = -1;
  return Close(fd);
}

// Does the part [first, first + second) lie inside the bytes that were given?
bool IsInside(const Arguments& arguments) noexcept {
  const auto length = static_cast<int64_t>(arguments.length);
  return arguments.first >= 0 && arguments.second > 0 && arguments.first <= length &&
         arguments.second <= length - arguments.first;
}

// bytes[first, first + second) is what is written.
Outcome RunWrite(OpenFile& file, const Arguments& arguments) noexcept {
  if (!IsInside(arguments)) return Failed(Syscall::kWrite, EINVAL);
  return WriteOnce(file.fd, arguments.bytes + arguments.first,
                   static_cast<size_t>(arguments.second));
}

Outcome RunWriteAndSync(OpenFile& file, const Arguments& arguments) noexcept {
  if (!IsInside(arguments)) return Failed(Syscall::kWrite, EINVAL);
  return WriteOnceAndSync(file.fd, arguments.bytes + arguments.first,
                          static_cast<size_t>(arguments.second));
}

// bytes: where to; first: offset in the file.
Outcome RunReadAt(OpenFile& file, const Arguments& arguments) noexcept {
  return ReadAt(file.fd, arguments.bytes, arguments.length, arguments.first);
}

Outcome RunSize(OpenFile& file, const Arguments&) noexcept { return Size(file.fd); }

Outcome RunSync(OpenFile& file, const Arguments&) noexcept { return SyncData(file.fd); }

// first: how many directories above the one that holds the file.
Outcome RunSyncDirectories(OpenFile& file, const Arguments& arguments) noexcept {
  return SyncParentDirectories(file.fd, file.path.c_str(), arguments.first);
}

// first: LockMode.
Outcome RunLock(OpenFile& file, const Arguments& arguments) noexcept {
  return TryLock(file.fd, static_cast<LockMode>(arguments.first));
}

// bytes: where the text goes.
Outcome RunLockHolders(OpenFile& file, const Arguments& arguments) noexcept {
  return FindLockHolders(file.fd, arguments.bytes, arguments.length);
}

// bytes: what stands between the two, or none; first: expected end; second: new end.
bool IsBetween(const Arguments& arguments) noexcept {
  return arguments.bytes == nullptr ||
         static_cast<int64_t>(arguments.length) == arguments.first - arguments.second;
}

Outcome RunTruncateUnderLease(OpenFile& file, const Arguments& arguments) noexcept {
  if (!IsBetween(arguments)) return Failed(Syscall::kTruncate, EINVAL);
  return TruncateUnderLease(file.fd, arguments.first, arguments.second, arguments.bytes);
}

Outcome RunTruncateUnderLock(OpenFile& file, const Arguments& arguments) noexcept {
  if (!IsBetween(arguments)) return Failed(Syscall::kTruncate, EINVAL);
  return TruncateUnderLock(file.fd, arguments.first, arguments.second, arguments.bytes);
}

// bytes: what ends the file; first: where it starts.
Outcome RunRewriteUnderLease(OpenFile& file, const Arguments& arguments) noexcept {
  return RewriteUnderLease(file.fd, arguments.first, arguments.bytes, arguments.length);
}

Outcome RunProbeLease(OpenFile& file, const Arguments&) noexcept { return ProbeLease(file.fd); }

// first: permission bits.
Outcome RunSetMode(OpenFile& file, const Arguments& arguments) noexcept {
  return SetMode(file.fd, static_cast<uint32_t>(arguments.first));
}

// bytes: what we wrote; first: where it starts in the file.
Outcome RunErase(OpenFile& file, const Arguments& arguments) noexcept {
  return EraseOwnBytes(file.fd, file.path.c_str(), arguments.bytes, arguments.length,
                       arguments.first);
}

Outcome RunLeadsTo(OpenFile& file, const Arguments&) noexcept {
  return LeadsTo(file.fd, file.path.c_str());
}

// bytes: where the text goes.
Outcome RunIdentify(OpenFile& file, const Arguments& arguments) noexcept {
  return Identify(file.fd, arguments.bytes, arguments.length);
}

// bytes: the area of the scan; first and second: the part of the file.
Outcome RunScan(OpenFile& file, const Arguments& arguments) noexcept {
  return Scan(file.fd, arguments.bytes, arguments.length, arguments.first, arguments.second);
}

Outcome RunTimes(OpenFile& file, const Arguments&) noexcept { return Times(file.fd); }

Outcome RunProbeWriters(OpenFile& file, const Arguments&) noexcept { return ProbeWriters(file.fd); }

// bytes: where the names go.
Outcome RunListSiblings(OpenFile& file, const Arguments& arguments) noexcept {
  return ListSiblings(file.path.c_str(), arguments.bytes, arguments.length);
}

// bytes: the new name.
Outcome RunRename(OpenFile& file, const Arguments& arguments) noexcept {
  return Rename(file.path.c_str(), arguments.bytes, arguments.length);
}

Outcome RunOwner(OpenFile& file, const Arguments&) noexcept { return Owner(file.fd); }

// first: user id; second: group id.
Outcome RunSetOwner(OpenFile& file, const Arguments& arguments) noexcept {
  return SetOwner(file.fd, static_cast<uint32_t>(arguments.first),
                  static_cast<uint32_t>(arguments.second));
}

// bytes: the second name.
Outcome RunLink(OpenFile& file, const Arguments& arguments) noexcept {
  return Link(file.path.c_str(), arguments.bytes, arguments.length);
}

Outcome RunUnlink(OpenFile& file, const Arguments&) noexcept { return Unlink(file.path.c_str()); }

// bytes: where the path goes.
Outcome RunResolveLinks(OpenFile& file, const Arguments& arguments) noexcept {
  return ResolveLinks(file.path.c_str(), arguments.bytes, arguments.length);
}

// bytes: where the name goes.
Outcome RunNameFileSystem(OpenFile& file, const Arguments& arguments) noexcept {
  return NameFileSystem(file.fd, arguments.bytes, arguments.length);
}

constexpr Operation kOperations[] = {
    {"open", RunOpen, Needs::kNotOpen},
    {"openForReading", RunOpenForReading, Needs::kNotOpen},
    {"close", RunClose},
    {"write", RunWrite},
    {"writeAndSync", RunWriteAndSync},
    {"readAt", RunReadAt},
    {"size", RunSize},
    {"sync", RunSync},
    {"syncDirectories", RunSyncDirectories},
    {"lock", RunLock},
    {"lockHolders", RunLockHolders},
    {"truncateUnderLease", RunTruncateUnderLease},
    {"truncateUnderLock", RunTruncateUnderLock},
    {"rewriteUnderLease", RunRewriteUnderLease},
    {"probeLease", RunProbeLease},
    {"setMode", RunSetMode},
    {"erase", RunErase},
    {"leadsTo", RunLeadsTo},
    {"identify", RunIdentify},
    {"times", RunTimes},
    {"probeWriters", RunProbeWriters},
    {"listSiblings", RunListSiblings, Needs::kNothing},
    {"rename", RunRename},
    {"owner", RunOwner},
    {"setOwner", RunSetOwner},
    {"link", RunLink},
    {"unlink", RunUnlink, Needs::kNothing},
    {"resolveLinks", RunResolveLinks, Needs::kNothing},
    {"nameFileSystem", RunNameFileSystem},
    {"scan", RunScan},
};

}  // namespace

std::span<const Operation> Operations() noexcept { return kOperations; }

Outcome RunWriteAndLook(const OpenFile& file, const Arguments& arguments) noexcept {
  if (file.fd < 0) return Failed(Syscall::kNone, EBADF);
  const bool is_inside =
      arguments.second >= 0 && static_cast<size_t>(arguments.second) <= arguments.length;
  if (!is_inside) return Failed(Syscall::kWrite, EINVAL);
  return WriteOnceAndLook(file.fd, arguments.bytes, static_cast<size_t>(arguments.second),
                          arguments.first);
}

bool IsWrite(const Operation& operation) noexcept { return operation.run == RunWrite; }

Outcome RunLocked(const Operation& operation, OpenFile& file, const Arguments& arguments) noexcept {
  const Needs is = file.fd >= 0 ? Needs::kOpen : Needs::kNotOpen;
  if (operation.needs != is && operation.needs != Needs::kNothing) {
    return Failed(Syscall::kNone, EBADF);
  }
  return operation.run(file, arguments);
}

}  // namespace wholeline
