#include "services/server/socket_activation.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/config/listener_rules.h"

namespace courant {

absl::StatusOr<InheritedSockets> TakeInheritedSockets() {
  return InheritedSockets::FromEnvironment({"internal", "partner", "ops"});
}

absl::Status ApplyAddresses(const InheritedSockets& sockets,
                            LoadedConfig& loaded) {
  config::v1::Listeners& listeners = *loaded.config.mutable_listeners();
  const std::map<std::string, config::v1::Listener*> by_name = {
      {"internal", listeners.mutable_internal()},
      {"partner", listeners.mutable_partner()},
      {"ops", listeners.mutable_ops()}};
  const std::map<std::string, std::string> addresses = sockets.Addresses();
  for (const auto& [name, address] : addresses) {
    by_name.at(name)->set_address(address);
    loaded.origins[absl::StrCat("listeners.", name, ".address")] =
        absl::StrCat("FileDescriptorName=", name);
  }
  if (addresses.empty()) return absl::OkStatus();
  const std::vector<std::string> errors =
      CheckListeners(listeners, loaded.origins);
  if (errors.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(errors, "\n"));
}

}  // namespace courant
