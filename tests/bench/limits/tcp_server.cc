#include "tests/bench/limits/tcp_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"
#include "tests/bench/article.h"

namespace courant::bench {
namespace {

constexpr size_t kEventsACall = 16;

class TcpServer {
 public:
  TcpServer() : poll_(epoll_create1(EPOLL_CLOEXEC)) {}
  ~TcpServer() {
    for (const auto& [socket, client] : clients_) close(socket);
    close(listener_);
    close(poll_);
  }
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;

  absl::StatusOr<int> Listen() {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(where);
    auto* const address = reinterpret_cast<sockaddr*>(&where);
    if (bind(listener_, address, size) != 0 || listen(listener_, 1024) != 0 ||
        getsockname(listener_, address, &size) != 0) {
      return absl::ErrnoToStatus(errno, "listen");
    }
    Watch(listener_, EPOLLIN, EPOLL_CTL_ADD);
    Watch(STDIN_FILENO, EPOLLIN, EPOLL_CTL_ADD);
    return ntohs(where.sin_port);
  }

  void Serve() {
    std::array<epoll_event, 64> events;
    while (true) {
      const int count = epoll_wait(poll_, events.data(), events.size(), -1);
      for (int i = 0; i < count; ++i) {
        const int socket = events[i].data.fd;
        if (socket == STDIN_FILENO) return;
        if (socket == listener_) {
          Accept();
        } else if ((events[i].events & EPOLLOUT) != 0) {
          SendMore(socket);
        } else {
          Receive(socket);
        }
      }
    }
  }

 private:
  struct Client {
    bool subscribed = false;
    size_t sent = 0;  // bytes of events_
  };

  void Watch(int socket, uint32_t what, int how) const {
    epoll_event event{};
    event.events = what;
    event.data.fd = socket;
    epoll_ctl(poll_, how, socket, &event);
  }

  void Accept() {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    clients_[socket] = {};
    Watch(socket, EPOLLIN, EPOLL_CTL_ADD);
  }

  void Receive(int socket) {
    std::array<char, 64> text;
    const ssize_t got = recv(socket, text.data(), text.size(), MSG_DONTWAIT);
    if (got <= 0) {
      clients_.erase(socket);
      close(socket);
      return;
    }
    const absl::string_view line(text.data(), static_cast<size_t>(got) - 1);
    if (line == "hello") {
      clients_[socket].subscribed = true;
      send(socket, "!", 1, MSG_NOSIGNAL);
      return;
    }
    uint64_t count = 0;
    if (absl::StartsWith(line, "send ") &&
        absl::SimpleAtoi(line.substr(5), &count)) {
      Begin(count);
    }
  }

  void Begin(uint64_t count) {
    NumberedBytes event = PeerValue();
    event_bytes_ = event.With(0).size();
    events_.clear();
    for (uint64_t i = 0; i < count; ++i) {
      absl::StrAppend(&events_, event.With(i));
    }
    for (auto& [socket, client] : clients_) {
      if (!client.subscribed) continue;
      client.sent = 0;
      Watch(socket, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
    }
  }

  void SendMore(int socket) {
    Client& client = clients_[socket];
    const size_t size =
        std::min(events_.size() - client.sent, kEventsACall * event_bytes_);
    const ssize_t sent = send(socket, events_.data() + client.sent, size,
                              MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) client.sent += static_cast<size_t>(sent);
    if (client.sent == events_.size() || (sent < 0 && errno != EAGAIN)) {
      Watch(socket, EPOLLIN, EPOLL_CTL_MOD);
    }
  }

  const int poll_;
  int listener_ = -1;
  std::map<int, Client> clients_;
  std::string events_;
  size_t event_bytes_ = 0;
};

}  // namespace

absl::Status ServeTcp() {
  TcpServer server;
  COURANT_ASSIGN_OR_RETURN(const int port, server.Listen());
  std::printf("{\"address\": \"127.0.0.1:%d\"}\n", port);
  std::fflush(stdout);
  server.Serve();
  return absl::OkStatus();
}

}  // namespace courant::bench
