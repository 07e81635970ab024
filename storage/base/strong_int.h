#ifndef COURANT_STORAGE_BASE_STRONG_INT_H_
#define COURANT_STORAGE_BASE_STRONG_INT_H_

#include <compare>
#include <cstdint>
#include <ostream>
#include <string>
#include <utility>

namespace courant {

// A 64-bit number that mixes with no other: not with plain integers, and not
// with a StrongInt of another Tag. For ids and positions, so there is no
// arithmetic beyond Next(); for a distance subtract the values.
//
//   using Sequence = StrongInt<struct SequenceTag>;
//   Sequence first(1);       // Sequence first = 1; does not compile
//
// A value type as cheap as uint64_t; zero unless told.
template <typename Tag>
class StrongInt {
 public:
  constexpr StrongInt() = default;
  constexpr explicit StrongInt(uint64_t value) : value_(value) {}

  constexpr uint64_t value() const { return value_; }

  // The number after this one; after the largest comes zero.
  constexpr StrongInt Next() const { return StrongInt(value_ + 1); }

  // Decimal, without leading zeros.
  std::string ToString() const { return std::to_string(value_); }

  // By value.
  friend constexpr auto operator<=>(StrongInt, StrongInt) = default;

  // Makes it a key of absl and std hash maps with absl::Hash.
  template <typename H>
  friend H AbslHashValue(H state, StrongInt number) {
    return H::combine(std::move(state), number.value_);
  }

  // Prints what ToString() returns.
  friend std::ostream& operator<<(std::ostream& out, StrongInt number) {
    return out << number.value_;
  }

 private:
  uint64_t value_ = 0;
};

}  // namespace courant

#endif  // COURANT_STORAGE_BASE_STRONG_INT_H_
