#ifndef COURANT_STORAGE_PARTNER_STORE_H_
#define COURANT_STORAGE_PARTNER_STORE_H_

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/base/ids.h"
#include "storage/view.h"

namespace courant::storage {

// Partners, contracts, grants, products and keys, as they are and as they were.
// They are not a store of their own: each is kept as an article is, in the log
// with all of its revisions and with a row for the newest, and is changed by
// the Committer alone. This knows where; what is in them it does not look at.
//
// Reads through a view, in a decision as well as for a call; is not owned by it
// and must not outlive it. Use from one thread. Every method may fail as those
// of View do.
class PartnerStore {
 public:
  // Up to which change: everything that the view shows.
  static constexpr Sequence kNewest =
      Sequence(std::numeric_limits<uint64_t>::max());

  explicit PartnerStore(const View& view) : view_(view) {}

  // The row of what is called `name`, e.g. `partners/daily`, or nothing.
  absl::StatusOr<std::optional<v1::ArticleRow>> FindRow(
      absl::string_view name) const;

  // The encoded message of what is called `name`, as the change `at` and those
  // before it left it; nothing when it was not there yet.
  absl::StatusOr<std::optional<std::string>> ReadAt(
      absl::string_view name, Sequence at = kNewest) const;

  // Names of that kind that begin with `prefix` and come after `after`, in the
  // order of bytes; at most `limit`. Some may be newer than the change that is
  // asked about: then ReadAt() has nothing.
  absl::StatusOr<std::vector<std::string>> Names(v1::Resource kind,
                                                 absl::string_view prefix,
                                                 absl::string_view after,
                                                 size_t limit) const;

 private:
  const View& view_;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_PARTNER_STORE_H_
