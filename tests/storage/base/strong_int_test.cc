#include "storage/base/strong_int.h"

#include <sstream>
#include <type_traits>

#include "absl/hash/hash_testing.h"
#include "gtest/gtest.h"
#include "storage/base/ids.h"

namespace courant {
namespace {

static_assert(!std::is_convertible_v<int, Sequence>);
static_assert(!std::is_convertible_v<Sequence, uint64_t>);
static_assert(!std::is_constructible_v<Revision, Sequence>);
static_assert(!std::is_assignable_v<Revision&, Sequence>);
static_assert(sizeof(Sequence) == sizeof(uint64_t));
static_assert(std::is_trivially_copyable_v<Sequence>);

TEST(StrongIntTest, IsZeroUnlessTold) {
  EXPECT_EQ(Sequence().value(), 0u);
  EXPECT_EQ(Sequence(7).value(), 7u);
}

TEST(StrongIntTest, ComparesByValue) {
  EXPECT_EQ(Sequence(7), Sequence(7));
  EXPECT_NE(Sequence(7), Sequence(8));
  EXPECT_LT(Sequence(7), Sequence(8));
  EXPECT_GE(Sequence(8), Sequence(8));
}

TEST(StrongIntTest, NextIsOneMore) {
  EXPECT_EQ(Sequence().Next(), Sequence(1));
  EXPECT_EQ(Sequence(UINT64_MAX).Next(), Sequence(0));
}

TEST(StrongIntTest, PrintsAsADecimalNumber) {
  EXPECT_EQ(Sequence(UINT64_MAX).ToString(), "18446744073709551615");
  std::ostringstream out;
  out << Revision(42);
  EXPECT_EQ(out.str(), "42");
}

TEST(StrongIntTest, HashesAsItCompares) {
  EXPECT_TRUE(absl::VerifyTypeImplementsAbslHashCorrectly(
      {Sequence(), Sequence(1), Sequence(2), Sequence(UINT64_MAX)}));
}

}  // namespace
}  // namespace courant
