#ifndef COURANT_SERVICES_EDGE_INHERITED_SOCKETS_H_
#define COURANT_SERVICES_EDGE_INHERITED_SOCKETS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/edge/listening_socket.h"

namespace courant {

// Sockets that a service manager has opened for this process and keeps open
// when it ends, so that who connects over a restart waits instead of being
// refused: the protocol of sd_listen_fds(3), written here because libsystemd
// would be a dependency for three variables. The name of a socket
// (FileDescriptorName= of its unit) says which listener it is for.
//
// One thread at a time.
class InheritedSockets {
 public:
  // The number of the first one, as the protocol has it.
  static constexpr int kFirst = 3;

  // None: every listener binds its own address.
  InheritedSockets() = default;

  // What $LISTEN_FDS and $LISTEN_FDNAMES speak of, if $LISTEN_PID is this
  // process, and none if it is not. The variables are gone afterwards, so that
  // no child takes them for its own. `known` are the names that there are
  // listeners for. Call before there are threads.
  //   INVALID_ARGUMENT  a variable is malformed, or as Adopt()
  static absl::StatusOr<InheritedSockets> FromEnvironment(
      const std::vector<std::string>& known);

  // Takes over the descriptors `first`, `first` + 1 and so on, one for each of
  // `names`. All of them are closed if one cannot be used.
  //   INVALID_ARGUMENT  a name is not of `known` or there twice, or what is
  //                     under it is not a TCP socket that listens; the text
  //                     says which, and what would be right
  static absl::StatusOr<InheritedSockets> Adopt(
      int first, const std::vector<std::string>& names,
      const std::vector<std::string>& known);

  // By name where each that was not taken yet really listens, as in a
  // configuration: "127.0.0.1:7400", "[::]:7400".
  std::map<std::string, std::string> Addresses() const;

  // The socket of the listener `name`; nothing if there is none, or it was
  // taken before.
  std::optional<ListeningSocket> Take(absl::string_view name);

 private:
  std::map<std::string, ListeningSocket, std::less<>> sockets_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_EDGE_INHERITED_SOCKETS_H_
