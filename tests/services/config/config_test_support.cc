#include "tests/services/config/config_test_support.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace courant {

ConfigFile::ConfigFile(absl::string_view text)
    : path_(absl::StrCat(testing::TempDir(), "courant-config-XXXXXX")) {
  const int fd = mkstemp(path_.data());
  EXPECT_GE(fd, 0) << path_;
  EXPECT_EQ(write(fd, text.data(), text.size()),
            static_cast<ssize_t>(text.size()));
  close(fd);
}

ConfigFile::~ConfigFile() { unlink(path_.c_str()); }

absl::StatusOr<LoadedConfig> LoadText(absl::string_view text) {
  const ConfigFile file(text);
  auto loaded = LoadConfig({.file = file.path()});
  if (loaded.ok()) return loaded;
  return absl::Status(loaded.status().code(),
                      absl::StrReplaceAll(loaded.status().message(),
                                          {{file.path(), "wire.yaml"}}));
}

}  // namespace courant
