#include "services/http/host_rule.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace courant {
namespace {

bool IsPort(absl::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

bool IsAddress(int family, absl::string_view text) {
  in6_addr address = {};
  return inet_pton(family, std::string(text).c_str(), &address) == 1;
}

// "[::1]", with or without a port behind it.
bool IsV6Address(absl::string_view host) {
  const size_t end = host.find(']');
  if (end == absl::string_view::npos) return false;
  absl::string_view port = host.substr(end + 1);
  if (!port.empty() && !(absl::ConsumePrefix(&port, ":") && IsPort(port))) {
    return false;
  }
  return IsAddress(AF_INET6, host.substr(1, end - 1));
}

}  // namespace

bool IsHostAllowed(absl::string_view host,
                   const std::vector<std::string>& names) {
  if (absl::StartsWith(host, "[")) return IsV6Address(host);
  absl::string_view name = host;
  if (const size_t colon = host.find(':'); colon != absl::string_view::npos) {
    if (!IsPort(host.substr(colon + 1))) return false;
    name = host.substr(0, colon);
  }
  if (IsAddress(AF_INET, name)) return true;
  absl::ConsumeSuffix(&name, ".");
  if (name.empty()) return false;
  if (absl::EqualsIgnoreCase(name, "localhost")) return true;
  return std::any_of(names.begin(), names.end(),
                     [name](absl::string_view allowed) {
                       absl::ConsumeSuffix(&allowed, ".");
                       return absl::EqualsIgnoreCase(name, allowed);
                     });
}

}  // namespace courant
