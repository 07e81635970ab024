#include "services/config/data_folder.h"

#include <filesystem>
#include <string>

#include "gtest/gtest.h"

namespace courant {
namespace {

TEST(DataFolderTest, WhatIsBesideItIsNeverInIt) {
  const std::string here = std::filesystem::current_path().string();
  EXPECT_EQ(BesideDataFolder("/srv/wire", ".pepper"), "/srv/wire.pepper");
  EXPECT_EQ(BesideDataFolder("/srv/wire//", ".pepper"), "/srv/wire.pepper");
  EXPECT_EQ(BesideDataFolder("/srv/wire/.", ".pepper"), "/srv/wire.pepper");
  EXPECT_EQ(BesideDataFolder("/srv/./wire/sub/..", ".pepper"),
            "/srv/wire.pepper");
  EXPECT_EQ(BesideDataFolder("./var", ".pepper"), here + "/var.pepper");
  EXPECT_EQ(BesideDataFolder(".", ".pepper"), here + ".pepper");
  EXPECT_EQ(BesideDataFolder("./", ".pepper"), here + ".pepper");
  EXPECT_EQ(BesideDataFolder("/", ".pepper"), "");
}

}  // namespace
}  // namespace courant
