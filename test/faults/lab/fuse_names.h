// fuse_names.h: the part of the pass-through that never fails by plan: folders, links, owners.
//
// Idea: an appender does not depend on these; they are here so that tools and tests can work
// in the mount as anywhere. Contract: each is a libfuse operation, and calls the same on the
// folder behind `backing_folder`, which main() opens before anything else. Thread-safe.
#ifndef FUSE_NAMES_H
#define FUSE_NAMES_H

#define FUSE_USE_VERSION 312
#include <fuse.h>

extern int backing_folder;

const char* below(const char* path);  // the path as seen from the backing folder
int answer(int result);               // a system call's result as libfuse wants it

int on_opendir(const char* path, struct fuse_file_info* file);
int on_readdir(const char* path, void* buffer, fuse_fill_dir_t fill, off_t offset,
               struct fuse_file_info* file, enum fuse_readdir_flags flags);
int on_releasedir(const char* path, struct fuse_file_info* file);
int on_mkdir(const char* path, mode_t mode);
int on_rmdir(const char* path);
int on_symlink(const char* target, const char* path);
int on_link(const char* from, const char* to);
int on_readlink(const char* path, char* target, size_t size);
int on_chmod(const char* path, mode_t mode, struct fuse_file_info* file);
int on_chown(const char* path, uid_t user, gid_t group, struct fuse_file_info* file);
int on_utimens(const char* path, const struct timespec times[2], struct fuse_file_info* file);

#endif
