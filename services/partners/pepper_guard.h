#ifndef COURANT_SERVICES_PARTNERS_PEPPER_GUARD_H_
#define COURANT_SERVICES_PARTNERS_PEPPER_GUARD_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"
#include "services/partners/key_ring.h"
#include "services/partners/pepper_file.h"
#include "storage/base/clock.h"

namespace courant {

// What becomes of keys whose pepper is lost: they are refused, nobody else
// notices, and it is said until they are revoked or the pepper is back:
//
//   courant_auth_keys_unusable  live keys that are refused for that
//
// Thread-safe.
class PepperGuard final : public prometheus::Collectable {
 public:
  // Nothing is owned; all must outlive the guard.
  PepperGuard(const KeyRing& ring, PepperFile& file, const Clock& clock)
      : ring_(ring), file_(file), clock_(clock) {}

  // Why live keys are refused, and what to do; empty when none is.
  std::string Trouble() const;

  // Sees that the pepper is kept before a key is made. A new one takes the
  // place of one that is lost when no live key depends on that, not before: it
  // may be put back.
  //   UNIMPLEMENTED / NOT_OFFERED  it cannot be kept, or may not
  absl::Status Keep();

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  size_t Unusable() const;

  const KeyRing& ring_;
  PepperFile& file_;
  const Clock& clock_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_PEPPER_GUARD_H_
