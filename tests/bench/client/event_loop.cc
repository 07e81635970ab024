#include "tests/bench/client/event_loop.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "storage/base/status_macros.h"

namespace courant::bench {
namespace {

constexpr size_t kReadBytes = 256 << 10;

absl::Status SystemError(absl::string_view what) {
  return absl::ErrnoToStatus(errno, what);
}

absl::StatusOr<sockaddr_in> ParseAddress(const std::string& address) {
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(address, absl::MaxSplits(':', 1));
  sockaddr_in result{};
  uint32_t port = 0;
  if (inet_pton(AF_INET, parts.first.c_str(), &result.sin_addr) != 1 ||
      !absl::SimpleAtoi(parts.second, &port)) {
    return absl::InvalidArgumentError(absl::StrCat("no address: ", address));
  }
  result.sin_family = AF_INET;
  result.sin_port = htons(static_cast<uint16_t>(port));
  return result;
}

}  // namespace

EventLoop::EventLoop()
    : poll_(epoll_create1(EPOLL_CLOEXEC)), buffer_(kReadBytes) {}

EventLoop::~EventLoop() { close(poll_); }

absl::Status EventLoop::SendAll() {
  // Sending may make nothing new to send: it calls nobody.
  for (Channel* channel : std::exchange(dirty_, {})) {
    COURANT_RETURN_IF_ERROR(channel->SendNow());
  }
  return absl::OkStatus();
}

absl::Status EventLoop::RunOnce(absl::Duration patience) {
  COURANT_RETURN_IF_ERROR(SendAll());
  std::array<epoll_event, 64> events;
  const timespec wait =
      absl::ToTimespec(std::max(patience, absl::ZeroDuration()));
  const int count = epoll_pwait2(poll_, events.data(), events.size(), &wait,
                                 /*sigmask=*/nullptr);
  if (count < 0 && errno != EINTR) return SystemError("epoll");
  for (int i = 0; i < count; ++i) {
    auto& channel = *static_cast<Channel*>(events[i].data.ptr);
    if ((events[i].events & EPOLLOUT) != 0) {
      COURANT_RETURN_IF_ERROR(channel.SendNow());
    }
    if ((events[i].events & ~EPOLLOUT) != 0) {
      COURANT_RETURN_IF_ERROR(channel.Receive());
    }
  }
  return SendAll();
}

absl::Status EventLoop::RunUntil(absl::FunctionRef<bool()> done,
                                 absl::Duration patience) {
  const absl::Time end = absl::Now() + patience;
  while (!done()) {
    const absl::Time now = absl::Now();
    if (now >= end) return absl::DeadlineExceededError("took too long");
    COURANT_RETURN_IF_ERROR(RunOnce(end - now));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Channel>> Channel::Connect(
    EventLoop& loop, const std::string& address, Reader& reader) {
  COURANT_ASSIGN_OR_RETURN(const sockaddr_in where, ParseAddress(address));
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return SystemError("socket");
  std::unique_ptr<Channel> channel(new Channel(loop, reader, descriptor));
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&where),
              sizeof(where)) != 0) {
    return SystemError(absl::StrCat("connect to ", address));
  }
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  channel->Watch(/*writing=*/false);
  return channel;
}

Channel::~Channel() {
  std::erase(loop_.dirty_, this);
  close(socket_);
}

void Channel::Send(absl::string_view bytes) {
  absl::StrAppend(&unsent_, bytes);
  if (dirty_) return;
  dirty_ = true;
  loop_.dirty_.push_back(this);
}

void Channel::StopReading() {
  epoll_ctl(loop_.poll_, EPOLL_CTL_DEL, socket_, /*event=*/nullptr);
}

void Channel::Watch(bool writing) {
  epoll_event event{};
  event.events = EPOLLIN;
  if (writing) event.events |= EPOLLOUT;
  event.data.ptr = this;
  epoll_ctl(loop_.poll_, watched_ ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket_,
            &event);
  watched_ = true;
  writing_ = writing;
}

absl::Status Channel::SendNow() {
  dirty_ = false;
  const ssize_t sent = send(socket_, unsent_.data(), unsent_.size(),
                            MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && errno != EAGAIN) return SystemError("send");
  if (sent > 0) unsent_.erase(0, static_cast<size_t>(sent));
  if (unsent_.empty() == writing_) Watch(!unsent_.empty());
  return absl::OkStatus();
}

absl::Status Channel::Receive() {
  const ssize_t got =
      recv(socket_, loop_.buffer_.data(), loop_.buffer_.size(), MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) return absl::OkStatus();
  if (got < 0) return SystemError("receive");
  if (got == 0) return absl::UnavailableError("the server hung up");
  loop_.now_ = absl::Now();
  return reader_.Read({loop_.buffer_.data(), static_cast<size_t>(got)});
}

}  // namespace courant::bench
