#include "storage/epochs.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <utility>

namespace courant::storage {
namespace {

Epochs Of(std::initializer_list<std::pair<uint64_t, uint64_t>> begun) {
  Epochs epochs;
  for (const auto& [epoch, last] : begun) {
    epochs.Begin(Epoch(epoch), Sequence(last));
  }
  return epochs;
}

TEST(EpochsTest, TheFirstHasNoBranch) {
  const Epochs epochs;
  EXPECT_EQ(epochs.newest(), Epoch(1));
  EXPECT_EQ(epochs.branch(), Sequence(0));
  EXPECT_EQ(epochs.SharedWith(Epoch(1)), std::nullopt);
  EXPECT_EQ(epochs.SharedWith(Epoch(2)), std::nullopt);
}

TEST(EpochsTest, AnEpochSharesTheLeastThatLaterOnesHaveKept) {
  const Epochs epochs = Of({{2, 5}, {3, 9}, {6, 7}});
  EXPECT_EQ(epochs.newest(), Epoch(6));
  EXPECT_EQ(epochs.branch(), Sequence(7));
  EXPECT_EQ(epochs.SharedWith(Epoch(1)), Sequence(5));
  EXPECT_EQ(epochs.SharedWith(Epoch(2)), Sequence(7));
  EXPECT_EQ(epochs.SharedWith(Epoch(3)), Sequence(7));
  EXPECT_EQ(epochs.SharedWith(Epoch(6)), std::nullopt);
}

TEST(EpochsTest, WithOneThatIsNotKnownItIsNotKnown) {
  const Epochs epochs = Of({{2, 5}, {6, 7}});
  for (const uint64_t other : {0, 3, 4, 5, 7}) {
    EXPECT_EQ(epochs.SharedWith(Epoch(other)), std::nullopt) << other;
  }
}

// 1 -5-> 2 -8-> 4, and 1 -9-> 3, in which this history is.
TEST(EpochsTest, OneThatWentAnotherWaySharesWhatBothHaveKept) {
  Epochs epochs = Of({{3, 9}});
  epochs.AddOther({Epoch(4), Epoch(2), Sequence(8)});
  EXPECT_EQ(epochs.SharedWith(Epoch(4)), std::nullopt);
  epochs.AddOther({Epoch(2), Epoch(1), Sequence(5)});
  EXPECT_EQ(epochs.newest(), Epoch(3));
  EXPECT_EQ(epochs.SharedWith(Epoch(1)), Sequence(9));
  EXPECT_EQ(epochs.SharedWith(Epoch(2)), Sequence(5));
  EXPECT_EQ(epochs.SharedWith(Epoch(4)), Sequence(5));
  // What is known is not said otherwise.
  epochs.AddOther({Epoch(3), Epoch(1), Sequence(1)});
  epochs.AddOther({Epoch(1), Epoch(0), Sequence(1)});
  EXPECT_EQ(epochs.SharedWith(Epoch(1)), Sequence(9));
  EXPECT_EQ(epochs.all().size(), 3u);
}

TEST(EpochsTest, BytesLeadBack) {
  Epochs tree = Of({{2, 5}, {6, 7}});
  tree.AddOther({Epoch(9), Epoch(2), Sequence(6)});
  for (const Epochs& epochs : {Epochs(), Of({{2, 5}}), tree}) {
    EXPECT_EQ(Epochs::Decode(epochs.Encode()), epochs);
  }
}

TEST(EpochsTest, DamageIsFound) {
  const std::string bytes = Of({{2, 5}, {6, 7}}).Encode();
  // The newest is missing, or half of one is.
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(Epochs::Decode(bytes.substr(0, size)), std::nullopt) << size;
  }
  // One that is there twice, and one that began with itself.
  const std::string one = bytes.substr(8, 24);
  EXPECT_EQ(Epochs::Decode(bytes + one), std::nullopt);
  std::string circle = bytes;
  circle[8 + 15] = 2;
  EXPECT_EQ(Epochs::Decode(circle), std::nullopt);
}

}  // namespace
}  // namespace courant::storage
