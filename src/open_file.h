// open_file.h: one file object of the binding, and the lock that keeps two
// threads of this process apart on it.
//
// write(2) and the lseek(2) after it must not be torn apart by another thread
// that uses the same open file description (W1), so an operation runs with the
// mutex held, unless nothing is in flight for the file: then the JavaScript
// thread alone can use it. It is shared by the table of the environment and the pool
// call in flight, both of which belong to the JavaScript thread, so references
// are counted plainly; who drops the last one closes. (std::shared_ptr would
// bind the binary to glibc 2.32.) A pool call that has ended with a step of which
// nobody has heard is left to the file.
#ifndef WHOLELINE_OPEN_FILE_H_
#define WHOLELINE_OPEN_FILE_H_

#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

namespace wholeline {

class PoolCall;

struct OpenFile {
  OpenFile(std::string file_path, int64_t file_number)
      : path(std::move(file_path)), number(file_number) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile();

  const std::string path;
  const int64_t number;  // what JavaScript calls it by
  std::mutex mutex;
  int fd = -1;  // guarded by mutex; -1: not open
  // Of the JavaScript thread alone.
  PoolCall* in_flight = nullptr;
  int references = 0;
};

class FileReference {
 public:
  FileReference() = default;
  explicit FileReference(OpenFile* file) noexcept : file_(file) { file_->references++; }
  FileReference(const FileReference& other) noexcept : file_(other.file_) {
    if (file_ != nullptr) file_->references++;
  }
  FileReference(FileReference&& other) noexcept : file_(std::exchange(other.file_, nullptr)) {}
  FileReference& operator=(FileReference other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~FileReference() {
    if (file_ != nullptr && --file_->references == 0) delete file_;
  }

  OpenFile* get() const noexcept { return file_; }
  OpenFile& operator*() const noexcept { return *file_; }
  OpenFile* operator->() const noexcept { return file_; }

 private:
  OpenFile* file_ = nullptr;
};

}  // namespace wholeline

#endif  // WHOLELINE_OPEN_FILE_H_
