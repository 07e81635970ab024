#include "storage/erasure.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/base/failpoint.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant::storage {

std::vector<Sequence> ErasedSequences(const v1::ChangeFacts& facts) {
  std::vector<Sequence> sequences;
  sequences.reserve(facts.erased_sequences().size());
  for (const uint64_t sequence : facts.erased_sequences()) {
    sequences.emplace_back(sequence);
  }
  return sequences;
}

namespace {

absl::StatusOr<Entry> LoadEntry(const Database& database, Sequence sequence) {
  COURANT_ASSIGN_OR_RETURN(
      const std::optional<std::string> bytes,
      database.Get(Family::kChange, EncodeNumber(sequence.value())));
  if (!bytes) {
    return MakeError(courant::v1::DATA_CORRUPTED,
                     absl::StrCat("change ", sequence.value(), " is missing"));
  }
  return DecodeEntry(*bytes);
}

}  // namespace

absl::StatusOr<ErasedEntries> LoadErased(const Database& database,
                                         const std::vector<Sequence>& sequences,
                                         Sequence by, Sequence frame_begin) {
  ErasedEntries erased;
  Sequence trim(0);  // the last one that was met
  for (const Sequence sequence : sequences) {
    if (sequence == Sequence(0) || sequence >= by) {
      return MakeError(
          courant::v1::INTERNAL_DEFECT,
          absl::StrCat("change ", by.value(), " would take away change ",
                       sequence.value(), ", which does not come before it"));
    }
    if (sequence >= frame_begin) continue;
    if (COURANT_FAILPOINT("erasure.log_keeps_text")) continue;
    COURANT_ASSIGN_OR_RETURN(Entry entry, LoadEntry(database, sequence));
    // What was let go may be used; what is killed may not, and that is told.
    // Of an import the taker may be one that is still to come.
    const Sequence taker = entry.erased_by;
    if (taker != Sequence(0) && taker < frame_begin && taker != trim) {
      COURANT_ASSIGN_OR_RETURN(const Entry earlier, LoadEntry(database, taker));
      if (IsTrim(earlier)) trim = taker;
    }
    if (taker != Sequence(0) && taker == trim) entry.erased_by = Sequence(0);
    erased.push_back(WithoutArticle(std::move(entry), by));
  }
  return erased;
}

void StageErasure(const v1::ChangeFacts& facts, Sequence by,
                  const ErasedEntries& erased, std::vector<Entry>& frame,
                  StateBatch& state) {
  if (facts.erased_sequences().empty()) return;
  for (const Entry& entry : erased) {
    const std::string key = EncodeNumber(entry.sequence().value());
    // Another change of this frame may have come first.
    if (state.Find(Family::kChange, key) != nullptr) continue;
    state.Put(Family::kChange, key, EncodeEntry(entry));
  }
  for (const Sequence sequence : ErasedSequences(facts)) {
    if (frame.empty() || sequence < frame.front().sequence()) continue;
    Entry& entry =
        frame.at(sequence.value() - frame.front().sequence().value());
    entry = WithoutArticle(std::move(entry), by);
  }
  state.PutBlind(Family::kMeta, ErasureKey(by), "");
}

}  // namespace courant::storage
