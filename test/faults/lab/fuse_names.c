// fuse_names.c: see fuse_names.h.
#define _GNU_SOURCE
#include "fuse_names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

const char* below(const char* path) { return path[1] == '\0' ? "." : path + 1; }
int answer(int result) { return result < 0 ? -errno : 0; }

int on_opendir(const char* path, struct fuse_file_info* file) {
  int fd = openat(backing_folder, below(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  file->fh = (uint64_t)fd;
  return answer(fd);
}

int on_readdir(const char* path, void* buffer, fuse_fill_dir_t fill, off_t offset,
               struct fuse_file_info* file, enum fuse_readdir_flags flags) {
  (void)path, (void)offset, (void)flags;
  int fd =
      openat((int)file->fh, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);  // starts at the first entry
  DIR* folder = fd < 0 ? NULL : fdopendir(fd);
  if (folder == NULL) return -errno;
  for (struct dirent* entry; (entry = readdir(folder)) != NULL;)
    fill(buffer, entry->d_name, NULL, 0, 0);
  closedir(folder);
  return 0;
}

int on_releasedir(const char* path, struct fuse_file_info* file) {
  (void)path;
  return answer(close((int)file->fh));
}

int on_mkdir(const char* path, mode_t mode) {
  return answer(mkdirat(backing_folder, below(path), mode));
}
int on_rmdir(const char* path) {
  return answer(unlinkat(backing_folder, below(path), AT_REMOVEDIR));
}
int on_symlink(const char* target, const char* path) {
  return answer(symlinkat(target, backing_folder, below(path)));
}
int on_link(const char* from, const char* to) {
  return answer(linkat(backing_folder, below(from), backing_folder, below(to), 0));
}
int on_readlink(const char* path, char* target, size_t size) {
  ssize_t length = readlinkat(backing_folder, below(path), target, size - 1);
  if (length < 0) return -errno;
  target[length] = '\0';
  return 0;
}
int on_chmod(const char* path, mode_t mode, struct fuse_file_info* file) {
  return answer(file != NULL ? fchmod((int)file->fh, mode)
                             : fchmodat(backing_folder, below(path), mode, 0));
}
int on_chown(const char* path, uid_t user, gid_t group, struct fuse_file_info* file) {
  if (file != NULL) return answer(fchown((int)file->fh, user, group));
  return answer(fchownat(backing_folder, below(path), user, group, AT_SYMLINK_NOFOLLOW));
}
int on_utimens(const char* path, const struct timespec times[2], struct fuse_file_info* file) {
  if (file != NULL) return answer(futimens((int)file->fh, times));
  return answer(utimensat(backing_folder, below(path), times, AT_SYMLINK_NOFOLLOW));
}
