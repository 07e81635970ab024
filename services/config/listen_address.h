#ifndef COURANT_SERVICES_CONFIG_LISTEN_ADDRESS_H_
#define COURANT_SERVICES_CONFIG_LISTEN_ADDRESS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace courant {

// What a listener binds to. Always a literal IP address: what a name means
// can change between two starts, and with it who can reach the server.
struct ListenAddress {
  // In its shortest form, without brackets: "127.0.0.1", "::1", "0.0.0.0".
  std::string host;
  // 0 lets the system pick one.
  uint16_t port = 0;
  // True if only this machine can connect: 127.0.0.0/8, ::1, and the former
  // written as IPv6.
  bool is_loopback = false;

  // As it is written, with IPv6 in brackets: "[::1]:7400".
  std::string ToString() const;
};

// Reads "IPv4:port" or "[IPv6]:port", with the port in 1 to 5 digits.
// "localhost" stands for 127.0.0.1.
//   INVALID_ARGUMENT  anything else; the message says what is wrong with it.
absl::StatusOr<ListenAddress> ParseListenAddress(absl::string_view text);

}  // namespace courant

#endif  // COURANT_SERVICES_CONFIG_LISTEN_ADDRESS_H_
