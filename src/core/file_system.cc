// file_system.cc: fstatfs(2).
#include "core/file_system.h"

#ifdef __linux__
#include <sys/vfs.h>
#else
#include <sys/mount.h>
#include <sys/param.h>
#endif

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace wholeline {

namespace {

#ifdef __linux__

struct NamedType {
  uint32_t type;
  const char* name;
};

constexpr NamedType kNamedTypes[] = {
    {0x0000ef53, "ext4"},      {0x58465342, "xfs"},      {0x9123683e, "btrfs"},
    {0x01021994, "tmpfs"},     {0x794c7630, "overlay"},  {0x65735546, "fuse"},
    {0x00006969, "nfs"},       {0xff534d42, "cifs"},     {0xfe534d42, "smb2"},
    {0x0000517b, "smb"},       {0x01021997, "9p"},       {0x2fc12fc1, "zfs"},
    {0xf2f52010, "f2fs"},      {0x00004d44, "vfat"},     {0x2011bab0, "exfat"},
    {0x7366746e, "ntfs3"},     {0x5346544e, "ntfs"},     {0xca451a4e, "bcachefs"},
    {0x3153464a, "jfs"},       {0x52654973, "reiserfs"}, {0x00c36400, "ceph"},
    {0x5346414f, "afs"},       {0x73757245, "coda"},     {0x0bd00bd0, "lustre"},
    {0x01161970, "gfs2"},      {0x7461636f, "ocfs2"},    {0x858458f6, "ramfs"},
    {0x958458f6, "hugetlbfs"}, {0x73717368, "squashfs"}, {0xe0f5e1e2, "erofs"},
    {0x6a656a63, "virtiofs"},  {0x786f4256, "vboxsf"},   {0x0000f15f, "ecryptfs"},
    {0x6b414653, "afs"},  // the kernel's own client; the other number is OpenAFS
};

#endif

Outcome Put(const char* name, uint8_t* text, size_t capacity) noexcept {
  size_t length = strlen(name);
  if (length > capacity) length = capacity;
  memcpy(text, name, length);
  return Done(0, static_cast<int64_t>(length));
}

}  // namespace

Outcome NameFileSystem(int fd, uint8_t* text, size_t capacity) noexcept {
  struct statfs answer;
  if (fstatfs(fd, &answer) != 0) return Failed(Syscall::kFstatfs, errno);
#ifdef __linux__
  const uint32_t type = static_cast<uint32_t>(answer.f_type);
  for (const NamedType& named : kNamedTypes) {
    if (named.type == type) return Put(named.name, text, capacity);
  }
  char number[16];
  snprintf(number, sizeof number, "0x%x", type);
  return Put(number, text, capacity);
#else
  return Put(answer.f_fstypename, text, capacity);
#endif
}

}  // namespace wholeline
