#ifndef COURANT_SERVICES_EDGE_DESCRIPTOR_H_
#define COURANT_SERVICES_EDGE_DESCRIPTOR_H_

#include <unistd.h>

#include <utility>

namespace courant {

// Owns a file descriptor, or none, and closes it when it goes. Can be moved and
// not copied: two that close the same number would, sooner or later, close
// somebody else's.
//
// One thread at a time.
class Descriptor {
 public:
  // None.
  Descriptor() = default;
  // Takes `fd`, which is negative for none, as system calls give it.
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { Close(); }

  // What is moved from has none.
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      Close();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }

  // Whether there is one.
  bool is_open() const { return fd_ >= 0; }
  // Its number, negative for none; stays with the object.
  int get() const { return fd_; }

  // Hands it over; whoever asked has to close it.
  int Release() { return std::exchange(fd_, -1); }
  // Closes it now. A second call does nothing.
  void Close() {
    if (is_open()) close(Release());
  }

 private:
  int fd_ = -1;
};

}  // namespace courant

#endif  // COURANT_SERVICES_EDGE_DESCRIPTOR_H_
