#include "services/partners/account_reads.h"

#include <string>
#include <utility>
#include <vector>

#include "services/partners/access_reads.h"
#include "services/partners/account_words.h"
#include "services/partners/key_decisions.h"
#include "services/partners/rights_name.h"
#include "services/rpc/allowance.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/partner_store.h"
#include "storage/view.h"

namespace courant {
namespace {

void TellQuota(const Allowance& allowance, v1::Account* account) {
  const QuotaLimits of = allowance.limits();
  v1::Account::Limits& limits = *account->mutable_limits();
  limits.set_calls_per_second(of.calls_per_second);
  limits.set_call_burst(of.call_burst);
  limits.set_max_streams(of.max_streams);
  limits.set_openings_per_minute(of.openings_per_minute);
  limits.set_bytes_per_second(of.bytes_per_second);
  limits.set_replay_days(of.replay_days);
  const Allowance::Usage left = allowance.usage();
  v1::Account::Usage& usage = *account->mutable_usage();
  usage.set_calls_left(left.calls_left);
  usage.set_open_streams(left.open_streams);
  usage.set_openings_left(left.openings_left);
  usage.set_bytes_left(left.bytes_left);
}

template <typename Record>
const Record* Find(const std::vector<Record>& records, absl::string_view name) {
  for (const Record& record : records) {
    if (record.name() == name) return &record;
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<v1::Account> AccountReads::GetAccount(
    const RequestContext& context, const v1::GetAccountRequest& /*request*/) {
  if (!context.principal) {
    return MakeError(v1::NOT_OFFERED,
                     "the house has no account; partners ask for theirs at the "
                     "partner listener");
  }
  const std::string& partner = context.principal->partner;
  const storage::Tail tail = change_log_.tail();
  const auto snapshot = database_.TakeSnapshot();
  const storage::View view(database_, snapshot.get());
  const storage::PartnerStore store(view);
  COURANT_ASSIGN_OR_RETURN(const RightsRecords records,
                           ReadRightsAt(store, partner, tail.last_sequence));
  v1::Account account;
  account.set_partner(partner);
  account.set_display_name(records.partner.display_name());
  account.set_suspended(records.partner.has_suspension());
  account.set_embargo_clearance(records.partner.embargo_clearance());
  for (const v1::Grant& grant : records.grants) {
    const v1::Contract* const contract =
        Find(records.contracts, ContractOf(grant.name()));
    const v1::Product* const product = Find(records.products, grant.product());
    if (contract == nullptr || product == nullptr) {
      return MakeError(v1::DATA_CORRUPTED, "a grant is of nothing");
    }
    *account.add_entitlements() =
        EntitlementOf(*contract, grant, *product, clock_.Now());
  }
  COURANT_ASSIGN_OR_RETURN(std::vector<v1::ApiKey> keys,
                           KeysOf(store, partner));
  for (v1::ApiKey& key : keys) {
    key.clear_actor();
    *account.add_keys() = std::move(key);
  }
  account.set_key(context.principal->key);
  account.mutable_limits()->set_max_live_keys(kMaxLiveKeys);
  account.mutable_limits()->set_max_request_bytes(max_request_bytes_);
  if (context.principal->allowance != nullptr) {
    TellQuota(*context.principal->allowance, &account);
  }
  account.set_sequence(static_cast<int64_t>(tail.last_sequence.value()));
  return account;
}

ServiceTable AccountServiceTable(AccountReads& reads) {
  return {.name = "courant.v1.AccountService",
          .methods = {
              {.name = "GetAccount",
               .unary = Typed<v1::GetAccountRequest, v1::Account>(
                   [&reads](const RequestContext& context,
                            const v1::GetAccountRequest& request) {
                     return reads.GetAccount(context, request);
                   }),
               .open_to = Audience::kPartner},
          }};
}

}  // namespace courant
