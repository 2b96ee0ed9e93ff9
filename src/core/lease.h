// lease.h: a write lease, the proof that nobody else has the file open.
//
// The kernel grants it only if this is the only open of the file, and holds
// back new opens while it lasts (F_SETLEASE in fcntl(2)). A second open of our
// own, even for reading, denies it; dup and fork do not. On network file
// systems and FUSE it proves nothing, even if granted.
#ifndef WHOLELINE_CORE_LEASE_H_
#define WHOLELINE_CORE_LEASE_H_

#include "core/outcome.h"

namespace wholeline {

class Lease {
 public:
  // Asks for the lease; Error() says whether it was granted.
  explicit Lease(int fd) noexcept;
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease();

  // error_number 0: granted. EAGAIN: others have the file open. EACCES: not
  // the owner. EINVAL, ENOLCK, ENOTSUP: there are no leases here.
  [[nodiscard]] const Outcome& outcome() const noexcept { return outcome_; }

  // False once somebody's open is breaking it, or fs.lease-break-time is over.
  [[nodiscard]] bool IsStillHeld() const noexcept;

 private:
  const int fd_;
  Outcome outcome_;
};

// Would a lease be granted now? It is given back at once.
[[nodiscard]] Outcome ProbeLease(int fd) noexcept;

// Does nobody have the file open for writing? error_number 0: nobody has, for a
// read lease was granted (and given back at once), which the kernel does only
// then. EAGAIN: somebody has. Other errors: nobody can tell. fd is open for
// reading alone.
[[nodiscard]] Outcome ProbeWriters(int fd) noexcept;

}  // namespace wholeline

#endif  // WHOLELINE_CORE_LEASE_H_
