#ifndef COURANT_TESTS_SERVICES_ENTITLEMENT_NAIVE_ACCESS_H_
#define COURANT_TESTS_SERVICES_ENTITLEMENT_NAIVE_ACCESS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/string_view.h"
#include "courant/storage/v1/record.pb.h"
#include "courant/v1/partner.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "tests/services/filter/random_filter.h"

namespace courant {

// The rights of a partner as the messages have them, with what each product's
// filter means.
struct PlainRights {
  v1::Partner partner;
  std::vector<v1::Contract> contracts;
  std::vector<v1::Grant> grants;
  std::vector<v1::Product> products;
  // By name of the product; none: everything.
  std::map<std::string, std::optional<Wish>> wishes;
};

// A question in plain words.
struct PlainQuestion {
  std::string article;
  int64_t revision = 0;
  storage::v1::Attributes attributes;
  v1::Grant::Use use = v1::Grant::WEB;
  std::string territory;
  int64_t time_us = 0;
  // That time is in the future.
  bool is_to_come = false;
};

// Name, revision, reason. The name is good for as long as what it is from.
using PlainRule =
    std::tuple<absl::string_view, int64_t, v1::AccessRule::Reason>;

struct PlainAnswer {
  v1::Access::Decision decision = v1::Access::DECISION_UNSPECIFIED;
  std::set<PlainRule> rules;
};

// Decides, the slow and obvious way: one numbered rule of Access.Decision after
// the other, each a loop over everything there is. Knows nothing of how the
// product does it, and shares no code with it.
PlainAnswer DecidePlainly(const PlainRights& rights,
                          const PlainQuestion& question);

// The same for what stood in the way.
std::set<PlainRule> ObstaclesPlainly(const PlainRights& rights,
                                     const PlainQuestion& question);

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_ENTITLEMENT_NAIVE_ACCESS_H_
