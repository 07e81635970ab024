#include "storage/watermark.h"

#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace courant::storage {
namespace {

Watermark Example() {
  return {.log_id = std::string(16, '\x7f'),
          .epoch = Epoch(3),
          .sequence = Sequence(1234567),
          .digest = ChainDigest().Extend("facts")};
}

TEST(WatermarkTest, ThereIsNoneAtFirst) {
  const TempDir dir;
  const WatermarkFile file(rocksdb::FileSystem::Default(), dir.path());
  EXPECT_THAT(file.Read(), IsOkAndHolds(std::nullopt));
}

TEST(WatermarkTest, ComesBackAndIsReplaced) {
  const TempDir dir;
  WatermarkFile file(rocksdb::FileSystem::Default(), dir.path());
  Watermark mark = Example();
  ASSERT_THAT(file.Write(mark), IsOk());
  mark.sequence = mark.sequence.Next();
  ASSERT_THAT(file.Write(mark), IsOk());
  EXPECT_THAT(file.Read(), IsOkAndHolds(std::optional(mark)));
}

TEST(WatermarkTest, AnyFlippedByteIsFoundOut) {
  const TempDir dir;
  WatermarkFile file(rocksdb::FileSystem::Default(), dir.path());
  ASSERT_THAT(file.Write(Example()), IsOk());
  std::ifstream in(file.path(), std::ios::binary);
  const std::string good((std::istreambuf_iterator<char>(in)), {});
  // The line feed at the end is not part of what is said.
  for (size_t i = 0; i + 1 < good.size(); ++i) {
    std::string bad = good;
    bad[i] ^= 0x04;
    std::ofstream(file.path(), std::ios::binary) << bad;
    EXPECT_THAT(file.Read(), StatusIs(absl::StatusCode::kDataLoss)) << i;
  }
}

}  // namespace
}  // namespace courant::storage
