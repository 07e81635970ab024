#include "storage/epochs.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>

#include "absl/strings/str_cat.h"
#include "storage/keys.h"

namespace courant::storage {
namespace {

constexpr size_t kNumberBytes = 8;
constexpr size_t kBranchBytes = 3 * kNumberBytes;
constexpr Sequence kAll(std::numeric_limits<uint64_t>::max());

}  // namespace

std::optional<Epochs> Epochs::Of(Epoch newest,
                                 const std::vector<EpochBranch>& all) {
  Epochs epochs;
  for (const EpochBranch& branch : all) epochs.AddOther(branch);
  if (epochs.branches_.size() != all.size()) return std::nullopt;
  epochs.newest_ = newest;
  if (newest != Epoch(1) && epochs.Find(newest) == nullptr) return std::nullopt;
  return epochs;
}

void Epochs::Begin(Epoch epoch, Sequence last) {
  branches_.push_back({epoch, newest_, last});
  newest_ = epoch;
}

void Epochs::AddOther(const EpochBranch& other) {
  if (other.epoch == Epoch(1) || other.parent >= other.epoch) return;
  if (Find(other.epoch) == nullptr) branches_.push_back(other);
}

Sequence Epochs::branch() const {
  const EpochBranch* const its = Find(newest_);
  return its == nullptr ? Sequence(0) : its->last;
}

std::optional<Sequence> Epochs::SharedWith(Epoch epoch) const {
  // Parents have smaller numbers, so both ways end.
  std::map<Epoch, Sequence> way = {{epoch, kAll}};
  Sequence kept = kAll;
  for (const EpochBranch* at = Find(epoch); at != nullptr;
       at = Find(at->parent)) {
    kept = std::min(kept, at->last);
    way.emplace(at->parent, kept);
  }
  kept = kAll;
  Epoch here = newest_;
  while (!way.contains(here)) {
    const EpochBranch* const at = Find(here);
    if (at == nullptr) return std::nullopt;
    kept = std::min(kept, at->last);
    here = at->parent;
  }
  kept = std::min(kept, way.at(here));
  return kept == kAll ? std::nullopt : std::optional(kept);
}

std::string Epochs::Encode() const {
  std::string bytes = EncodeNumber(newest_.value());
  for (const EpochBranch& branch : branches_) {
    absl::StrAppend(&bytes, EncodeNumber(branch.epoch.value()),
                    EncodeNumber(branch.parent.value()),
                    EncodeNumber(branch.last.value()));
  }
  return bytes;
}

std::optional<Epochs> Epochs::Decode(absl::string_view bytes) {
  Epochs epochs;
  if (bytes.size() % kBranchBytes != kNumberBytes) return std::nullopt;
  const auto take = [&bytes] {
    const uint64_t number = *DecodeNumber(bytes.substr(0, kNumberBytes));
    bytes.remove_prefix(kNumberBytes);
    return number;
  };
  const Epoch newest(take());
  while (!bytes.empty()) {
    const Epoch epoch(take());
    const Epoch parent(take());
    epochs.AddOther({epoch, parent, Sequence(take())});
    if (epochs.branches_.empty() || epochs.branches_.back().epoch != epoch) {
      return std::nullopt;
    }
  }
  return Of(newest, epochs.branches_);
}

const EpochBranch* Epochs::Find(Epoch epoch) const {
  const auto found = std::find_if(
      branches_.begin(), branches_.end(),
      [epoch](const EpochBranch& branch) { return branch.epoch == epoch; });
  return found == branches_.end() ? nullptr : &*found;
}

}  // namespace courant::storage
