#include "services/partners/key_writes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/partners/api_key.h"
#include "services/partners/partner_writes.h"
#include "storage/base/base64url.h"
#include "storage/base/status_macros.h"
#include "storage/entry_builder.h"
#include "storage/errors/reason.h"
#include "storage/partner_store.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr char kAttempt[] = "3f0c1b6e-8a52-4a5e-9d5e-0c1f2a3b4c5d";

class KeyWritesTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(fixture_.Open(), IsOk());
    v1::CreatePartnerRequest request;
    request.set_partner_id("daily");
    request.mutable_partner()->set_display_name("데일리");
    auto write = PartnerWrites::PrepareCreate(context_, request);
    ASSERT_THAT(write, IsOk());
    PartnerWrites writes(fixture_.store->committer());
    absl::Status made;
    writes.Run(*std::move(write),
               [&](absl::StatusOr<std::string> a) { made = a.status(); });
    ASSERT_THAT(made, IsOk());
  }

  static v1::CreateApiKeyRequest Request(const std::string& attempt = "") {
    v1::CreateApiKeyRequest request;
    request.set_parent("partners/daily");
    request.mutable_key()->set_display_name("Site");
    request.set_request_id(attempt);
    return request;
  }

  absl::StatusOr<v1::CreateApiKeyResponse> Create(
      const v1::CreateApiKeyRequest& request) {
    KeyWrites keys(fixture_.store->committer(), hasher_, "test");
    absl::StatusOr<std::string> answer = absl::UnknownError("no answer");
    keys.CreateApiKey(context_, request, [&](absl::StatusOr<std::string> a) {
      answer = std::move(a);
    });
    COURANT_RETURN_IF_ERROR(answer.status());
    v1::CreateApiKeyResponse response;
    EXPECT_TRUE(response.ParseFromString(*answer));
    return response;
  }

  absl::StatusOr<v1::ApiKey> Revoke(const std::string& name) {
    KeyWrites keys(fixture_.store->committer(), hasher_, "test");
    v1::RevokeApiKeyRequest request;
    request.set_name(name);
    absl::StatusOr<std::string> answer = absl::UnknownError("no answer");
    keys.RevokeApiKey(context_, request, [&](absl::StatusOr<std::string> a) {
      answer = std::move(a);
    });
    COURANT_RETURN_IF_ERROR(answer.status());
    v1::ApiKey key;
    EXPECT_TRUE(key.ParseFromString(*answer));
    return key;
  }

  std::string CredentialOf(const std::string& name) {
    const storage::View view(fixture_.store->database());
    const auto row = storage::PartnerStore(view).FindRow(name);
    return row.ok() && *row ? (*row)->credential() : "none";
  }

  storage::StoreFixture fixture_;
  const KeyHasher hasher_{std::string(32, 'p')};
  const RequestContext context_{
      .actor = "rights/kim", .actor_given = true, .method = "CreateApiKey"};
};

TEST_F(KeyWritesTest, TellsTheSecretAndKeepsWhatItComesTo) {
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::CreateApiKeyResponse made,
                               Create(Request()));
  const std::optional<ApiKeyText> text = ParseApiKey(made.secret());
  ASSERT_TRUE(text.has_value());
  EXPECT_EQ(text->environment, "test");
  EXPECT_EQ(made.key().name(), absl::StrCat("partners/daily/keys/", text->id));
  EXPECT_EQ(made.key().scopes_size(), 2);
  EXPECT_EQ(CredentialOf(made.key().name()),
            hasher_.HashOf(text->id, text->secret));
  EXPECT_FALSE(absl::StrContains(made.key().SerializeAsString(), text->secret));
}

TEST_F(KeyWritesTest, ARepeatTellsNoSecretAndMakesNoKey) {
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::CreateApiKeyResponse first,
                               Create(Request(kAttempt)));
  EXPECT_NE(first.secret(), "");
  for (int i = 0; i < 3; ++i) {
    COURANT_ASSERT_OK_AND_ASSIGN(const v1::CreateApiKeyResponse again,
                                 Create(Request(kAttempt)));
    EXPECT_EQ(again.secret(), "");
    EXPECT_EQ(again.key().SerializeAsString(), first.key().SerializeAsString());
  }
  v1::CreateApiKeyRequest other = Request(kAttempt);
  other.mutable_key()->set_display_name("Another");
  EXPECT_EQ(ReasonOf(Create(other).status()), v1::REQUEST_ID_REUSED);
}

TEST_F(KeyWritesTest, TwoAreLiveAtATime) {
  COURANT_ASSERT_OK_AND_ASSIGN(const auto first, Create(Request()));
  v1::CreateApiKeyRequest short_lived = Request();
  *short_lived.mutable_key()->mutable_expire_time() =
      storage::ToTimestamp(fixture_.clock.Now() + absl::Hours(1));
  COURANT_ASSERT_OK_AND_ASSIGN(const auto second, Create(short_lived));
  EXPECT_NE(first.key().name(), second.key().name());
  const auto third = Create(Request());
  EXPECT_EQ(ReasonOf(third.status()), v1::LIMIT_REACHED);
  EXPECT_THAT(std::string(third.status().message()),
              AllOf(HasSubstr(first.key().name()),
                    HasSubstr(second.key().name()), HasSubstr("revoke")));
  // What has expired takes no place, and neither does what is revoked.
  fixture_.clock.Advance(absl::Hours(1));
  ASSERT_THAT(Create(Request()), IsOk());
  EXPECT_EQ(ReasonOf(Create(Request()).status()), v1::LIMIT_REACHED);
  ASSERT_THAT(Revoke(first.key().name()), IsOk());
  ASSERT_THAT(Create(Request()), IsOk());
}

TEST_F(KeyWritesTest, WhatIsRevokedLosesItsCredential) {
  COURANT_ASSERT_OK_AND_ASSIGN(const auto made, Create(Request()));
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::ApiKey revoked,
                               Revoke(made.key().name()));
  EXPECT_TRUE(revoked.has_revoke_time());
  EXPECT_EQ(revoked.revision(), 2);
  EXPECT_EQ(CredentialOf(made.key().name()), "");
  EXPECT_EQ(ReasonOf(Revoke(made.key().name()).status()),
            v1::ILLEGAL_TRANSITION);
  EXPECT_EQ(ReasonOf(Revoke("partners/daily/keys/none").status()),
            v1::RESOURCE_NOT_FOUND);
}

TEST_F(KeyWritesTest, WhatCannotBeIsRefused) {
  v1::CreateApiKeyRequest wrong = Request();
  wrong.set_parent("partners/nobody");
  EXPECT_EQ(ReasonOf(Create(wrong).status()), v1::RESOURCE_NOT_FOUND);
  wrong = Request();
  wrong.mutable_key()->clear_display_name();
  EXPECT_EQ(ReasonOf(Create(wrong).status()), v1::FIELD_REQUIRED);
  wrong = Request();
  wrong.mutable_key()->add_scopes(v1::ApiKey::SCOPE_UNSPECIFIED);
  EXPECT_EQ(ReasonOf(Create(wrong).status()), v1::FIELD_INVALID);
  wrong = Request();
  *wrong.mutable_key()->mutable_expire_time() =
      storage::ToTimestamp(fixture_.clock.Now());
  EXPECT_EQ(ReasonOf(Create(wrong).status()), v1::FIELD_INVALID);
}

// A canary: neither the text nor the bytes of the secret are in any file, also
// after the key was revoked; the hash, which is there, shows that this finds
// what there is.
TEST_F(KeyWritesTest, NoFileHasTheSecret) {
  COURANT_ASSERT_OK_AND_ASSIGN(const auto made, Create(Request(kAttempt)));
  const std::optional<ApiKeyText> text = ParseApiKey(made.secret());
  ASSERT_TRUE(text.has_value());
  const std::string hash = hasher_.HashOf(text->id, text->secret);
  ASSERT_THAT(Revoke(made.key().name()), IsOk());
  fixture_.Close();
  bool found_hash = false;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(fixture_.data_dir())) {
    if (!file.is_regular_file()) continue;
    std::ifstream in(file.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    EXPECT_FALSE(absl::StrContains(bytes, text->secret)) << file.path();
    EXPECT_FALSE(absl::StrContains(bytes, *Base64UrlDecode(text->secret)))
        << file.path();
    found_hash |= absl::StrContains(bytes, hash);
  }
  EXPECT_TRUE(found_hash);
}

}  // namespace
}  // namespace courant
