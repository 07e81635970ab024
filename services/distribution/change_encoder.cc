#include "services/distribution/change_encoder.h"

#include "absl/strings/str_cat.h"
#include "services/audience/public_view.h"
#include "services/distribution/sight_under.h"
#include "services/rpc/wire_format.h"
#include "storage/base/failpoint.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

// Field numbers of ChangeBatch and Change that are written by hand.
constexpr int kBatchChanges = v1::ChangeBatch::kChangesFieldNumber;
constexpr int kDisposition = v1::Change::kDispositionFieldNumber;
constexpr int kConflatedCount = v1::Change::kConflatedCountFieldNumber;
constexpr int kGroupContinues = v1::Change::kGroupContinuesFieldNumber;
constexpr int kTombstone = v1::Change::kTombstoneFieldNumber;

// The field of Change for what is stored with a change of `resource`.
int PayloadField(storage::v1::Resource resource) {
  switch (resource) {
    case storage::v1::TRANSLATION:
      return v1::Change::kTranslationFieldNumber;
    case storage::v1::PARTNER:
      return v1::Change::kPartnerFieldNumber;
    case storage::v1::CONTRACT:
      return v1::Change::kContractFieldNumber;
    case storage::v1::GRANT:
      return v1::Change::kGrantFieldNumber;
    case storage::v1::PRODUCT:
      return v1::Change::kProductFieldNumber;
    default:
      return v1::Change::kArticleFieldNumber;
  }
}

absl::Status Damaged(const storage::Entry& entry) {
  return MakeError(
      v1::DATA_CORRUPTED,
      absl::StrCat("change ", entry.sequence().value(), " is damaged"));
}

}  // namespace

absl::StatusOr<std::string> TombstoneIn(const storage::Entry& entry) {
  v1::Change change;
  if (!change.ParseFromString(entry.facts.change())) return Damaged(entry);
  if (!change.has_tombstone()) return std::string();
  return change.tombstone().SerializeAsString();
}

v1::Change::Kind SharedChange::kind() const {
  std::call_once(kind_once_, [this] {
    v1::Change change;
    // A damaged one stays unspecified, of which only the house is told.
    if (change.ParseFromString(entry_->facts.change())) kind_ = change.kind();
  });
  return kind_;
}

std::optional<v1::Change::Disposition> SharedChange::DispositionFor(
    Audience audience, const Filter& filter) const {
  if (audience != Audience::kInternal && !IsTold(audience, kind())) {
    return std::nullopt;
  }
  const storage::v1::ChangeFacts& facts = entry_->facts;
  const bool has_before =
      facts.has_before() && !COURANT_FAILPOINT("filter.only_after");
  const auto disposition =
      DispositionOf(has_before ? SightUnder(audience, filter, facts.before())
                               : Sight::kNothing,
                    SightUnder(audience, filter, facts.row().attributes()));
  if (disposition == v1::Change::LEFT && COURANT_FAILPOINT("filter.no_left")) {
    return std::nullopt;
  }
  if (disposition || !facts.has_tombstone()) return disposition;
  if (MayHaveHad(audience, filter, facts.row())) return v1::Change::LEFT;
  return std::nullopt;
}

absl::StatusOr<std::string> SharedChange::Encode(
    Audience audience, v1::Change::Disposition disposition) const {
  return audience == Audience::kInternal ? EncodeAsStored(disposition)
                                         : EncodePublic(disposition);
}

absl::StatusOr<std::string> SharedChange::EncodeAsStored(
    v1::Change::Disposition disposition) const {
  const std::string& stored = entry_->facts.change();
  std::string out;
  out.reserve(stored.size() + entry_->article.size() + tombstone_.size() + 16);
  out = stored;
  AppendVarintField(&out, kDisposition, static_cast<uint64_t>(disposition));
  if (disposition == v1::Change::SNAPSHOT) {
    // The last value counts, and this one is of no group any more.
    out.push_back(static_cast<char>(kGroupContinues << 3));
    out.push_back('\0');
  }
  // What was stored with a tombstone keeps it.
  if (entry_->facts.has_tombstone()) return out;
  if (disposition == v1::Change::LEFT || entry_->article.empty() ||
      COURANT_FAILPOINT("encoder.lose_text")) {
    // Empty for what only left the filter: drop it from this view, no more.
    AppendBytesField(&out, kTombstone, tombstone_);
  } else {
    AppendBytesField(&out,
                     PayloadField(entry_->facts.row().attributes().resource()),
                     entry_->article);
  }
  return out;
}

absl::StatusOr<std::string> SharedChange::EncodePublic(
    v1::Change::Disposition disposition) const {
  v1::Change change;
  if (!change.ParseFromString(entry_->facts.change())) return Damaged(*entry_);
  change.set_disposition(disposition);
  change.clear_actor();
  if (disposition == v1::Change::SNAPSHOT) change.clear_group_continues();
  if (change.has_tombstone()) return change.SerializeAsString();
  const Sight sight =
      SightOf(Audience::kPublic, entry_->facts.row().attributes());
  if (disposition == v1::Change::LEFT || entry_->article.empty() ||
      sight != Sight::kText) {
    if (!change.mutable_tombstone()->ParseFromString(tombstone_)) {
      return Damaged(*entry_);
    }
    return change.SerializeAsString();
  }
  v1::Article article;
  if (!article.ParseFromString(entry_->article)) return Damaged(*entry_);
  *change.mutable_article() = PublicView(article, sight);
  return change.SerializeAsString();
}

absl::StatusOr<grpc::Slice> SharedChange::ConflatedElement(
    Audience audience, v1::Change::Disposition disposition,
    int32_t conflated_count) const {
  COURANT_ASSIGN_OR_RETURN(std::string change, Encode(audience, disposition));
  AppendVarintField(&change, kConflatedCount,
                    static_cast<uint64_t>(conflated_count));
  std::string element;
  element.reserve(change.size() + 8);
  AppendBytesField(&element, kBatchChanges, change);
  return grpc::Slice(element);
}

absl::StatusOr<grpc::Slice> SharedChange::BatchElement(
    Audience audience, v1::Change::Disposition disposition) const {
  Encoding& encoding = encodings_[static_cast<size_t>(audience)]
                                 [static_cast<size_t>(disposition)];
  std::call_once(encoding.once, [&] {
    const absl::StatusOr<std::string> change = Encode(audience, disposition);
    if (!change.ok()) {
      encoding.element = change.status();
      return;
    }
    std::string element;
    element.reserve(change->size() + 8);
    AppendBytesField(&element, kBatchChanges, *change);
    encoding.element = grpc::Slice(element);
  });
  return encoding.element;
}

}  // namespace courant
