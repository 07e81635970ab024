#ifndef COURANT_SERVICES_PARTNERS_LIVE_RIGHTS_H_
#define COURANT_SERVICES_PARTNERS_LIVE_RIGHTS_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/audience/viewer.h"
#include "services/partners/denial_metrics.h"
#include "storage/applier.h"
#include "storage/base/clock.h"
#include "storage/base/mutex.h"
#include "storage/database.h"

namespace courant {

// The rights of partners as reads and streams ask for them. Those of now are
// compiled once for each change of them and kept: it follows the log to know
// when they are old. A change that was answered was told to it before, so that
// from the answer on nobody reads by rights from before. Of those of the past
// the last few are kept, since the streams of a partner pass a change of its
// rights one after the other. A change of a product is one of the partners
// alone that a grant names it to. Thread-safe.
class LiveRights final : public RightsBook, public storage::ChangeListener {
 public:
  // Nothing is owned; both must outlive the object, which must be told of every
  // change of the database from here on. `clock` says when a partner looks.
  // `denials`, if any, counts what partners are not shown; it must outlive all
  // rights that were handed out.
  LiveRights(const storage::Database& database, const Clock& clock,
             DenialMetrics* denials = nullptr)
      : database_(database), clock_(clock), denials_(denials) {}

  // A lookup, unless rights have changed that the partner may depend on: then a
  // read for each of them.
  absl::StatusOr<Viewer> ViewerNow(const std::string& partner) override
      ABSL_LOCKS_EXCLUDED(mu_);
  // A look through the last few, or a read for each right of the partner.
  absl::StatusOr<std::shared_ptr<const Rights>> RightsAt(
      const std::string& partner, Sequence at) override
      ABSL_LOCKS_EXCLUDED(mu_);

  // Notes whose rights are old from now on; compiles nothing.
  void OnApplied(const std::vector<storage::SharedEntry>& changes) override
      ABSL_LOCKS_EXCLUDED(mu_);

  // How often rights were compiled: tests count it.
  uint64_t compiled() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // Rights with their names; `products` are those that grants name.
  struct Compiled {
    std::shared_ptr<const Rights> rights;
    std::vector<std::string> products;
  };
  // Those of now, which have every change of rights up to `version`.
  struct Kept {
    Sequence version;
    Compiled compiled;
  };
  // Those of `partner` as of the change `at`.
  struct Past {
    std::string partner;
    Sequence at;
    std::shared_ptr<const Rights> rights;
  };

  // Whether nothing that they are made of has changed since.
  bool IsNew(const std::string& partner, const Kept& kept) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Reads and compiles them, as of the change `at`. Two threads that ask at the
  // same time both do.
  absl::StatusOr<Compiled> Compile(const std::string& partner, Sequence at)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Those of now, kept or compiled.
  absl::StatusOr<std::shared_ptr<const Rights>> Now(const std::string& partner)
      ABSL_LOCKS_EXCLUDED(mu_);

  const storage::Database& database_;
  const Clock& clock_;
  DenialMetrics* const denials_;

  mutable Mutex mu_;
  // The last change of any rights since the program began, and the last ones of
  // each product, and of what is under the name of each partner.
  Sequence last_changed_ ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<std::string, Sequence> changed_ ABSL_GUARDED_BY(mu_);
  // By partner. As many as there are: each that has called since the start.
  absl::flat_hash_map<std::string, Kept> kept_ ABSL_GUARDED_BY(mu_);
  // The newest first.
  std::deque<Past> past_ ABSL_GUARDED_BY(mu_);
  uint64_t compiled_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_LIVE_RIGHTS_H_
