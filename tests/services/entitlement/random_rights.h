#ifndef COURANT_TESTS_SERVICES_ENTITLEMENT_RANDOM_RIGHTS_H_
#define COURANT_TESTS_SERVICES_ENTITLEMENT_RANDOM_RIGHTS_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>

#include "google/protobuf/timestamp.pb.h"
#include "tests/services/entitlement/naive_access.h"
#include "tests/services/filter/random_filter.h"

namespace courant {

// Makes partners, and questions that are near their limits: everything is from
// a few values, and times are a few half days of one month, with a microsecond
// more or less now and then; some say what only a later program knows. The same
// seed makes the same.
class RightsMaker {
 public:
  explicit RightsMaker(uint64_t seed) : random_(seed), filters_(seed + 1) {}

  // A partner with up to four contracts of up to five grants each.
  PlainRights MakeRights();

  PlainQuestion MakeQuestion();

  // The same article, for another use, elsewhere, at another time.
  void AskOtherwise(PlainQuestion* question);

  // From 0 on and before `end`.
  size_t Below(size_t end) { return random_() % end; }
  bool Chance(int percent) { return Below(100) < static_cast<size_t>(percent); }

 private:
  template <typename Value>
  Value Pick(std::initializer_list<Value> values) {
    return *(values.begin() + Below(values.size()));
  }

  int64_t MakeTime();
  google::protobuf::Timestamp MakeTimestamp();
  v1::Grant::Use MakeUse();
  v1::Product MakeProduct(const std::string& name, std::optional<Wish>* wish);
  v1::Contract MakeContract(const std::string& name);
  v1::Grant MakeGrant(const std::string& name);

  std::mt19937_64 random_;
  FilterMaker filters_;
};

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_ENTITLEMENT_RANDOM_RIGHTS_H_
