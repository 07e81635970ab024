#include "services/edge/connection.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <utility>

namespace courant {

absl::Time SteadyNow() {
  return absl::UnixEpoch() +
         absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

Connection::Connection(RemoteAddress from, Descriptor second,
                       LoginLimit* logins)
    : from_(std::move(from)),
      accepted_(SteadyNow()),
      logins_(logins),
      second_(std::move(second)) {}

bool Connection::Enter() {
  if (calls_.fetch_add(1) < kMaxCalls) return true;
  calls_.fetch_sub(1);
  return false;
}

void Connection::Leave() { calls_.fetch_sub(1); }

void Connection::Admitted() { admitted_.fetch_add(1); }

void Connection::Refused() {
  if (logins_ == nullptr) return;
  if (logins_->Fail(from_.neighbours, SteadyNow())) tries_keys_.store(true);
}

std::optional<Connection::Traffic> Connection::ReadTraffic() {
  tcp_info info = {};
  socklen_t size = sizeof(info);
  MutexLock lock(mu_);
  if (!second_.is_open() ||
      getsockopt(second_.get(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) {
    return std::nullopt;
  }
  return Traffic{.received = info.tcpi_bytes_received,
                 .confirmed = info.tcpi_bytes_acked};
}

void Connection::Cut() {
  // Takes a connection apart at once: the other side is sent a reset, and what
  // it sent and nobody has read is thrown away. After shutdown() gRPC would go
  // on reading that, and what comes after it.
  const sockaddr nowhere = {.sa_family = AF_UNSPEC, .sa_data = {}};
  MutexLock lock(mu_);
  if (!second_.is_open()) return;
  if (connect(second_.get(), &nowhere, sizeof(nowhere)) != 0) {
    shutdown(second_.get(), SHUT_RDWR);
  }
}

void Connection::Close() {
  MutexLock lock(mu_);
  second_.Close();
}

bool Connection::is_closed() const {
  MutexLock lock(mu_);
  return !second_.is_open();
}

}  // namespace courant
