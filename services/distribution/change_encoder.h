#ifndef COURANT_SERVICES_DISTRIBUTION_CHANGE_ENCODER_H_
#define COURANT_SERVICES_DISTRIBUTION_CHANGE_ENCODER_H_

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "courant/v1/change_service.pb.h"
#include "grpcpp/support/slice.h"
#include "services/filter/filter.h"
#include "storage/applier.h"

namespace courant {

// What a change means to whoever wants what `filter` matches, by comparing it
// with the article before and after. Nothing: it is none of their business.
//
//              matches after   does not
//   before     CHANGED         LEFT
//   not        ENTERED         nothing
//
// An article that stops matching is said to have left, so that what a follower
// keeps never holds more than its filter would give it. Thread-safe.
std::optional<v1::Change::Disposition> DispositionOf(
    const Filter& filter, const storage::v1::ChangeFacts& facts);

// The Tombstone in `entry`, encoded: what a kill, a hold and their like say.
// Empty when it has none.
//   DATA_LOSS  the change in it is damaged.
absl::StatusOr<std::string> TombstoneIn(const storage::Entry& entry);

// A committed change with its encodings, each made once and shared by all
// streams that send it. Thread-safe.
class SharedChange {
 public:
  // Encodes nothing yet: most changes are wanted in one disposition, some in
  // none. `tombstone` is an encoded Tombstone: what stands in the place of an
  // article that was taken away later; ignored while the article is there.
  explicit SharedChange(storage::SharedEntry entry, std::string tombstone = "")
      : entry_(std::move(entry)), tombstone_(std::move(tombstone)) {}

  const storage::Entry& entry() const { return *entry_; }

  // Bytes that it occupies, about: text and facts, encoded once. A second
  // disposition that somebody wants is not counted.
  size_t size_bytes() const {
    return 2 * (entry_->article.size() + entry_->facts_bytes.size());
  }

  // The encoded courant.v1.Change: stored bytes, with the disposition (left out
  // when it is unspecified) and the payload added. That is a Tombstone for what
  // was stopped, for what was taken away since, and for LEFT; else the article.
  std::string Encode(v1::Change::Disposition disposition) const;

  // One element of ChangeBatch.changes, tag and length included, so that
  // elements put one after the other are a batch. The slice counts its
  // references, so 4,000 streams that send it hold one copy. The first caller
  // encodes; others that come meanwhile wait for it.
  grpc::Slice BatchElement(v1::Change::Disposition disposition) const;

 private:
  struct Encoding {
    std::once_flag once;
    grpc::Slice element;
  };

  const storage::SharedEntry entry_;
  const std::string tombstone_;
  // By disposition.
  mutable std::array<Encoding, v1::Change::Disposition_ARRAYSIZE> encodings_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_CHANGE_ENCODER_H_
