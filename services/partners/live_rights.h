#ifndef COURANT_SERVICES_PARTNERS_LIVE_RIGHTS_H_
#define COURANT_SERVICES_PARTNERS_LIVE_RIGHTS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/audience/viewer.h"
#include "storage/applier.h"
#include "storage/base/clock.h"
#include "storage/base/mutex.h"
#include "storage/database.h"

namespace courant {

// The rights of partners as reads and streams ask for them. Those of now are
// compiled once for each change of them and kept: it follows the log to know
// when they are old. A change that was answered was told to it before, so that
// from the answer on nobody reads by rights from before. Thread-safe.
class LiveRights final : public RightsBook, public storage::ChangeListener {
 public:
  // Nothing is owned; both must outlive the object, which must be told of every
  // change of the database from here on. `clock` says when a partner looks.
  LiveRights(const storage::Database& database, const Clock& clock)
      : database_(database), clock_(clock) {}

  // A lookup, unless rights have changed that the partner may depend on: then a
  // read for each of them.
  absl::StatusOr<Viewer> ViewerNow(const std::string& partner) override
      ABSL_LOCKS_EXCLUDED(mu_);
  // Keeps nothing: streams ask once for each change of rights that they pass.
  absl::StatusOr<std::shared_ptr<const Rights>> RightsAt(
      const std::string& partner, Sequence at) override;
  // All that is under the name of the partner, and every product.
  bool Concerns(absl::string_view id,
                const std::string& partner) const override;

  // Notes whose rights are old from now on; compiles nothing.
  void OnApplied(const std::vector<storage::SharedEntry>& changes) override
      ABSL_LOCKS_EXCLUDED(mu_);

  // How often rights of now were compiled: tests count it.
  uint64_t compiled() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // The rights of a partner, and the last change of any that they know. Of a
  // change that is not in them, an answer may not have been given when they
  // were asked for.
  struct Kept {
    Sequence version;
    std::shared_ptr<const Rights> rights;
  };

  // The last change, since the program began, of what the rights of `partner`
  // are made of; 0 for none.
  Sequence VersionOf(const std::string& partner) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::StatusOr<std::shared_ptr<const Rights>> Now(const std::string& partner)
      ABSL_LOCKS_EXCLUDED(mu_);

  const storage::Database& database_;
  const Clock& clock_;

  mutable Mutex mu_;
  // Products are everybody's: which grants name one is not looked at here.
  Sequence product_changed_ ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<std::string, Sequence> changed_ ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<std::string, Kept> kept_ ABSL_GUARDED_BY(mu_);
  uint64_t compiled_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_LIVE_RIGHTS_H_
