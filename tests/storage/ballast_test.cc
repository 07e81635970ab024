#include "storage/ballast.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include "tests/testing/temp_dir.h"

namespace courant::storage {
namespace {

constexpr uint64_t kBytes = uint64_t{1} << 20;
constexpr uint64_t kTooMuch = std::numeric_limits<uint64_t>::max() / 2;

class BallastTest : public testing::Test {
 protected:
  bool IsThere() const { return std::filesystem::exists(path_); }

  TempDir dir_;
  const std::string path_ = dir_.Join("BALLAST");
};

TEST_F(BallastTest, IsKeptWhileThereIsRoom) {
  Ballast ballast(dir_.path(), kBytes, /*wanted_free=*/0);
  ballast.KeepIfRoom();
  ASSERT_TRUE(IsThere());
  EXPECT_EQ(std::filesystem::file_size(path_), kBytes);
  ballast.KeepIfRoom();
  ballast.GiveUpIfFull();
  EXPECT_TRUE(IsThere());
}

TEST_F(BallastTest, OneOfHolesIsMadeAnew) {
  std::ofstream(path_).close();
  std::filesystem::resize_file(path_, kBytes);
  Ballast(dir_.path(), kBytes, /*wanted_free=*/0).KeepIfRoom();
  struct stat info = {};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_GE(static_cast<uint64_t>(info.st_blocks) * 512, kBytes);
}

TEST_F(BallastTest, IsNotMadeWhenTooLittleWouldBeLeft) {
  Ballast ballast(dir_.path(), kBytes, /*wanted_free=*/kTooMuch);
  ballast.KeepIfRoom();
  EXPECT_FALSE(IsThere());
}

TEST_F(BallastTest, IsGivenUpWhenLessIsFreeThanItHas) {
  Ballast(dir_.path(), kBytes, /*wanted_free=*/0).KeepIfRoom();
  ASSERT_TRUE(IsThere());
  Ballast ballast(dir_.path(), kTooMuch, /*wanted_free=*/0);
  ballast.GiveUpIfFull();
  EXPECT_FALSE(IsThere());
}

TEST_F(BallastTest, OfNoBytesIsNone) {
  Ballast ballast(dir_.path(), 0, /*wanted_free=*/0);
  ballast.KeepIfRoom();
  EXPECT_FALSE(IsThere());
}

}  // namespace
}  // namespace courant::storage
