#include "services/distribution/change_encoder.h"

#include "absl/strings/str_cat.h"
#include "services/rpc/wire_format.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

// Field numbers of ChangeBatch and Change that are written by hand.
constexpr int kBatchChanges = v1::ChangeBatch::kChangesFieldNumber;
constexpr int kDisposition = v1::Change::kDispositionFieldNumber;
constexpr int kArticle = v1::Change::kArticleFieldNumber;
constexpr int kTombstone = v1::Change::kTombstoneFieldNumber;

}  // namespace

std::optional<v1::Change::Disposition> DispositionOf(
    const Filter& filter, const storage::v1::ChangeFacts& facts) {
  const bool before = facts.has_before() && filter.Matches(facts.before());
  const bool after = filter.Matches(facts.row().attributes());
  if (after) return before ? v1::Change::CHANGED : v1::Change::ENTERED;
  if (before) return v1::Change::LEFT;
  return std::nullopt;
}

absl::StatusOr<std::string> TombstoneIn(const storage::Entry& entry) {
  v1::Change change;
  if (!change.ParseFromString(entry.facts.change())) {
    return MakeError(
        v1::DATA_CORRUPTED,
        absl::StrCat("change ", entry.sequence().value(), " is damaged"));
  }
  if (!change.has_tombstone()) return std::string();
  return change.tombstone().SerializeAsString();
}

std::string SharedChange::Encode(v1::Change::Disposition disposition) const {
  const std::string& stored = entry_->facts.change();
  std::string out;
  out.reserve(stored.size() + entry_->article.size() + tombstone_.size() + 16);
  out = stored;
  AppendVarintField(&out, kDisposition, static_cast<uint64_t>(disposition));
  // What was stored with a tombstone keeps it.
  if (entry_->facts.has_tombstone()) return out;
  if (disposition == v1::Change::LEFT || entry_->article.empty()) {
    // Empty for what only left the filter: drop it from this view, no more.
    AppendBytesField(&out, kTombstone, tombstone_);
  } else {
    AppendBytesField(&out, kArticle, entry_->article);
  }
  return out;
}

grpc::Slice SharedChange::BatchElement(
    v1::Change::Disposition disposition) const {
  Encoding& encoding = encodings_[static_cast<size_t>(disposition)];
  std::call_once(encoding.once, [&] {
    const std::string change = Encode(disposition);
    std::string element;
    element.reserve(change.size() + 8);
    AppendBytesField(&element, kBatchChanges, change);
    encoding.element = grpc::Slice(element);
  });
  return encoding.element;
}

}  // namespace courant
