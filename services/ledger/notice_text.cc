#include "services/ledger/notice_text.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "courant/v1/article.pb.h"
#include "courant/v1/change.pb.h"
#include "services/audience/public_view.h"
#include "services/editorial/rules/identifiers.h"
#include "services/ledger/ledger_names.h"
#include "storage/base/status_macros.h"
#include "storage/entry_builder.h"

namespace courant {
namespace {

using storage::StoredNotice;

constexpr size_t kMaxCorrectionBytes = 64 << 10;

// Sets `to`, unless it has not been.
void SetTime(int64_t time_us, google::protobuf::Timestamp* to) {
  *to = storage::ToTimestamp(absl::FromUnixMicros(time_us));
}

// Whether `viewer` may have the words of the change: those of now, and of
// before.
absl::StatusOr<bool> MayHaveWords(const storage::Entry& entry,
                                  const Viewer& viewer,
                                  const storage::View& view) {
  const storage::v1::ChangeFacts& facts = entry.facts;
  if (!facts.has_before() || SightOf(viewer, facts.before()) != Sight::kText ||
      SightOf(viewer, facts.row().attributes()) != Sight::kText) {
    return false;
  }
  COURANT_ASSIGN_OR_RETURN(const auto newest,
                           view.FindArticle(facts.article_id()));
  return newest && SightOf(viewer, newest->attributes()) == Sight::kText;
}

}  // namespace

v1::Delivery DeliveryText(const storage::StoredDelivery& delivery) {
  const storage::DeliveryKey& key = delivery.key;
  v1::Delivery text;
  text.set_name(DeliveryName(key.partner, delivery.row.number()));
  text.set_article(ArticleName(key.article_id));
  text.set_revision(key.revision);
  text.set_sequence(static_cast<int64_t>(delivery.row.sequence()));
  text.set_channel(static_cast<v1::Delivery::Channel>(key.channel));
  text.set_decision(static_cast<v1::Access::Decision>(key.decision));
  SetTime(delivery.row.deliver_time_us(), text.mutable_deliver_time());
  text.set_key(KeyNameOf(key.partner, delivery.row.key()));
  return text;
}

v1::Notice NoticeOutline(const StoredNotice& notice) {
  const storage::v1::NoticeRow& row = notice.row;
  v1::Notice text;
  text.set_name(NoticeName(notice.partner, notice.sequence));
  text.set_article(ArticleName(row.article_id()));
  text.set_revision(row.revision());
  text.set_kind(static_cast<v1::Change::Kind>(row.kind()));
  SetTime(row.commit_time_us(), text.mutable_commit_time());
  text.set_held_revision(row.held_revision());
  text.set_state(static_cast<v1::Notice::State>(row.state()));
  if (row.deliver_time_us() != 0) {
    SetTime(row.deliver_time_us(), text.mutable_deliver_time());
  }
  if (row.acknowledge_time_us() != 0) {
    SetTime(row.acknowledge_time_us(), text.mutable_acknowledge_time());
  }
  if (row.escalate_time_us() != 0) {
    SetTime(row.escalate_time_us(), text.mutable_escalate_time());
  }
  text.set_url(row.url());
  text.set_comment(row.comment());
  text.set_acknowledged_by(KeyNameOf(notice.partner, row.key()));
  text.set_superseded_by(static_cast<int64_t>(row.superseded_by()));
  if (text.kind() == v1::Change::CORRECTED) {
    text.set_action(v1::Tombstone::REPLACE);
    text.set_replacement(text.article());
  }
  return text;
}

absl::StatusOr<v1::Notice> NoticeText(const StoredNotice& notice,
                                      const Viewer& viewer,
                                      const storage::View& view) {
  v1::Notice text = NoticeOutline(notice);
  const absl::StatusOr<storage::Entry> read = view.ReadEntry(notice.sequence);
  if (absl::IsDataLoss(read.status())) return text;
  COURANT_RETURN_IF_ERROR(read.status());
  const storage::Entry& entry = *read;
  v1::Change change;
  if (!change.ParseFromString(entry.facts.change())) return text;
  if (change.has_tombstone()) {
    text.set_action(change.tombstone().action());
    text.set_reason(change.tombstone().reason());
    text.set_contact(change.tombstone().contact());
    text.set_replacement(change.tombstone().replacement());
    return text;
  }
  // Taken away since: there are no words any more.
  if (entry.article.empty()) return text;
  COURANT_ASSIGN_OR_RETURN(const bool may, MayHaveWords(entry, viewer, view));
  if (!may) return text;
  v1::Article article;
  if (!article.ParseFromString(entry.article)) return text;
  if (viewer.audience != Audience::kInternal) {
    // A place in a medium that is under an embargo of its own is none of his.
    article = PublicView(article, {.sight = Sight::kText, .past_words = true});
  }
  size_t bytes = 0;
  for (auto& place : *article.mutable_change_note()->mutable_corrections()) {
    bytes += place.ByteSizeLong();
    if (bytes > kMaxCorrectionBytes) {
      text.set_corrections_cut(true);
      break;
    }
    *text.add_corrections() = std::move(place);
  }
  return text;
}

}  // namespace courant
