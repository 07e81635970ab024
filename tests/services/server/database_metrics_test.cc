#include "services/server/database_metrics.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/metric_values.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using storage::Family;

class DatabaseMetricsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(fixture_.Open({.database = {.reserved_bytes = 12345}}), IsOk());
  }

  // Its label, or "" -> value
  std::map<std::string, double> Values(const std::string& name) const {
    return MetricValues(DatabaseMetrics(*fixture_.store).Collect(),
                        "courant_" + name);
  }

  void Write(int count) {
    for (int i = 0; i < count; ++i) {
      ASSERT_THAT(
          fixture_.Write(absl::StrCat("a", written_++), std::string(1000, 'x')),
          IsOk());
    }
  }

  rocksdb::ColumnFamilyHandle* changes() {
    return fixture_.store->database().handle(Family::kChange);
  }
  rocksdb::DB& rocksdb() { return fixture_.store->database().rocksdb(); }

  storage::StoreFixture fixture_;
  int written_ = 0;
};

TEST_F(DatabaseMetricsTest, TablesAreCountedByLevel) {
  EXPECT_EQ(Values("rocksdb_sst_bytes").size(), 7);
  const double files_before = Values("rocksdb_l0_files").at("");
  // One more than the other families can have by then.
  for (int i = 0; i < 3; ++i) {
    Write(1);
    ASSERT_TRUE(rocksdb().Flush(rocksdb::FlushOptions(), changes()).ok());
  }
  EXPECT_LT(files_before, 3);
  EXPECT_EQ(Values("rocksdb_l0_files").at(""), 3);
  EXPECT_GT(Values("rocksdb_sst_bytes").at("0"), 0);
  EXPECT_EQ(Values("rocksdb_sst_bytes").at("6"), 0);
  ASSERT_TRUE(rocksdb()
                  .CompactRange({.change_level = true, .target_level = 6},
                                changes(), nullptr, nullptr)
                  .ok());
  EXPECT_LT(Values("rocksdb_l0_files").at(""), 3);
  EXPECT_GT(Values("rocksdb_sst_bytes").at("6"), 0);
}

TEST_F(DatabaseMetricsTest, TheWriteAheadLogIsAsLongAsWhatIsInNoTable) {
  const double before = Values("rocksdb_live_wal_bytes").at("");
  EXPECT_GT(before, 0);
  Write(400);
  EXPECT_GT(Values("rocksdb_live_wal_bytes").at(""), before + 400'000);
}

TEST_F(DatabaseMetricsTest, TimeOfCompactionsAddsUp) {
  const double before = Values("rocksdb_compaction_seconds_total").at("");
  double after = before;
  // A small one takes less than a microsecond on nobody's machine.
  for (int i = 0; i < 100 && after <= before; ++i) {
    Write(10);
    ASSERT_TRUE(rocksdb().Flush(rocksdb::FlushOptions(), changes()).ok());
    after = Values("rocksdb_compaction_seconds_total").at("");
  }
  EXPECT_GT(after, before);
  EXPECT_LT(after, before + 60);
}

TEST_F(DatabaseMetricsTest, WhatIsKeptFreeIsWhatTheGuardKeeps) {
  EXPECT_EQ(Values("disk_reserve_bytes").at(""), 12345);
  fixture_.store->ReserveBytes(0);
  EXPECT_EQ(Values("disk_reserve_bytes").at(""), 0);
}

}  // namespace
}  // namespace courant
