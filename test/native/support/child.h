// child.h: another process, for what only another process can show.
//
// The child runs a function and ends by its result, without ever returning into
// the test. Parent and child pass numbers to each other, so that a test waits
// for events and never for time. A child that is still there when its object
// goes is killed; one that hangs ends by SIGALRM, and dies with the parent.
#ifndef WHOLELINE_TEST_NATIVE_SUPPORT_CHILD_H_
#define WHOLELINE_TEST_NATIVE_SUPPORT_CHILD_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>

namespace wholeline::test {

// One end of the two pipes between parent and child.
class Link {
 public:
  Link(int hear_fd, int tell_fd) : hear_fd_(hear_fd), tell_fd_(tell_fd) {}
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link();

  void Tell(int64_t number = 0) const;
  // Waits for the other side's next number; -1 where it has gone or says
  // nothing for ten seconds.
  [[nodiscard]] int64_t Hear() const;

 private:
  const int hear_fd_;
  const int tell_fd_;
};

class Child {
 public:
  explicit Child(const std::function<int(const Link& parent)>& body);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  [[nodiscard]] pid_t pid() const { return pid_; }
  void Tell(int64_t number = 0) const { link_->Tell(number); }
  [[nodiscard]] int64_t Hear() const { return link_->Hear(); }

  void KillNine();
  // Waits for the end: the exit status, or the number of the signal, negative.
  int Wait();

 private:
  pid_t pid_ = -1;
  std::unique_ptr<const Link> link_;
};

}  // namespace wholeline::test

#endif  // WHOLELINE_TEST_NATIVE_SUPPORT_CHILD_H_
