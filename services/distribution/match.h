#ifndef COURANT_SERVICES_DISTRIBUTION_MATCH_H_
#define COURANT_SERVICES_DISTRIBUTION_MATCH_H_

#include <cstddef>
#include <cstdint>

#include "courant/v1/change.pb.h"
#include "services/audience/visibility.h"
#include "services/distribution/change_hub.h"

namespace courant {

// A change that one subscriber is told of, and what it means to its filter.
struct Match {
  SharedChangePtr change;
  v1::Change::Disposition disposition = v1::Change::DISPOSITION_UNSPECIFIED;
  // Of a partner: what it saw of the article before, by the same rights.
  Sight before = Sight::kNothing;
  // How much of the article goes out with it, if any does: its text or, to a
  // partner, its notice.
  Shown shown;
  // Earlier changes of the same article that it stands for.
  int32_t conflated_count = 0;
};

// How much one message takes.
struct MessageLimits {
  size_t max_changes = 64;
  // About, counted as stored: the change that passes it is the last one.
  size_t max_bytes = 256 << 10;

  // False: nothing at all.
  bool has_room() const { return max_changes > 0 && max_bytes > 0; }
};

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_MATCH_H_
