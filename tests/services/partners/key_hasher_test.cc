#include "services/partners/key_hasher.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/escaping.h"

namespace courant {
namespace {

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

}  // namespace
}  // namespace courant
