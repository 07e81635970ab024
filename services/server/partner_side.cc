#include "services/server/partner_side.h"

#include <algorithm>
#include <string>
#include <utility>

#include "services/config/data_folder.h"
#include "services/ledger/ledger_calls.h"
#include "services/partners/partner_service.h"
#include "services/server/config_duration.h"

namespace courant {
namespace {

constexpr size_t kMaxPartnerRequest = 1 << 20;

// What keys begin with, after `cour_`.
std::string EnvironmentOf(const config::v1::Auth& auth) {
  return auth.environment() == config::v1::Auth::ENVIRONMENT_TEST ? "test"
                                                                  : "live";
}

std::string PepperFileOf(const config::v1::ServerConfig& config) {
  return config.auth().pepper_file().empty()
             ? BesideDataFolder(config.data_dir(), ".pepper")
             : config.auth().pepper_file();
}

DeliveryLedger::Options WithTimes(DeliveryLedger::Options options,
                                  const config::v1::Partners& config) {
  options.acknowledge_within = ToDuration(config.acknowledge_within());
  return options;
}

QuotaLimits LimitsOf(const config::v1::Partners& config) {
  return {
      .calls_per_second = static_cast<double>(config.calls_per_second()),
      .call_burst = static_cast<double>(config.call_burst()),
      .max_streams = static_cast<int>(config.max_streams()),
      .openings_per_minute = static_cast<double>(config.openings_per_minute()),
      .bytes_per_second = static_cast<double>(config.bytes_per_second()),
      .replay_days = static_cast<int>(config.replay_days())};
}

}  // namespace

size_t MaxPartnerRequest(const config::v1::ServerConfig& config) {
  return std::min<size_t>(config.limits().max_request_bytes(),
                          kMaxPartnerRequest);
}

PartnerSide::PartnerSide(const config::v1::ServerConfig& config,
                         storage::Store& store, PartnerRings known,
                         const TokenKey& key, const Clock& clock,
                         prometheus::Registry& registry,
                         DeliveryLedger::Options options)
    : denials(registry),
      rights(store.database(), clock, &denials),
      reads(store.database(), key),
      writes(store.committer()),
      pepper_file(PepperFileOf(config)),
      hasher(pepper_file.pepper()),
      rings(std::move(known)),
      pepper_guard(*rings.keys, pepper_file, clock),
      key_writes(store.committer(), hasher, EnvironmentOf(config.auth()),
                 [this] { return pepper_guard.Keep(); }),
      authenticator(*rings.keys, hasher, *rings.certificates,
                    EnvironmentOf(config.auth()), clock, registry),
      quota(LimitsOf(config.partners()), registry),
      quotas(quota),
      access_reads(store.database(), store.change_log(), clock),
      account_reads(store.database(), store.change_log(), clock,
                    static_cast<int64_t>(MaxPartnerRequest(config))),
      ledger_metrics(registry),
      open_notice_metrics(store.ledger(), ledger_metrics, clock),
      ledger(store.ledger(), store.database(), store.change_log(), rights,
             clock, ledger_metrics,
             WithTimes(std::move(options), config.partners())),
      ledger_reads(store.ledger(), store.database(), key) {}

void PartnerSide::SetLimits(const config::v1::Partners& config) {
  quotas.SetLimitsOfAll(LimitsOf(config));
  ledger.SetAcknowledgeWithin(ToDuration(config.acknowledge_within()));
}

ServiceTable PartnerSide::PartnerTable() {
  return WithLedger(
      PartnerServiceTable(writes, key_writes, reads, access_reads),
      ledger_reads, ledger);
}

ServiceTable PartnerSide::AccountTable() {
  return WithLedger(AccountServiceTable(account_reads), ledger_reads, ledger,
                    rights);
}

}  // namespace courant
