#include "services/partners/key_ring.h"

#include <algorithm>
#include <utility>

#include "services/partners/partner_quotas.h"
#include "services/partners/rights_name.h"
#include "services/partners/stored_rights.h"
#include "services/rpc/allowance.h"
#include "storage/base/status_macros.h"
#include "storage/entry_builder.h"
#include "storage/partner_store.h"
#include "storage/view.h"

namespace courant {
namespace {

// Names read at a time.
constexpr size_t kPage = 1000;

// The last part of the name.
absl::string_view IdOf(absl::string_view name) {
  return name.substr(name.rfind('/') + 1);
}

}  // namespace

absl::StatusOr<std::unique_ptr<KeyRing>> KeyRing::Load(
    const storage::Database& database) {
  const auto snapshot = database.TakeSnapshot();
  const storage::View view(database, snapshot.get());
  const storage::PartnerStore store(view);
  auto ring = std::make_unique<KeyRing>();
  std::string last;
  for (std::vector<std::string> names(kPage); names.size() == kPage;) {
    COURANT_ASSIGN_OR_RETURN(
        names, store.Names(storage::v1::API_KEY, "partners/", last, kPage));
    if (!names.empty()) last = names.back();
    for (const std::string& name : names) {
      COURANT_ASSIGN_OR_RETURN(const auto row, store.FindRow(name));
      COURANT_ASSIGN_OR_RETURN(const auto key,
                               ReadStored<v1::ApiKey>(store, name));
      if (!row || !key) return DamagedRights(name);
      ring->Take(*key, row->credential());
    }
  }
  return ring;
}

std::optional<KeyRing::Key> KeyRing::Find(absl::string_view id) const {
  MutexLock lock(mu_);
  const auto found = keys_.find(id);
  if (found == keys_.end()) return std::nullopt;
  return found->second;
}

size_t KeyRing::LiveAt(absl::Time time) const {
  MutexLock lock(mu_);
  return static_cast<size_t>(std::count_if(
      keys_.begin(), keys_.end(),
      [&](const auto& key) { return key.second.principal.IsLive(time); }));
}

void KeyRing::OnApplied(const std::vector<storage::SharedEntry>& changes) {
  for (const storage::SharedEntry& change : changes) {
    const storage::v1::ArticleRow& row = change->facts.row();
    if (row.attributes().resource() != storage::v1::API_KEY) continue;
    v1::ApiKey key;
    if (key.ParseFromString(change->article)) {
      Take(key, row.credential());
    } else {
      // It was encoded a moment ago. If not, no key is better than an old one.
      Drop(change->facts.article_id());
    }
  }
}

void KeyRing::Take(const v1::ApiKey& key, const std::string& credential) {
  if (key.has_revoke_time() || credential.empty()) return Drop(key.name());
  MutexLock lock(mu_);
  Key& kept = keys_[std::string(IdOf(key.name()))];
  if (kept.revoked == nullptr) {
    kept.revoked = std::make_shared<std::atomic<bool>>(false);
    kept.principal.revoked = kept.revoked;
  }
  kept.principal.partner = std::string(PartnerOf(key.name()));
  kept.principal.key = key.name();
  kept.principal.scopes.clear();
  for (const int scope : key.scopes()) {
    kept.principal.scopes.push_back(static_cast<v1::ApiKey::Scope>(scope));
  }
  if (key.has_quota()) {
    kept.principal.key_limits = std::make_shared<const QuotaLimits>(
        LimitsOf(QuotaLimits::None(), key.quota()));
  }
  kept.credential = credential;
  kept.principal.expires = key.has_expire_time()
                               ? storage::FromTimestamp(key.expire_time())
                               : absl::InfiniteFuture();
}

void KeyRing::Drop(absl::string_view name) {
  MutexLock lock(mu_);
  const auto found = keys_.find(IdOf(name));
  if (found == keys_.end()) return;
  found->second.revoked->store(true);
  keys_.erase(found);
}

}  // namespace courant
