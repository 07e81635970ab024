#ifndef COURANT_SERVICES_LEDGER_NOTICE_MAKER_H_
#define COURANT_SERVICES_LEDGER_NOTICE_MAKER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/change.pb.h"
#include "services/audience/viewer.h"
#include "storage/base/clock.h"
#include "storage/database.h"
#include "storage/frame.h"
#include "storage/ledger_store.h"

namespace courant {

// A notice that was not there before, or asks again: whoever follows has to be
// told of it.
struct NewNotice {
  std::string partner;  // {partner}
  Sequence sequence;
  v1::Change::Kind kind = v1::Change::KIND_UNSPECIFIED;
};

// Decides to whom there is a notice of a change, and puts it into a batch:
//
//   who may have the article by what the rights are now, as it was before the
//   change or as it is after it, stopped or not;
//   who got anything of it ever, whatever the rights are; and
//   who was told of it before: a notice may have words of it.
//
// Everything is put only once, so that it may be done again after a failure or
// a restart. A notice that a later change made pointless is closed with it, in
// the same batch. Keeps no state; use from the one thread that writes the
// ledger.
class NoticeMaker {
 public:
  // Nothing is owned; all must outlive the object. `clock` says when notices
  // are made.
  NoticeMaker(const storage::Database& database, RightsBook& rights,
              const Clock& clock)
      : database_(database), rights_(rights), clock_(clock) {}

  // Whether a change with these facts may concern holders: a quick look, which
  // says yes too often rather than not.
  static bool MayConcernHolders(const storage::v1::ChangeFacts& facts);

  // Puts what follows from `change`, and adds what is new to `made`.
  //   DATA_LOSS, UNAVAILABLE  something cannot be read: do it again later
  absl::Status Follow(const storage::Entry& change, storage::LedgerBatch& batch,
                      std::vector<NewNotice>& made) const;

  // A partner was given a revision that the change `given` made: puts notices
  // of what has become of the article since, for it may have been given after
  // those were made. One that was there says from now on that the partner has
  // it, and what was said to it when the partner had nothing, counts no more.
  // Errors as Follow().
  absl::Status CatchUp(const storage::DeliveryKey& key, Sequence given,
                       storage::LedgerBatch& batch,
                       std::vector<NewNotice>& made) const;

 private:
  // {partner} of all that may have the article of `change`.
  absl::StatusOr<std::vector<std::string>> Entitled(
      const storage::Entry& change) const;
  // Puts a notice of `change` to `partner`, unless there is one; and with it
  // what the partner had of the article at that time.
  absl::Status PutNew(absl::string_view partner, const storage::Entry& change,
                      v1::Change::Kind kind, storage::LedgerBatch& batch,
                      std::vector<NewNotice>& made) const;
  // Notes of a notice that was there that the partner has what `key` says.
  absl::Status NoteHeld(const storage::DeliveryKey& key, Sequence notice,
                        storage::v1::NoticeRow row, storage::LedgerBatch& batch,
                        std::vector<NewNotice>& made) const;
  // Closes those of `notices` that `change` makes pointless.
  static absl::Status Supersede(const storage::Entry& change,
                                v1::Change::Kind kind,
                                std::vector<storage::StoredNotice> notices,
                                storage::LedgerBatch& batch);

  const storage::Database& database_;
  RightsBook& rights_;
  const Clock& clock_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_LEDGER_NOTICE_MAKER_H_
