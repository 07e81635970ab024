#ifndef COURANT_SERVICES_DISTRIBUTION_CHANGE_ENCODER_H_
#define COURANT_SERVICES_DISTRIBUTION_CHANGE_ENCODER_H_

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

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

// The encoded courant.v1.Change of `entry`: stored bytes, with the disposition
// (left out when it is unspecified) and the payload added. LEFT has a
// Tombstone instead of the article, and so has a change whose text was taken
// away. Copies the text once; decodes nothing. Thread-safe.
std::string EncodeChange(const storage::Entry& entry,
                         v1::Change::Disposition disposition);

// A committed change with its encodings, each made once and shared by all
// streams that send it. Thread-safe.
class SharedChange {
 public:
  // Encodes nothing yet: most changes are wanted in one disposition, some in
  // none.
  explicit SharedChange(storage::SharedEntry entry)
      : entry_(std::move(entry)) {}

  const storage::Entry& entry() const { return *entry_; }

  // Bytes that it occupies, about: text and facts, encoded once. A second
  // disposition that somebody wants is not counted.
  size_t size_bytes() const {
    return 2 * (entry_->article.size() + entry_->facts_bytes.size());
  }

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
  // By disposition.
  mutable std::array<Encoding, v1::Change::Disposition_ARRAYSIZE> encodings_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_CHANGE_ENCODER_H_
