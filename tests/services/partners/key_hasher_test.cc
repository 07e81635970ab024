#include "services/partners/key_hasher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "absl/strings/escaping.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace courant {
namespace {

using testing::HasSubstr;

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), {});
}

void Write(const std::string& path, const std::string& bytes, mode_t mode) {
  std::ofstream(path, std::ios::binary) << bytes;
  ASSERT_EQ(chmod(path.c_str(), mode), 0);
}

TEST(KeyHasherTest, IsTheHmacThatEverybodyKnows) {
  // Python: hmac.new(b"p" * 32, b"id_secret", "sha256").hexdigest()
  const KeyHasher hasher(std::string(32, 'p'));
  EXPECT_EQ(absl::BytesToHexString(hasher.HashOf("id", "secret")),
            "7987a8605b9d37714cbd5827e0d6b350651f7a5306a4461833035d059fb273f9");
  EXPECT_EQ(hasher.made(), 1u);
  EXPECT_NE(hasher.HashOf("id", "secret"), hasher.HashOf("ie", "secret"));
  EXPECT_NE(hasher.HashOf("id", "secret"), hasher.HashOf("id", "secreu"));
  EXPECT_NE(hasher.HashOf("id", "secret"),
            KeyHasher(std::string(32, 'q')).HashOf("id", "secret"));
}

TEST(KeyHasherTest, ComparesWholeHashesAlone) {
  const std::string hash(32, 'h');
  EXPECT_TRUE(KeyHasher::IsSame(hash, hash));
  for (size_t i = 0; i < hash.size(); ++i) {
    std::string other = hash;
    other[i] ^= 1;
    EXPECT_FALSE(KeyHasher::IsSame(hash, other)) << i;
  }
  // A key without one must never match a caller without one.
  EXPECT_FALSE(KeyHasher::IsSame("", ""));
  EXPECT_FALSE(KeyHasher::IsSame(hash, hash.substr(1)));
}

TEST(PepperTest, IsMadeOnceForTheOwnerAlone) {
  const TempDir dir;
  const std::string path = dir.Join("data.pepper");
  COURANT_ASSERT_OK_AND_ASSIGN(const std::string pepper,
                               LoadPepper(path, /*may_make=*/true));
  EXPECT_EQ(pepper.size(), KeyHasher::kPepperBytes);
  EXPECT_EQ(Contents(path), pepper);
  struct stat about;
  ASSERT_EQ(stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
  COURANT_ASSERT_OK_AND_ASSIGN(const std::string again,
                               LoadPepper(path, /*may_make=*/false));
  EXPECT_EQ(again, pepper);
  COURANT_ASSERT_OK_AND_ASSIGN(const std::string other,
                               LoadPepper(dir.Join("other"), true));
  EXPECT_NE(other, pepper);
}

TEST(PepperTest, IsNotMadeWhereKeysDependOnAnOldOne) {
  const TempDir dir;
  const auto refused = LoadPepper(dir.Join("gone"), /*may_make=*/false);
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status()));
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr("Put back the copy"));
  EXPECT_EQ(Contents(dir.Join("gone")), "");
}

TEST(PepperTest, OneThatOthersMayReadOrThatIsCutIsRefused) {
  const TempDir dir;
  const std::string path = dir.Join("pepper");
  Write(path, std::string(32, 'x'), 0640);
  auto refused = LoadPepper(path, true);
  EXPECT_TRUE(absl::IsInvalidArgument(refused.status()));
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("chmod 600"));
  for (const size_t size : {0, 31, 33}) {
    Write(path, std::string(size, 'x'), 0600);
    refused = LoadPepper(path, true);
    EXPECT_TRUE(absl::IsInvalidArgument(refused.status())) << size;
    EXPECT_THAT(std::string(refused.status().message()), HasSubstr("32 bytes"));
  }
  refused = LoadPepper(dir.Join("no/such/folder"), true);
  EXPECT_TRUE(absl::IsInvalidArgument(refused.status()));
}

}  // namespace
}  // namespace courant
