#include "services/distribution/change_encoder.h"

#include "services/rpc/wire_format.h"

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

std::string EncodeChange(const storage::Entry& entry,
                         v1::Change::Disposition disposition) {
  std::string out;
  out.reserve(entry.facts.change().size() + entry.article.size() + 16);
  out = entry.facts.change();
  AppendVarintField(&out, kDisposition, static_cast<uint64_t>(disposition));
  if (disposition == v1::Change::LEFT || entry.article.empty()) {
    // An empty Tombstone: drop it from this view, nothing more.
    AppendBytesField(&out, kTombstone, "");
  } else {
    AppendBytesField(&out, kArticle, entry.article);
  }
  return out;
}

grpc::Slice SharedChange::BatchElement(
    v1::Change::Disposition disposition) const {
  Encoding& encoding = encodings_[static_cast<size_t>(disposition)];
  std::call_once(encoding.once, [&] {
    const std::string change = EncodeChange(*entry_, disposition);
    std::string element;
    element.reserve(change.size() + 8);
    AppendBytesField(&element, kBatchChanges, change);
    encoding.element = grpc::Slice(element);
  });
  return encoding.element;
}

}  // namespace courant
