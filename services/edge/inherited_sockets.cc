#include "services/edge/inherited_sockets.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

// What a socket is called in the protocol if nobody named it.
constexpr char kNoName[] = "unknown";

// The value of a variable, which is gone afterwards.
std::optional<std::string> TakeVariable(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  std::string copy(value);
  unsetenv(name);
  return copy;
}

absl::Status Wrong(absl::string_view name, absl::string_view what,
                   const std::vector<std::string>& known) {
  return absl::InvalidArgumentError(
      absl::StrCat("the socket \"", name, "\" of the service manager ", what,
                   "; there may be one for each listener, a stream socket with "
                   "FileDescriptorName= ",
                   absl::StrJoin(known, ", ")));
}

}  // namespace

absl::StatusOr<InheritedSockets> InheritedSockets::FromEnvironment(
    const std::vector<std::string>& known) {
  const std::optional<std::string> pid = TakeVariable("LISTEN_PID");
  const std::optional<std::string> count = TakeVariable("LISTEN_FDS");
  const std::optional<std::string> names = TakeVariable("LISTEN_FDNAMES");
  // As the protocol has it: what is for another process is nobody's error.
  if (!pid || !count || *pid != absl::StrCat(getpid())) {
    return InheritedSockets();
  }
  int number = 0;
  if (!absl::SimpleAtoi(*count, &number) || number < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("LISTEN_FDS is \"", *count, "\", which is not a number"));
  }
  const auto size = static_cast<size_t>(number);
  std::vector<std::string> each;
  if (names && number > 0) each = absl::StrSplit(*names, ':');
  if (!names) each.assign(std::min(size, known.size() + 1), kNoName);
  if (each.size() != size) {
    return absl::InvalidArgumentError(absl::StrCat(
        "LISTEN_FDS is ", number, ", and LISTEN_FDNAMES has ", each.size(),
        " names; there may be one socket for each of ",
        absl::StrJoin(known, ", ")));
  }
  return Adopt(kFirst, each, known);
}

absl::StatusOr<InheritedSockets> InheritedSockets::Adopt(
    int first, const std::vector<std::string>& names,
    const std::vector<std::string>& known) {
  std::vector<Descriptor> descriptors;
  descriptors.reserve(names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    descriptors.emplace_back(first + static_cast<int>(i));
  }
  InheritedSockets sockets;
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return Wrong(name, "is for no listener", known);
    }
    if (sockets.sockets_.contains(name)) {
      return Wrong(name, "is there twice", known);
    }
    absl::StatusOr<ListeningSocket> socket =
        AdoptListening(std::move(descriptors[i]));
    if (!socket.ok()) return Wrong(name, socket.status().message(), known);
    sockets.sockets_.emplace(name, *std::move(socket));
  }
  return sockets;
}

std::map<std::string, std::string> InheritedSockets::Addresses() const {
  std::map<std::string, std::string> addresses;
  for (const auto& [name, socket] : sockets_) {
    addresses[name] = AddressOf(socket);
  }
  return addresses;
}

std::optional<ListeningSocket> InheritedSockets::Take(absl::string_view name) {
  const auto found = sockets_.find(name);
  if (found == sockets_.end()) return std::nullopt;
  std::optional<ListeningSocket> socket = std::move(found->second);
  sockets_.erase(found);
  return socket;
}

}  // namespace courant
