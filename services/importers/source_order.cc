#include "services/importers/source_order.h"

#include <iterator>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/strip.h"

namespace courant::importers {
namespace {

uint64_t DigestOf(absl::string_view id) {
  return absl::Hash<absl::string_view>()(id);
}

// {article} of the source; empty for what is no translation.
absl::string_view SourceOf(const ImportedItem& item) {
  return absl::StripPrefix(item.request.article().translation_of().article(),
                           "articles/");
}

}  // namespace

void SourceOrder::Add(ImportedItem item, ReadPosition start, size_t bytes) {
  starts_[start.offset] = start.lines;
  const absl::string_view source = SourceOf(item);
  if (source.empty() || taken_.contains(DigestOf(source))) {
    ready_.push_back({std::move(item), start, bytes});
    return;
  }
  by_source_.emplace(DigestOf(source), start.offset);
  held_bytes_ += bytes;
  held_.try_emplace(start.offset, Waiting{std::move(item), start, bytes});
  if (held_bytes_ > kMaxWaitingBytes) Release(held_.begin());
}

void SourceOrder::Finish() {
  if (!ready_.empty() || held_.empty()) return;
  if (finished_) {
    // What is left waits for itself.
    Release(held_.begin());
    return;
  }
  finished_ = true;
  absl::flat_hash_set<uint64_t> held_ids;
  for (const auto& [offset, waiting] : held_) {
    held_ids.insert(DigestOf(waiting.item.request.article_id()));
  }
  for (auto entry = held_.begin(); entry != held_.end();) {
    const auto next = std::next(entry);
    // The source of a source that is not there goes first.
    if (!held_ids.contains(DigestOf(SourceOf(entry->second.item)))) {
      Release(entry);
    }
    entry = next;
  }
  if (ready_.empty()) Release(held_.begin());
}

std::optional<ImportedItem> SourceOrder::Take() {
  if (ready_.empty()) return std::nullopt;
  Waiting taken = std::move(ready_.front());
  ready_.pop_front();
  starts_.erase(taken.start.offset);
  const uint64_t id = DigestOf(taken.item.request.article_id());
  taken_.insert(id);
  const auto [begin, end] = by_source_.equal_range(id);
  for (auto waiting = begin; waiting != end; ++waiting) {
    const auto entry = held_.find(waiting->second);
    if (entry != held_.end()) Release(entry);
  }
  by_source_.erase(begin, end);
  return std::move(taken.item);
}

std::optional<ReadPosition> SourceOrder::earliest() const {
  if (starts_.empty()) return std::nullopt;
  return ReadPosition{starts_.begin()->first, starts_.begin()->second};
}

void SourceOrder::Release(Held::iterator entry) {
  held_bytes_ -= entry->second.bytes;
  ready_.push_back(std::move(entry->second));
  held_.erase(entry);
}

}  // namespace courant::importers
