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
std::optional<v1::Change::Disposition> DispositionOf(
    const Filter& filter, const storage::v1::ChangeFacts& facts);

// The encoded courant.v1.Change of `entry`: stored bytes, with the disposition
// (left out when it is unspecified) and the payload added. LEFT has a
// Tombstone instead of the article.
std::string EncodeChange(const storage::Entry& entry,
                         v1::Change::Disposition disposition);

// A committed change with its encodings, each made once and shared by all
// streams that send it. Thread-safe.
class SharedChange {
 public:
  explicit SharedChange(storage::SharedEntry entry)
      : entry_(std::move(entry)) {}

  const storage::Entry& entry() const { return *entry_; }

  // Bytes that it occupies, about: text and facts, encoded once.
  size_t size_bytes() const {
    return 2 * (entry_->article.size() + entry_->facts_bytes.size());
  }

  // One element of ChangeBatch.changes, tag and length included, so that
  // elements put one after the other are a batch.
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
