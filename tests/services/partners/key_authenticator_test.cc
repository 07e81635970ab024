#include "services/partners/key_authenticator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "prometheus/registry.h"
#include "services/partners/api_key.h"
#include "services/partners/key_writes.h"
#include "services/partners/partner_writes.h"
#include "storage/base/base64url.h"
#include "storage/entry_builder.h"
#include "storage/errors/reason.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using testing::ElementsAre;

class KeyAuthenticatorTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(fixture_.Open(), IsOk());
    LoadRing();
    v1::CreatePartnerRequest request;
    request.set_partner_id("daily");
    request.mutable_partner()->set_display_name("데일리");
    auto write = PartnerWrites::PrepareCreate(context_, request);
    ASSERT_THAT(write, IsOk());
    PartnerWrites writes(fixture_.store->committer());
    writes.Run(*std::move(write), [](const auto& /*answer*/) {});
  }
  void TearDown() override { fixture_.store->applier().SetListener(nullptr); }

  void LoadRing() {
    auto ring = KeyRing::Load(fixture_.store->database());
    ASSERT_THAT(ring, IsOk());
    ring_ = *std::move(ring);
    fixture_.store->applier().SetListener(ring_.get());
    authenticator_.emplace(*ring_, hasher_, "live", fixture_.clock, registry_);
  }

  // The text of a new key.
  std::string Make(absl::Duration lives = absl::InfiniteDuration(),
                   const std::string& environment = "live") {
    KeyWrites keys(fixture_.store->committer(), hasher_, environment);
    v1::CreateApiKeyRequest request;
    request.set_parent("partners/daily");
    request.mutable_key()->set_display_name("Site");
    request.mutable_key()->add_scopes(v1::ApiKey::READ_ARTICLES);
    if (lives < absl::InfiniteDuration()) {
      *request.mutable_key()->mutable_expire_time() =
          storage::ToTimestamp(fixture_.clock.Now() + lives);
    }
    v1::CreateApiKeyResponse response;
    keys.CreateApiKey(context_, request, [&](absl::StatusOr<std::string> a) {
      ASSERT_THAT(a, IsOk());
      ASSERT_TRUE(response.ParseFromString(*a));
    });
    return response.secret();
  }

  void Revoke(const std::string& key) {
    KeyWrites keys(fixture_.store->committer(), hasher_, "live");
    v1::RevokeApiKeyRequest request;
    request.set_name(
        absl::StrCat("partners/daily/keys/", ParseApiKey(key)->id));
    keys.RevokeApiKey(context_, request, [&](absl::StatusOr<std::string> a) {
      EXPECT_THAT(a, IsOk());
    });
  }

  absl::StatusOr<Principal> Try(const std::vector<std::string>& sent) {
    std::vector<absl::string_view> views(sent.begin(), sent.end());
    refused_ = {};
    return authenticator_->Authenticate(views, &refused_);
  }

  // How many calls were refused for that.
  double RefusedFor(const std::string& reason) const {
    double count = 0;
    for (const prometheus::MetricFamily& family : registry_.Collect()) {
      if (family.name != "courant_auth_refused_total") continue;
      for (const prometheus::ClientMetric& metric : family.metric) {
        if (metric.label.at(0).value == reason) count += metric.counter.value;
      }
    }
    return count;
  }

  storage::StoreFixture fixture_;
  prometheus::Registry registry_;
  const KeyHasher hasher_{std::string(32, 'p')};
  const RequestContext context_{
      .actor = "rights/kim", .actor_given = true, .method = "CreateApiKey"};
  std::unique_ptr<KeyRing> ring_;
  std::optional<KeyAuthenticator> authenticator_;
  // Of the last try.
  RefusedLogin refused_;
};

TEST_F(KeyAuthenticatorTest, AKeyTellsWhoseItIs) {
  const std::string key = Make();
  for (const char* scheme : {"Bearer ", "bearer ", "BEARER "}) {
    COURANT_ASSERT_OK_AND_ASSIGN(const Principal who,
                                 Try({absl::StrCat(scheme, key)}));
    EXPECT_EQ(who.partner, "partners/daily");
    EXPECT_EQ(who.key,
              absl::StrCat("partners/daily/keys/", ParseApiKey(key)->id));
    EXPECT_THAT(who.scopes, ElementsAre(v1::ApiKey::READ_ARTICLES));
  }
  // And still does after a restart.
  LoadRing();
  EXPECT_THAT(Try({absl::StrCat("Bearer ", key)}), IsOk());
}

TEST_F(KeyAuthenticatorTest, EveryWrongKeyIsRefusedAlikeAndCostsTheSame) {
  const std::string key = Make(absl::Hours(1));
  const std::string revoked = Make();
  Revoke(revoked);
  ApiKeyText text = *ParseApiKey(key);
  const auto with = [&](auto change) {
    ApiKeyText other = text;
    change(other);
    return absl::StrCat("Bearer ", FormatApiKey(other));
  };
  std::string slip = key;
  slip[30] = slip[30] == 'x' ? 'y' : 'x';
  std::map<std::string, std::vector<std::string>> wrong = {
      {"missing", {}},
      {"twice", {absl::StrCat("Bearer ", key), absl::StrCat("Bearer ", key)}},
      {"empty", {""}},
      {"no scheme", {key}},
      {"two spaces", {absl::StrCat("Bearer  ", key)}},
      {"space behind", {absl::StrCat("Bearer ", key, " ")}},
      {"other scheme", {absl::StrCat("Basic ", key)}},
      {"slip", {absl::StrCat("Bearer ", slip)}},
      {"environment", {with([](ApiKeyText& t) { t.environment = "test"; })}},
      {"unknown id", {with([](ApiKeyText& t) { t.id = "aaaaaaaaaaaa"; })}},
      {"first byte", {with([](ApiKeyText& t) {
         t.secret[0] = t.secret[0] == 'A' ? 'B' : 'A';
       })}},
      {"last byte", {with([](ApiKeyText& t) {
         t.secret[41] = t.secret[41] == 'A' ? 'B' : 'A';
       })}},
      {"revoked", {absl::StrCat("Bearer ", revoked)}}};
  const absl::Status expected = CredentialsRefused();
  EXPECT_EQ(expected.code(), absl::StatusCode::kUnauthenticated);
  const auto expect_refused = [&](const std::vector<std::string>& sent) {
    const uint64_t before = hasher_.made();
    const absl::Status refused = Try(sent).status();
    EXPECT_EQ(hasher_.made() - before, 1u);
    EXPECT_EQ(refused, expected);
    // What the house is told of it, and no caller: a word, and of a key no more
    // than what it is called.
    EXPECT_NE(refused_.why, "");
    EXPECT_LE(refused_.key.size(), 64u);
    EXPECT_THAT(refused_.key,
                testing::MatchesRegex("(partners/daily/keys/)?[0-9a-z]*"));
    EXPECT_GT(RefusedFor(std::string(refused_.why)), 0);
  };
  for (const auto& [what, sent] : wrong) {
    SCOPED_TRACE(what);
    expect_refused(sent);
  }
  // The right one costs the same, too.
  const uint64_t before = hasher_.made();
  EXPECT_THAT(Try({absl::StrCat("Bearer ", key)}), IsOk());
  EXPECT_EQ(hasher_.made() - before, 1u);
  fixture_.clock.Advance(absl::Hours(1));
  SCOPED_TRACE("expired");
  expect_refused({absl::StrCat("Bearer ", key)});
}

TEST_F(KeyAuthenticatorTest, WhoGoesOnForLongNoticesTheEndOfItsKey) {
  const std::string revoked = Make();
  const std::string expires = Make(absl::Hours(1));
  COURANT_ASSERT_OK_AND_ASSIGN(const Principal first,
                               Try({absl::StrCat("Bearer ", revoked)}));
  COURANT_ASSERT_OK_AND_ASSIGN(const Principal second,
                               Try({absl::StrCat("Bearer ", expires)}));
  EXPECT_TRUE(first.IsLive(fixture_.clock.Now()));
  Revoke(revoked);
  EXPECT_FALSE(first.IsLive(fixture_.clock.Now()));
  EXPECT_TRUE(second.IsLive(fixture_.clock.Now()));
  EXPECT_FALSE(second.IsLive(fixture_.clock.Now() + absl::Hours(1)));
}

TEST_F(KeyAuthenticatorTest, AChangeThatCannotBeReadEndsItsKey) {
  const std::string key = Make();
  const std::string other = Make();
  COURANT_ASSERT_OK_AND_ASSIGN(const Principal who,
                               Try({absl::StrCat("Bearer ", key)}));
  storage::Entry damaged;
  damaged.facts.set_article_id(absl::StrCat("/", who.key));
  damaged.facts.mutable_row()->mutable_attributes()->set_resource(
      storage::v1::API_KEY);
  damaged.facts.mutable_row()->set_credential(std::string(32, 'c'));
  damaged.article = "\xff";
  ring_->OnApplied({std::make_shared<const storage::Entry>(damaged)});
  EXPECT_THAT(Try({absl::StrCat("Bearer ", key)}),
              StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_FALSE(who.IsLive(fixture_.clock.Now()));
  EXPECT_THAT(Try({absl::StrCat("Bearer ", other)}), IsOk());
}

TEST_F(KeyAuthenticatorTest, WhoReadsTheDatabaseHasNoKey) {
  const std::string key = Make();
  const ApiKeyText text = *ParseApiKey(key);
  // What is stored, in the place of the secret.
  ApiKeyText stolen = text;
  stolen.secret = Base64UrlEncode(ring_->Find(text.id)->credential);
  EXPECT_THAT(Try({absl::StrCat("Bearer ", FormatApiKey(stolen))}),
              StatusIs(absl::StatusCode::kUnauthenticated));
  // It looks like one, and is none.
  EXPECT_EQ(RefusedFor("secret"), 1);
  EXPECT_EQ(RefusedFor("malformed"), 0);
  // Under another pepper the key is none.
  const KeyHasher other(std::string(32, 'q'));
  prometheus::Registry registry;
  KeyAuthenticator elsewhere(*ring_, other, "live", fixture_.clock, registry);
  const std::string sent = absl::StrCat("Bearer ", key);
  EXPECT_THAT(elsewhere.Authenticate({sent}, &refused_),
              StatusIs(absl::StatusCode::kUnauthenticated));
}

}  // namespace
}  // namespace courant
