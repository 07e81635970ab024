#ifndef COURANT_SERVICES_DISTRIBUTION_CHANGE_ENCODER_H_
#define COURANT_SERVICES_DISTRIBUTION_CHANGE_ENCODER_H_

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "courant/v1/change_service.pb.h"
#include "grpcpp/support/slice.h"
#include "services/audience/viewer.h"
#include "services/filter/filter.h"
#include "storage/applier.h"
#include "storage/base/mutex.h"
#include "storage/change_log.h"

namespace courant {

// What stands in the place of an article that was taken away later.
struct InPlace {
  // An encoded Tombstone: what a kill says.
  std::string tombstone;
  // Nothing does: its text is older than history is kept. It may be used still.
  bool let_go = false;
};

// What the change `taker`, which took an article away, puts in its place.
//   DATA_LOSS  the change in it is damaged.
absl::StatusOr<InPlace> InPlaceBy(const storage::Entry& taker);

// A committed change with its encodings, each made once and shared by all
// streams that send it. Thread-safe.
class SharedChange {
 public:
  // Encodes nothing yet: most changes are wanted in one disposition, some in
  // none. `in_place` is ignored while the article is there.
  explicit SharedChange(storage::SharedEntry entry, InPlace in_place = {})
      : entry_(std::move(entry)), in_place_(std::move(in_place)) {}

  const storage::Entry& entry() const { return *entry_; }

  // Its text is older than history is kept: it is told without a payload.
  bool is_let_go() const { return entry_->article.empty() && in_place_.let_go; }

  // As in the stored change, decoded when first asked for.
  v1::Change::Kind kind() const;
  // The same: when it was committed. An entry that was read from the log says
  // so only there.
  absl::Time commit_time() const;

  // What the change means to `viewer` under `filter`, by comparing the
  // article before and after: see DispositionOf() in visibility.h. What it
  // does not see matches nothing, whatever the filter says. Nothing:
  // it is none of their business.
  //
  //              matches after   does not
  //   before     CHANGED         LEFT
  //   not        ENTERED         nothing
  //
  // That is what it comes to for the house. An article that stops matching is
  // said to have left, so that what a follower keeps never holds more than its
  // filter would give it. What is stopped has left for everybody who could have
  // had any earlier revision, whatever the filter says now.
  std::optional<v1::Change::Disposition> DispositionFor(
      const Viewer& viewer, const Filter& filter) const;

  // What the article is like now that all of `log` has happened to it: the
  // attributes of its newest revision, which may be those of this change. Looks
  // them up once for each state of the log that anybody asks in; blocks on the
  // disk then, and not for the newest change of all.
  //   DATA_LOSS  they are missing or damaged.
  absl::StatusOr<std::shared_ptr<const storage::v1::Attributes>> Newest(
      const storage::ChangeLog& log) const ABSL_LOCKS_EXCLUDED(newest_mu_);

  // Bytes that it occupies, about: the text, which encodings for the house
  // share, and facts, encoded once. What a second disposition or another
  // audience wants is not counted.
  size_t size_bytes() const {
    return stored_bytes() + entry_->facts_bytes.size();
  }

  // Bytes that it occupies on disk, about: what limits of reads count.
  size_t stored_bytes() const {
    return entry_->article.size() + entry_->facts_bytes.size();
  }

  // The encoded courant.v1.Change, with the disposition (left out when it is
  // unspecified) and the payload added. That is a Tombstone for what was
  // stopped, for what was killed since, and for LEFT; nothing for what was let
  // go; else the article. For the house these are stored bytes; for others the
  // article's public view, and not who did it. `shown` is for partners alone.
  // Ask only for what DispositionFor() gave.
  //   DATA_LOSS  it cannot be decoded.
  absl::StatusOr<std::string> Encode(Audience audience,
                                     v1::Change::Disposition disposition,
                                     Shown shown = {}) const;

  // Appends one element of ChangeBatch.changes to `message`, tag and length
  // included and in pieces, so that elements put one after the other are a
  // batch. Pieces count their references, so 4,000 streams that send them hold
  // one copy. The first caller encodes; others that come meanwhile wait for it.
  // Errors as Encode().
  absl::Status AppendElement(Audience audience,
                             v1::Change::Disposition disposition,
                             std::vector<grpc::Slice>* message,
                             Shown shown = {}) const;

  // The same with `conflated_count`, which is another in each stream: not
  // shared.
  absl::Status AppendConflated(Audience audience,
                               v1::Change::Disposition disposition,
                               int32_t conflated_count,
                               std::vector<grpc::Slice>* message,
                               Shown shown = {}) const;

 private:
  using Pieces = std::vector<grpc::Slice>;

  struct Encoding {
    std::once_flag once;
    absl::Status status;
    Pieces element;
  };
  // Of the encodings that differ by who gets them.
  enum View {
    kHouse,
    kOutside,
    kWithoutPast,  // kOutside, but what it says of the revision before
    kNoticeView,
    kNoArticle,
    kViews
  };

  static View ViewOf(Audience audience, Shown shown);
  // What a partner is shown in `view`.
  static Shown ShownIn(View view);

  // Whether the text goes out with it, as stored.
  bool SendsText(Audience audience, v1::Change::Disposition disposition) const;
  // The encoded change as stored up to its payload.
  void AppendFacts(std::string* out, v1::Change::Disposition disposition) const;
  int TextField() const;
  absl::Status AppendPublic(std::string* out,
                            v1::Change::Disposition disposition,
                            View view) const;
  absl::StatusOr<Pieces> MakeElement(Audience audience,
                                     v1::Change::Disposition disposition,
                                     int32_t conflated_count,
                                     Shown shown) const;
  // The text, without a copy of it.
  grpc::Slice ShareText() const;

  // Sets what follows the flag.
  void Decode() const;

  const storage::SharedEntry entry_;
  const InPlace in_place_;
  mutable std::once_flag decoded_once_;
  mutable v1::Change::Kind kind_ = v1::Change::KIND_UNSPECIFIED;
  mutable absl::Time commit_time_ = absl::InfinitePast();
  mutable Mutex newest_mu_;
  // As of the change `newest_at_`.
  mutable Sequence newest_at_ ABSL_GUARDED_BY(newest_mu_);
  mutable std::shared_ptr<const storage::v1::Attributes> newest_
      ABSL_GUARDED_BY(newest_mu_);
  // By view, then disposition.
  mutable std::array<std::array<Encoding, v1::Change::Disposition_ARRAYSIZE>,
                     kViews>
      encodings_;
};

using SharedChangePtr = std::shared_ptr<const SharedChange>;

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_CHANGE_ENCODER_H_
