#include "services/config/listen_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

constexpr size_t kMaxPortDigits = 5;
constexpr uint8_t kIpv4LoopbackNet = 127;

absl::StatusOr<uint16_t> ParsePort(absl::string_view text) {
  uint32_t port = 0;
  // The digits are checked first: the number parser also takes " +80".
  if (text.empty() || text.size() > kMaxPortDigits ||
      !std::all_of(text.begin(), text.end(), absl::ascii_isdigit) ||
      !absl::SimpleAtoi(text, &port) ||
      port > std::numeric_limits<uint16_t>::max()) {
    return absl::InvalidArgumentError(
        "the port is not a number from 0 to 65535");
  }
  return static_cast<uint16_t>(port);
}

absl::Status ParseIpv4(absl::string_view host, ListenAddress& out) {
  in_addr address;
  if (inet_pton(AF_INET, std::string(host).c_str(), &address) != 1) {
    return absl::InvalidArgumentError(
        "the part before the port is not an IP address");
  }
  out.is_loopback = ntohl(address.s_addr) >> 24 == kIpv4LoopbackNet;
  char text[INET_ADDRSTRLEN];
  out.host = inet_ntop(AF_INET, &address, text, sizeof(text));
  return absl::OkStatus();
}

absl::Status ParseIpv6(absl::string_view host, ListenAddress& out) {
  in6_addr address;
  if (inet_pton(AF_INET6, std::string(host).c_str(), &address) != 1) {
    return absl::InvalidArgumentError(
        "the part in brackets is not an IPv6 address");
  }
  const bool is_mapped_loopback =
      IN6_IS_ADDR_V4MAPPED(&address) && address.s6_addr[12] == kIpv4LoopbackNet;
  out.is_loopback = IN6_IS_ADDR_LOOPBACK(&address) || is_mapped_loopback;
  char text[INET6_ADDRSTRLEN];
  out.host = inet_ntop(AF_INET6, &address, text, sizeof(text));
  return absl::OkStatus();
}

}  // namespace

std::string ListenAddress::ToString() const {
  if (absl::StrContains(host, ':')) return absl::StrCat("[", host, "]:", port);
  return absl::StrCat(host, ":", port);
}

absl::StatusOr<ListenAddress> ParseListenAddress(absl::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) {
    return absl::InvalidArgumentError("there is no port");
  }
  ListenAddress address;
  absl::string_view host = text.substr(0, colon);
  COURANT_ASSIGN_OR_RETURN(address.port, ParsePort(text.substr(colon + 1)));
  if (host == "localhost") host = "127.0.0.1";
  if (absl::ConsumePrefix(&host, "[") && absl::ConsumeSuffix(&host, "]")) {
    COURANT_RETURN_IF_ERROR(ParseIpv6(host, address));
  } else if (absl::StrContains(host, ':')) {
    return absl::InvalidArgumentError("an IPv6 address stands in brackets");
  } else {
    COURANT_RETURN_IF_ERROR(ParseIpv4(host, address));
  }
  return address;
}

}  // namespace courant
