#include "services/ledger/notice_maker.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "courant/v1/ledger.pb.h"
#include "services/ledger/ledger_names.h"
#include "services/ledger/notice_rules.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/partner_store.h"
#include "storage/view.h"

namespace courant {
namespace {

using storage::LedgerBatch;
using storage::v1::ChangeFacts;
using storage::v1::NoticeRow;

// Partners whose names are read at a time.
constexpr size_t kNamesAtOnce = 500;

absl::StatusOr<v1::Change> ChangeOf(const storage::Entry& entry) {
  v1::Change change;
  if (change.ParseFromString(entry.facts.change())) return change;
  return MakeError(v1::DATA_CORRUPTED, "a change is damaged");
}

int64_t MicrosOf(const google::protobuf::Timestamp& time) {
  return time.seconds() * 1'000'000 + time.nanos() / 1'000;
}

// Whether it has, or would have but for a stop, any of the article.
bool MayHave(const Viewer& viewer, const ChangeFacts& facts) {
  return SightOf(viewer, facts.row().attributes()) != Sight::kNothing ||
         (facts.has_before() &&
          SightOf(viewer, facts.before()) != Sight::kNothing);
}

}  // namespace

bool NoticeMaker::MayConcernHolders(const ChangeFacts& facts) {
  const storage::v1::Attributes& after = facts.row().attributes();
  return after.resource() == storage::v1::ARTICLE && facts.has_before() &&
         (after.state() == v1::Article::CORRECTED ||
          after.state() != facts.before().state());
}

absl::Status NoticeMaker::Follow(const storage::Entry& change,
                                 LedgerBatch& batch,
                                 std::vector<NewNotice>& made) const {
  if (!MayConcernHolders(change.facts)) return absl::OkStatus();
  COURANT_ASSIGN_OR_RETURN(const v1::Change decoded, ChangeOf(change));
  const v1::Change::Kind kind = decoded.kind();
  if (!ConcernsHolders(kind)) return absl::OkStatus();
  const std::string& article_id = change.facts.article_id();
  batch.AddCall(article_id, {change.sequence(), kind});
  COURANT_ASSIGN_OR_RETURN(std::vector<storage::StoredNotice> told,
                           batch.NoticesAbout(article_id));
  std::set<std::string> partners;
  for (const storage::StoredNotice& notice : told) {
    partners.insert(notice.partner);
  }
  COURANT_RETURN_IF_ERROR(Supersede(change, kind, std::move(told), batch));
  if (!AsksHolders(kind)) return absl::OkStatus();
  COURANT_ASSIGN_OR_RETURN(const std::vector<std::string> entitled,
                           Entitled(change));
  COURANT_ASSIGN_OR_RETURN(const std::vector<std::string> holders,
                           batch.HoldersOf(article_id));
  partners.insert(entitled.begin(), entitled.end());
  partners.insert(holders.begin(), holders.end());
  for (const std::string& partner : partners) {
    COURANT_RETURN_IF_ERROR(PutNew(partner, change, kind, batch, made));
  }
  return absl::OkStatus();
}

absl::Status NoticeMaker::CatchUp(const storage::DeliveryKey& key,
                                  Sequence given, LedgerBatch& batch,
                                  std::vector<NewNotice>& made) const {
  COURANT_ASSIGN_OR_RETURN(const std::vector<storage::Call> calls,
                           batch.CallsAfter(key.article_id, given));
  const storage::View view(database_);
  for (auto call = calls.begin(); call != calls.end(); ++call) {
    const auto kind = static_cast<v1::Change::Kind>(call->kind);
    if (!AsksHolders(kind) ||
        std::any_of(call + 1, calls.end(), [&](const storage::Call& later) {
          return MakesPointless(static_cast<v1::Change::Kind>(later.kind),
                                kind);
        })) {
      continue;
    }
    COURANT_ASSIGN_OR_RETURN(std::optional<NoticeRow> known,
                             batch.FindNotice(key.partner, call->sequence));
    if (known) {
      COURANT_RETURN_IF_ERROR(
          NoteHeld(key, call->sequence, *std::move(known), batch, made));
      continue;
    }
    COURANT_ASSIGN_OR_RETURN(const storage::Entry change,
                             view.ReadEntry(call->sequence));
    COURANT_RETURN_IF_ERROR(PutNew(key.partner, change, kind, batch, made));
  }
  return absl::OkStatus();
}

absl::Status NoticeMaker::NoteHeld(const storage::DeliveryKey& key,
                                   Sequence notice, NoticeRow row,
                                   LedgerBatch& batch,
                                   std::vector<NewNotice>& made) const {
  if (key.decision != v1::Access::FULL || key.revision <= row.held_revision()) {
    return absl::OkStatus();
  }
  const auto kind = static_cast<v1::Change::Kind>(row.kind());
  bool open = IsOpen(static_cast<v1::Notice::State>(row.state()));
  if (!open && row.held_revision() == 0 && row.superseded_by() == 0) {
    row.set_state(v1::Notice::PENDING);
    open = true;
    made.push_back({key.partner, notice, kind});
  }
  row.set_held_revision(key.revision);
  return batch.PutNotice(key.partner, notice, row, open);
}

absl::StatusOr<std::vector<std::string>> NoticeMaker::Entitled(
    const storage::Entry& change) const {
  const auto snapshot = database_.TakeSnapshot();
  const storage::View view(database_, snapshot.get());
  const storage::PartnerStore store(view);
  std::vector<std::string> entitled;
  std::vector<std::string> names;
  do {
    COURANT_ASSIGN_OR_RETURN(
        names, store.Names(storage::v1::PARTNER, "partners/",
                           names.empty() ? "" : names.back(), kNamesAtOnce));
    for (const std::string& name : names) {
      COURANT_ASSIGN_OR_RETURN(const Viewer viewer, rights_.ViewerNow(name));
      if (MayHave(viewer, change.facts)) {
        entitled.emplace_back(PartnerIdOf(name));
      }
    }
  } while (names.size() == kNamesAtOnce);
  return entitled;
}

absl::Status NoticeMaker::PutNew(absl::string_view partner,
                                 const storage::Entry& change,
                                 v1::Change::Kind kind, LedgerBatch& batch,
                                 std::vector<NewNotice>& made) const {
  COURANT_ASSIGN_OR_RETURN(const std::optional<NoticeRow> known,
                           batch.FindNotice(partner, change.sequence()));
  if (known) return absl::OkStatus();
  COURANT_ASSIGN_OR_RETURN(const v1::Change decoded, ChangeOf(change));
  NoticeRow row;
  row.set_article_id(change.facts.article_id());
  row.set_revision(change.facts.row().revision());
  row.set_kind(kind);
  row.set_state(v1::Notice::PENDING);
  row.set_commit_time_us(MicrosOf(decoded.commit_time()));
  COURANT_ASSIGN_OR_RETURN(
      const int64_t held,
      batch.NewestHeld(row.article_id(), partner, row.revision()));
  row.set_held_revision(held);
  row.set_made_time_us(
      std::max(absl::ToUnixMicros(clock_.Now()), row.commit_time_us()));
  COURANT_RETURN_IF_ERROR(
      batch.PutNotice(partner, change.sequence(), row, /*open=*/true));
  made.push_back({std::string(partner), change.sequence(), kind});
  return absl::OkStatus();
}

absl::Status NoticeMaker::Supersede(const storage::Entry& change,
                                    v1::Change::Kind kind,
                                    std::vector<storage::StoredNotice> notices,
                                    LedgerBatch& batch) {
  for (storage::StoredNotice& notice : notices) {
    NoticeRow& row = notice.row;
    if (notice.sequence >= change.sequence() || row.superseded_by() != 0 ||
        !MakesPointless(kind, static_cast<v1::Change::Kind>(row.kind()))) {
      continue;
    }
    // What was said to it stays said.
    if (IsOpen(static_cast<v1::Notice::State>(row.state()))) {
      row.set_state(v1::Notice::SUPERSEDED);
    }
    row.set_superseded_by(change.sequence().value());
    COURANT_RETURN_IF_ERROR(
        batch.PutNotice(notice.partner, notice.sequence, row, /*open=*/false));
  }
  return absl::OkStatus();
}

}  // namespace courant
