// child.cc: fork(2), two pipes, waitpid(2).
#include "support/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace wholeline::test {

namespace {

constexpr int kHearMostMs = 10'000;
constexpr unsigned kChildMostSeconds = 60;

[[noreturn]] void Die(const char* what) {
  perror(what);
  abort();
}

[[noreturn]] void RunChild(const std::function<int(const Link&)>& body, const Link& parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  alarm(kChildMostSeconds);
  int status = 99;
  try {
    status = body(parent);
  } catch (...) {
  }
  _exit(status);  // runs nothing of the parent's at exit
}

}  // namespace

Link::~Link() {
  close(hear_fd_);
  close(tell_fd_);
}

void Link::Tell(int64_t number) const {
  if (write(tell_fd_, &number, sizeof number) != sizeof number) Die("tell");
}

int64_t Link::Hear() const {
  pollfd wait = {.fd = hear_fd_, .events = POLLIN, .revents = 0};
  if (poll(&wait, 1, kHearMostMs) != 1) return -1;
  int64_t number;
  return read(hear_fd_, &number, sizeof number) == sizeof number ? number : -1;
}

Child::Child(const std::function<int(const Link&)>& body) {
  int down[2];
  int up[2];
  if (pipe2(down, O_CLOEXEC) != 0 || pipe2(up, O_CLOEXEC) != 0) Die("pipe2");
  fflush(stdout);  // or the child may print what is buffered once more
  pid_ = fork();
  if (pid_ < 0) Die("fork");
  if (pid_ == 0) {
    close(down[1]);
    close(up[0]);
    const Link parent(down[0], up[1]);
    RunChild(body, parent);
  }
  close(down[0]);
  close(up[1]);
  link_ = std::make_unique<const Link>(up[0], down[1]);
}

Child::~Child() {
  if (pid_ > 0) KillNine();
}

void Child::KillNine() {
  kill(pid_, SIGKILL);
  Wait();
}

int Child::Wait() {
  int status = 0;
  if (waitpid(pid_, &status, 0) != pid_) Die("waitpid");
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace wholeline::test
