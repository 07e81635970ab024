#include "services/ledger/ledger_reads.h"

#include <xxhash.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "courant/v1/partner.pb.h"
#include "services/editorial/article_errors.h"
#include "services/editorial/rules/identifiers.h"
#include "services/ledger/ledger_names.h"
#include "services/ledger/notice_rules.h"
#include "services/ledger/notice_text.h"
#include "services/rpc/page_size.h"
#include "services/rpc/page_token.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/keys.h"
#include "storage/view.h"

namespace courant {
namespace {

using storage::LedgerPlace;
using storage::StoredDelivery;
using storage::StoredNotice;

// A page ends soon after: clients take 4 MiB, unless told otherwise.
constexpr size_t kMaxPageBytes = 3 << 20;

uint64_t ScopeOf(absl::string_view what) {
  return XXH3_64bits(what.data(), what.size());
}

// What has been told of an article to one partner, and what it got.
struct Told {
  v1::Exposure exposure;
  int64_t newest_metadata = 0;
  std::vector<StoredNotice> notices;
};

// By revision: the same by another channel comes right after the first.
void AddDelivery(const StoredDelivery& delivery, Told& told) {
  v1::Exposure& exposure = told.exposure;
  if (delivery.key.decision != v1::Access::FULL) {
    if (delivery.key.revision == told.newest_metadata) return;
    told.newest_metadata = delivery.key.revision;
    exposure.set_metadata_revisions(exposure.metadata_revisions() + 1);
    return;
  }
  const v1::Delivery text = DeliveryText(delivery);
  if (text.revision() == exposure.revision()) {
    // By another channel as well: the first one counts.
    if (delivery.row.deliver_time_us() >=
        exposure.deliver_time().seconds() * 1'000'000 +
            exposure.deliver_time().nanos() / 1'000) {
      return;
    }
  } else {
    exposure.set_full_revisions(exposure.full_revisions() + 1);
    if (text.revision() < exposure.revision()) return;
  }
  exposure.set_revision(text.revision());
  exposure.set_channel(text.channel());
  *exposure.mutable_deliver_time() = text.deliver_time();
}

// Whether the partner has to do something still about what it has.
bool IsAtRisk(const Told& told) {
  const int64_t held = told.exposure.revision();
  return held > 0 &&
         std::any_of(told.notices.begin(), told.notices.end(),
                     [&](const StoredNotice& notice) {
                       return notice.row.revision() > held &&
                              notice.row.superseded_by() == 0 &&
                              notice.row.state() != v1::Notice::APPLIED;
                     });
}

absl::StatusOr<v1::Exposure> Summarise(Told told, const storage::View& view) {
  for (const StoredNotice& notice : told.notices) {
    if (IsOpen(static_cast<v1::Notice::State>(notice.row.state()))) {
      told.exposure.set_open_notices(told.exposure.open_notices() + 1);
    }
  }
  told.exposure.set_at_risk(IsAtRisk(told));
  if (!told.notices.empty()) {
    COURANT_ASSIGN_OR_RETURN(
        *told.exposure.mutable_notice(),
        NoticeText(told.notices.back(), Audience::kInternal, view));
    told.exposure.mutable_notice()->clear_corrections();
    told.exposure.mutable_notice()->clear_corrections_cut();
  }
  return std::move(told.exposure);
}

}  // namespace

absl::StatusOr<v1::ListDeliveriesResponse> LedgerReads::ListDeliveries(
    absl::string_view partner, const v1::ListDeliveriesRequest& request) const {
  COURANT_ASSIGN_OR_RETURN(const size_t size, PageSizeOf(request.page_size()));
  uint64_t after = 0;
  if (!request.page_token().empty()) {
    COURANT_ASSIGN_OR_RETURN(
        const std::string last,
        OpenPageToken(key_, PagedList::kDeliveries, ScopeOf(partner),
                      request.page_token()));
    after = storage::DecodeNumber(last).value_or(0);
  }
  v1::ListDeliveriesResponse response;
  uint64_t last = 0;
  COURANT_RETURN_IF_ERROR(store_.ForEachDeliveryTo(
      PartnerIdOf(partner), after,
      [&](const StoredDelivery& delivery) -> absl::StatusOr<bool> {
        if (static_cast<size_t>(response.deliveries_size()) == size) {
          response.set_next_page_token(
              MintPageToken(key_, {.list = PagedList::kDeliveries,
                                   .scope = ScopeOf(partner),
                                   .last_key = storage::EncodeNumber(last)}));
          return false;
        }
        *response.add_deliveries() = DeliveryText(delivery);
        last = delivery.row.number();
        return true;
      }));
  return response;
}

absl::StatusOr<v1::ListNoticesResponse> LedgerReads::ListNotices(
    absl::string_view partner, const v1::ListNoticesRequest& request,
    const Viewer& viewer) const {
  COURANT_ASSIGN_OR_RETURN(const size_t size, PageSizeOf(request.page_size()));
  const absl::string_view id = PartnerIdOf(partner);
  const uint64_t scope =
      ScopeOf(absl::StrCat(partner, request.open_only() ? " open" : ""));
  LedgerPlace last;
  if (!request.page_token().empty()) {
    COURANT_ASSIGN_OR_RETURN(
        const std::string key,
        OpenPageToken(key_, PagedList::kNotices, scope, request.page_token()));
    last = storage::DecodeLedgerKey(key).value_or(LedgerPlace());
  }
  v1::ListNoticesResponse response;
  const storage::View view(database_);
  size_t bytes = 0;
  COURANT_RETURN_IF_ERROR(store_.ForEachNotice(
      id, {last.owner, Sequence(last.number)}, request.open_only(),
      [&](const StoredNotice& notice) -> absl::StatusOr<bool> {
        if (static_cast<size_t>(response.notices_size()) == size ||
            bytes >= kMaxPageBytes) {
          response.set_next_page_token(MintPageToken(
              key_, {.list = PagedList::kNotices,
                     .scope = scope,
                     .last_key = storage::LedgerKey(storage::kNotice,
                                                    last.owner, last.number)}));
          return false;
        }
        COURANT_ASSIGN_OR_RETURN(v1::Notice text,
                                 NoticeText(notice, viewer, view));
        bytes += text.ByteSizeLong();
        *response.add_notices() = std::move(text);
        last = {notice.partner, notice.sequence.value()};
        return true;
      }));
  return response;
}

absl::StatusOr<v1::Notice> LedgerReads::Text(const StoredNotice& notice,
                                             const Viewer& viewer) const {
  return NoticeText(notice, viewer, storage::View(database_));
}

absl::StatusOr<v1::ListExposuresResponse> LedgerReads::ListExposures(
    const v1::ListExposuresRequest& request) const {
  COURANT_ASSIGN_OR_RETURN(const size_t size, PageSizeOf(request.page_size()));
  COURANT_ASSIGN_OR_RETURN(const std::string article_id,
                           ParseArticleName(request.article(), "article"));
  std::string after;
  if (!request.page_token().empty()) {
    COURANT_ASSIGN_OR_RETURN(
        after, OpenPageToken(key_, PagedList::kExposures, ScopeOf(article_id),
                             request.page_token()));
  }
  const storage::View view(database_);
  COURANT_ASSIGN_OR_RETURN(const std::optional<storage::v1::ArticleRow> row,
                           view.FindArticle(article_id));
  if (!row) return ResourceNotFound(request.article());
  std::map<std::string, Told> by_partner;
  COURANT_RETURN_IF_ERROR(store_.ForEachDelivery(
      article_id, "", [&](const StoredDelivery& one) -> absl::StatusOr<bool> {
        AddDelivery(one, by_partner[one.key.partner]);
        return true;
      }));
  COURANT_RETURN_IF_ERROR(store_.ForEachNoticeAbout(
      article_id, "", [&](const StoredNotice& one) -> absl::StatusOr<bool> {
        by_partner[one.partner].notices.push_back(one);
        return true;
      }));
  v1::ListExposuresResponse response;
  response.set_article_revision(row->revision());
  response.set_article_state(row->attributes().state());
  std::string last;
  for (auto it = by_partner.upper_bound(after); it != by_partner.end(); ++it) {
    if (static_cast<size_t>(response.exposures_size()) == size) {
      response.set_next_page_token(
          MintPageToken(key_, {.list = PagedList::kExposures,
                               .scope = ScopeOf(article_id),
                               .last_key = last}));
      break;
    }
    last = it->first;
    COURANT_ASSIGN_OR_RETURN(v1::Exposure exposure,
                             Summarise(std::move(it->second), view));
    exposure.set_partner(PartnerNameOf(last));
    *response.add_exposures() = std::move(exposure);
  }
  return response;
}

}  // namespace courant
