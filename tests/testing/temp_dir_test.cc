#include "tests/testing/temp_dir.h"

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace courant {
namespace {

TEST(TempDirTest, IsAnEmptyDirectoryOfItsOwn) {
  const TempDir one;
  const TempDir other;
  EXPECT_NE(one.path(), other.path());
  EXPECT_TRUE(std::filesystem::is_empty(one.path()));
  EXPECT_THAT(one.path(), testing::HasSubstr("IsAnEmptyDirectoryOfItsOwn"));
}

TEST(TempDirTest, IsRemovedWithEverythingInIt) {
  std::string path;
  {
    const TempDir dir;
    path = dir.path();
    std::filesystem::create_directories(dir.Join("a/b"));
    std::ofstream(dir.Join("a/b/file")) << "x";
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(TempDirDeathTest, IsKeptWhenTheTestFailsAndSaysWhere) {
  const TempDir outer;
  const auto fail_in_a_child = [&outer] {
    setenv("TEST_TMPDIR", outer.path().c_str(), 1);
    ADD_FAILURE() << "on purpose";
    {
      const TempDir dir;
      std::ofstream(dir.Join("evidence")) << "x";
    }
    _exit(0);
  };
  EXPECT_EXIT(fail_in_a_child(), testing::ExitedWithCode(0),
              "The test failed; its files are kept in " + outer.path());
  int kept = 0;
  for (const auto& entry : std::filesystem::directory_iterator(outer.path())) {
    EXPECT_TRUE(std::filesystem::exists(entry.path() / "evidence"));
    ++kept;
  }
  EXPECT_EQ(kept, 1);
}

}  // namespace
}  // namespace courant
