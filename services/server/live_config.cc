#include "services/server/live_config.h"

#include <string>
#include <utility>

#include "absl/strings/str_join.h"
#include "services/server/config_duration.h"

namespace courant {

absl::Status TakeOverConfig(const config::v1::ServerConfig& config,
                            const LiveParts& parts) {
  std::vector<TlsFiles::Prepared> tls;
  std::vector<std::string> faults;
  for (const TlsFiles* const files : parts.tls) {
    absl::StatusOr<TlsFiles::Prepared> prepared = files->Prepare();
    if (prepared.ok()) {
      tls.push_back(*std::move(prepared));
    } else {
      faults.emplace_back(prepared.status().message());
    }
  }
  if (!faults.empty()) {
    return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
  }
  for (size_t i = 0; i < tls.size(); ++i) {
    parts.tls[i]->TakeOver(tls[i]);
  }
  for (RpcService* const service : parts.services) {
    service->SetMaxStreams(config.limits().max_streams());
  }
  for (ChangeService* const changes : parts.changes) {
    changes->SetProgressInterval(
        ToDuration(config.stream().default_progress_interval()));
  }
  parts.stall_timeout_ns.store(
      absl::ToInt64Nanoseconds(ToDuration(config.stream().stall_timeout())));
  parts.store.ReserveBytes(config.storage().reserved_bytes());
  parts.writes.SetPublisherContact(config.publisher().contact());
  parts.writes.SetKillConfirmWindow(
      ToDuration(config.editorial().kill_confirm_window()));
  parts.audit.SetOnFailure(config.audit().on_failure());
  parts.partners.SetLimits(config.partners());
  parts.partner_listener.SetConnectionLimits(
      config.partners().max_connections(),
      config.partners().max_connections_per_address(),
      static_cast<int>(config.partners().max_cuts_per_minute()));
  parts.logins.SetRate(
      static_cast<int>(config.partners().failed_logins_per_minute()),
      static_cast<int>(config.partners().failed_login_burst()));
  return absl::OkStatus();
}

}  // namespace courant
