#ifndef COURANT_SERVICES_AUDIENCE_DELIVERY_BOOK_H_
#define COURANT_SERVICES_AUDIENCE_DELIVERY_BOOK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "courant/v1/change.pb.h"
#include "courant/v1/ledger.pb.h"
#include "services/audience/visibility.h"
#include "storage/base/ids.h"

// What is given to partners is written down before it leaves. Who reads and
// delivers knows this interface; services/ledger keeps the book.
namespace courant {

// Somebody who is given something.
struct Recipient {
  std::string partner;  // `partners/{partner}`
  std::string key;      // `partners/{partner}/keys/{key}`
};

// One revision that is about to be given.
struct Delivered {
  std::string article_id;  // {article}
  int64_t revision = 0;
  Sequence sequence;  // of the change that made the revision
  // Kind of that change.
  v1::Change::Kind kind = v1::Change::KIND_UNSPECIFIED;
  // What of it. Of kStub and kNothing, that something happened to it: that is
  // no delivery, but is how a notice arrives.
  Sight sight = Sight::kText;
};

// How far somebody has taken the notices to a partner. One that was just made
// has taken none.
struct NoticeReader {
  // Of those that are open: behind which. Unset when all of them were taken.
  std::optional<Sequence> scanned_to = Sequence(0);
  // Of those that are made: how many there were.
  uint64_t seen = 0;
};

// Thread-safe.
class DeliveryBook {
 public:
  virtual ~DeliveryBook() = default;

  // Writes down that `to` is given these; returns when that is on stable
  // storage. Only after that they may leave; and what may not be shown any more
  // by then must not, so look once more. Blocks for about one sync of the disk,
  // or for none when all of it is written down already.
  //   UNAVAILABLE, RESOURCE_EXHAUSTED  it could not be written: give nothing
  virtual absl::Status Note(const Recipient& to, v1::Delivery::Channel channel,
                            std::vector<Delivered> given) = 0;

  // The next notices to which `to` has said nothing yet, as it may see them by
  // what its rights are now: first all that there are, some at a time; then
  // each that is made. Some may come twice. Empty when there is none now; but
  // for the first call of a reader it does not block then. What is returned is
  // written down as sent.
  //   UNAVAILABLE, DATA_LOSS  they cannot be read or written down
  virtual absl::StatusOr<std::vector<v1::Notice>> TakeNotices(
      const Recipient& to, NoticeReader* reader) = 0;
};

}  // namespace courant

#endif  // COURANT_SERVICES_AUDIENCE_DELIVERY_BOOK_H_
