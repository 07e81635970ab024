#ifndef COURANT_SERVICES_ENTITLEMENT_TERRITORY_H_
#define COURANT_SERVICES_ENTITLEMENT_TERRITORY_H_

#include <bitset>
#include <cstddef>
#include <optional>

#include "absl/strings/string_view.h"

namespace courant {

// A code in the form of ISO 3166-1 alpha-2, as a number. A value. The form is
// all that counts here: what somebody may write is checked where it is written,
// and what was stored once must be readable when a country is no more.
class Territory {
 public:
  // How many there can be.
  static constexpr size_t kCount = size_t{26} * 26;

  // Reads two capital letters; nothing for anything else. Whether there is such
  // a country is not asked.
  static std::optional<Territory> Parse(absl::string_view code);

  // From 0, below kCount; another one for each code. Not stored: what is kept
  // on disk are the two letters.
  size_t index() const { return index_; }

 private:
  explicit Territory(size_t index) : index_(index) {}

  size_t index_;
};

// Some territories. A value of 88 bytes; asking it takes the same time however
// many it has, so that a contract for half of the world costs no more than one
// for a country.
class TerritorySet {
 public:
  // Twice is once.
  void Add(Territory territory) { has_.set(territory.index()); }
  // An empty set contains none. Where empty means everywhere, ask empty()
  // first.
  bool Contains(Territory territory) const {
    return has_.test(territory.index());
  }
  bool empty() const { return has_.none(); }

 private:
  std::bitset<Territory::kCount> has_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_ENTITLEMENT_TERRITORY_H_
