#include "services/partners/certificate_ring.h"

#include <algorithm>
#include <utility>

#include "services/partners/all_partners.h"
#include "storage/base/status_macros.h"
#include "storage/partner_store.h"
#include "storage/view.h"

namespace courant {
namespace {

std::vector<v1::ApiKey::Scope> AllScopes() {
  std::vector<v1::ApiKey::Scope> scopes;
  for (int scope = v1::ApiKey::SCOPE_UNSPECIFIED + 1;
       scope < v1::ApiKey::Scope_ARRAYSIZE; ++scope) {
    scopes.push_back(static_cast<v1::ApiKey::Scope>(scope));
  }
  return scopes;
}

std::vector<std::string> NamesOf(const v1::Partner& partner) {
  return {partner.certificate_sans().begin(), partner.certificate_sans().end()};
}

}  // namespace

absl::StatusOr<std::unique_ptr<CertificateRing>> CertificateRing::Load(
    const storage::Database& database) {
  const auto snapshot = database.TakeSnapshot();
  const storage::View view(database, snapshot.get());
  const storage::PartnerStore store(view);
  auto ring = std::make_unique<CertificateRing>();
  COURANT_RETURN_IF_ERROR(
      ForEachPartner(store, [&](const v1::Partner& partner) {
        ring->Take(partner.name(), NamesOf(partner));
        return absl::OkStatus();
      }));
  return ring;
}

absl::StatusOr<std::optional<Principal>> CertificateRing::Find(
    const std::vector<absl::string_view>& names) const {
  std::optional<Principal> principal;
  MutexLock lock(mu_);
  for (const absl::string_view name : names) {
    const auto found = listed_.find(name);
    if (found == listed_.end()) continue;
    if (!principal) {
      principal = Principal{.partner = found->second.partner,
                            .scopes = AllScopes(),
                            .revoked = found->second.revoked};
    } else if (principal->partner != found->second.partner) {
      return CredentialsRefused();
    }
  }
  return principal;
}

void CertificateRing::OnApplied(
    const std::vector<storage::SharedEntry>& changes) {
  for (const storage::SharedEntry& change : changes) {
    const storage::v1::ArticleRow& row = change->facts.row();
    if (row.attributes().resource() != storage::v1::PARTNER) continue;
    v1::Partner partner;
    // It was encoded a moment ago. If not, no name is better than an old one.
    if (!partner.ParseFromString(change->article)) partner.Clear();
    // The id of a partner is "/" and its name.
    Take(change->facts.article_id().substr(1), NamesOf(partner));
  }
}

void CertificateRing::Take(const std::string& partner,
                           std::vector<std::string> names) {
  MutexLock lock(mu_);
  std::vector<std::string>& kept = names_[partner];
  for (const std::string& name : kept) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    const auto found = listed_.find(name);
    if (found == listed_.end()) continue;
    found->second.revoked->store(true);
    listed_.erase(found);
  }
  for (const std::string& name : names) {
    listed_.try_emplace(
        name, Listed{.partner = partner,
                     .revoked = std::make_shared<std::atomic<bool>>(false)});
  }
  if (names.empty()) {
    names_.erase(partner);
  } else {
    kept = std::move(names);
  }
}

}  // namespace courant
